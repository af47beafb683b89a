import Basics

/// An image of a montage with its label.
public struct MontageTile: Sendable, Equatable {
  /// The image.
  public var image: ColorImage
  /// The text below the image; empty for none.
  public var label: String

  /// Creates a tile.
  public init(_ image: ColorImage, label: String = "") {
    self.image = image
    self.label = label
  }
}

extension ColorImage {
  /// Arranges images side by side, each resampled to one height and labeled.
  ///
  /// - Parameters:
  ///   - columns: Tiles per row; nil for one row of up to four tiles, otherwise a near-square grid.
  ///   - tileHeight: Height of each image in pixels (16...8192); nil for that of the tallest, at most 1024.
  /// - Throws: `ImageError` if there is no tile, a parameter is out of range, or the result would be too large; `CancellationError`.
  public static func montage(_ tiles: [MontageTile], columns: Int? = nil, tileHeight: Int? = nil) throws -> ColorImage {
    let cancellation = Cancellation.current
    guard let tallest = tiles.map(\.image.size.height).max() else { throw ImageError.noPixels }
    let height = tileHeight ?? max(16, min(1024, tallest))
    guard (16...8192).contains(height) else {
      throw ImageError.invalidParameter(name: "tile height", value: Double(height), allowed: "16 to 8192 px")
    }
    let count = columns ?? (tiles.count <= 4 ? tiles.count : Int(Double(tiles.count).squareRoot().rounded(.up)))
    guard (1...1024).contains(count) else {
      throw ImageError.invalidParameter(name: "columns", value: Double(count), allowed: "1 to 1024")
    }
    let pictures = try tiles.map { tile in
      try cancellation.check()
      let size = tile.image.size
      let width = max(1, Int((Double(size.width) * Double(height) / Double(size.height)).rounded()))
      let method: ResamplingMethod = height < size.height ? .area : .bilinear
      return try tile.image.resampled(to: Size(width: width, height: height), using: method)
    }
    let gap = max(4, height / 64)
    let textPixels = max(12, height / 24)
    let hasLabels = tiles.contains { !$0.label.isEmpty } && TextBitmap("x", pixels: textPixels) != nil
    let strip = hasLabels ? textPixels * 3 / 2 : 0
    let rows = (tiles.count + count - 1) / count
    let widths = (0..<min(count, tiles.count)).map { column in
      stride(from: column, to: tiles.count, by: count).map { pictures[$0].size.width }.max() ?? 0
    }
    let total = Size(width: widths.reduce(gap) { $0 + $1 + gap }, height: gap + rows * (height + strip + gap))
    guard total.isValid else { throw ImageError.invalidSize(total) }
    var canvas = ColorImage(size: total, filledWith: Legend.background)
    for (index, picture) in pictures.enumerated() {
      let column = index % count
      let left = widths[..<column].reduce(gap) { $0 + $1 + gap }
      let top = gap + index / count * (height + strip + gap)
      canvas.place(picture, row: top, column: left + (widths[column] - picture.size.width) / 2)
      if hasLabels, let text = TextBitmap.fitting(tiles[index].label, pixels: textPixels, width: widths[column]) {
        canvas.draw(text, row: top + height + textPixels / 6, column: left + widths[column] / 2, with: RGB(gray: 255), anchor: .center)
      }
    }
    return canvas
  }
}

extension TextBitmap {
  /// The text in at most `width` px: smaller down to 10 px, then cut off with an ellipsis.
  static func fitting(_ text: String, pixels: Int, width: Int) -> TextBitmap? {
    guard let whole = TextBitmap(text, pixels: pixels) else { return nil }
    if whole.size.width <= width { return whole }
    let smaller = max(10, pixels * width / whole.size.width)
    if let bitmap = TextBitmap(text, pixels: smaller), bitmap.size.width <= width { return bitmap }
    var shortened = text
    while !shortened.isEmpty {
      shortened.removeLast()
      if let bitmap = TextBitmap(shortened + "…", pixels: smaller), bitmap.size.width <= width { return bitmap }
    }
    return nil
  }
}
