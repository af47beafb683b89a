import Basics
import ImageOps

/// The part of an image that holds the film, without the uniform borders of scanners, viewers, web pages and collimation.
public struct FilmFrame: Sendable, Equatable {
  /// The first row of the film, in pixels of the image.
  public let row: Int
  /// The first column of the film, in pixels of the image.
  public let column: Int
  /// The size of the film in pixels.
  public let size: Size

  /// Creates a frame.
  public init(row: Int, column: Int, size: Size) { (self.row, self.column, self.size) = (row, column, size) }

  /// Creates a frame that covers a whole image.
  public init(of size: Size) { self.init(row: 0, column: 0, size: size) }

  /// Whether the frame covers an image of this size completely.
  public func covers(_ size: Size) -> Bool { self == FilmFrame(of: size) }

  /// What lies inside the frame; the image itself where that is all of it.
  /// - Throws: `ImageError.outside` for a frame that reaches past the image; `CancellationError`.
  func part<Grid: PixelGrid>(of image: Grid) throws -> Grid {
    covers(image.size) ? image : try image.cropped(row: row, column: column, size: size)
  }

  /// The image of the given size that holds `part` inside the frame and background outside.
  /// - Precondition: `part` has the frame's size, which fits into `whole`.
  func placed<Grid: PixelGrid>(_ part: Grid, in whole: Size, with background: Grid.Pixel)
    throws
    -> Grid
  {
    guard !covers(whole) else { return part }
    return try part.padded(
      top: row, bottom: whole.height - row - size.height, left: column, right: whole.width - column - size.width,
      with: .constant(background))
  }

  /// A line belongs to a border where this share of its pixels lies within `tolerance` of the border's level; the rest leaves room for letters and markers.
  static let uniformShare = 0.95
  /// As a share of the image's range of values.
  static let tolerance: Float = 0.02
  /// Largest share of the height and of the width that all borders together may take.
  static let largestBorder = 0.6
  private static let samplesPerLine = 512
  /// A black margin inside a white one counts as a second border.
  private static let layers = 3

  /// Finds the film in an image by removing uniform lines from each side.
  ///
  /// An image that would lose more than 60 % of its height or width, or has a side below 16 px, is taken whole: its border cannot be distinguished
  /// from its content. Values that are not finite belong to the border.
  /// - Complexity: O(border lines + 65,536); 512 pixels per line are sampled.
  public static func find(in image: GrayImage) -> FilmFrame {
    let size = image.size
    guard size.width >= 16, size.height >= 16 else { return FilmFrame(of: size) }
    return image.pixels.withUnsafeBufferPointer { pixels in
      guard let range = range(of: pixels, size: size), range.upperBound > range.lowerBound else { return FilmFrame(of: size) }
      let allowed = (range.upperBound - range.lowerBound) * tolerance
      var (top, left, bottom, right) = (0, 0, size.height, size.width)
      func value(_ row: Int, _ column: Int) -> Float { pixels[row * size.width + column] }
      func line(row: Int) -> [Float] { samples(from: left, to: right).map { value(row, $0) } }
      func line(column: Int) -> [Float] { samples(from: top, to: bottom).map { value($0, column) } }
      func isPlausible() -> Bool {
        Double(bottom - top) >= (1 - largestBorder) * Double(size.height)
          && Double(right - left) >= (1 - largestBorder) * Double(size.width)
      }
      for _ in 0..<layers {
        let before = (top, left, bottom, right)
        let levels = [line(row: top), line(row: bottom - 1), line(column: left), line(column: right - 1)].map { level(of: $0) }
        while isPlausible(), isUniform(line(row: top), at: levels[0], within: allowed) { top += 1 }
        while isPlausible(), isUniform(line(row: bottom - 1), at: levels[1], within: allowed) { bottom -= 1 }
        while isPlausible(), isUniform(line(column: left), at: levels[2], within: allowed) { left += 1 }
        while isPlausible(), isUniform(line(column: right - 1), at: levels[3], within: allowed) { right -= 1 }
        guard isPlausible() else { return FilmFrame(of: size) }
        if before == (top, left, bottom, right) { break }
      }
      return FilmFrame(row: top, column: left, size: Size(width: right - left, height: bottom - top))
    }
  }

  private static func samples(from start: Int, to end: Int) -> StrideTo<Int> {
    stride(from: start, to: end, by: max(1, (end - start) / samplesPerLine))
  }

  /// The median of a line's finite values; nil where there is none.
  private static func level(of line: [Float]) -> Float? {
    let finite = line.filter(\.isFinite).sorted()
    return finite.isEmpty ? nil : finite[finite.count / 2]
  }

  private static func isUniform(_ line: [Float], at level: Float?, within allowed: Float) -> Bool {
    let alike = line.count { value in !value.isFinite || level.map { abs(value - $0) <= allowed } ?? false }
    return Double(alike) >= uniformShare * Double(line.count)
  }

  private static func range(of pixels: UnsafeBufferPointer<Float>, size: Size) -> ClosedRange<Float>? {
    var (low, high) = (Float.infinity, -Float.infinity)
    for row in stride(from: 0, to: size.height, by: max(1, size.height / 256)) {
      for column in stride(from: 0, to: size.width, by: max(1, size.width / 256)) {
        let value = pixels[row * size.width + column]
        guard value.isFinite else { continue }
        (low, high) = (min(low, value), max(high, value))
      }
    }
    return low <= high ? low...high : nil
  }
}
