import ImageOps
import SegLang
import SegModel

/// An earlier X-ray and what was found on it, laid over the picture that is looked at: lungs on lungs where both are known, or else frame on frame.
struct ViewPrior: Sendable {
  let image: GrayImage?
  let opacity: Mask?
  let severity: Severity?
  let isAlignedByLungs: Bool
  private let size: Size
  private let rows: Axis
  private let columns: Axis

  /// A straight line from places of the later picture to those of the earlier, about the centres of pixels.
  private struct Axis: Sendable {
    let scale: Double
    let offset: Double

    init(from box: Range<Int>, to other: Range<Int>) {
      scale = Double(other.count) / Double(max(1, box.count))
      offset = Double(other.lowerBound) - 0.5 - (Double(box.lowerBound) - 0.5) * scale
    }

    func place(_ index: Int) -> Double { Double(index) * scale + offset }

    /// The pixel whose area the place lies in; nil outside.
    func pixel(_ index: Int, of count: Int) -> Int? {
      let nearest = place(index).rounded()
      return nearest >= 0 && nearest < Double(count) ? Int(nearest) : nil
    }
  }

  /// - Parameters:
  ///   - step: that of a gray picture, a mask, a segmentation or a phantom; nil is given back for anything else.
  ///   - size: size of the picture that is looked at.
  ///   - lungs: those of the picture that is looked at.
  /// - Throws: what measuring throws.
  init?(_ step: Step, onto size: Size, lungs: LabelImage?) throws {
    let steps = Array(step.ancestry.reversed())
    let segmentation = steps.lazy.compactMap { $0.value as? Segmentation }.first
    let own: Size
    switch step.value {
    case let found as GrayImage: (own, opacity) = (found.size, nil)
    case let found as Phantom: (own, opacity) = (found.image.size, found.opacity)
    case let found as Mask: (own, opacity) = (found.size, found)
    case let found as Segmentation: (own, opacity) = (found.size, found.opacity)
    default: return nil
    }
    self.size = size
    image = steps.lazy.compactMap { ($0.value as? GrayImage) ?? ($0.value as? Phantom)?.image }.first { $0.size == own }
    let priorLungs = segmentation.flatMap { $0.size == own ? $0.lungs : nil } ?? (step.value as? Phantom)?.lungs
    severity = try segmentation.flatMap { step.value is Segmentation && $0.size == own ? try Severity($0) : nil }
    if let box = lungs?.foreground.boundingBox, let other = priorLungs?.foreground.boundingBox {
      (rows, columns) = (Axis(from: box.rows, to: other.rows), Axis(from: box.columns, to: other.columns))
      isAlignedByLungs = true
    } else {
      (rows, columns) = (Axis(from: 0..<size.height, to: 0..<own.height), Axis(from: 0..<size.width, to: 0..<own.width))
      isAlignedByLungs = false
    }
  }

  /// Where it lies, in words.
  var place: String { isAlignedByLungs ? "laid on the lungs" : "laid on the frame" }

  /// The picture on the later one's grid, between four pixels by weight; black where it has none.
  func laidImage() -> GrayImage? {
    guard let image else { return nil }
    let (height, width) = (image.size.height, image.size.width)
    var pixels = [Float](repeating: image.range.lowerBound, count: size.count)
    let across = (0..<size.width).map { columns.pixel($0, of: width) == nil ? nil : Self.between(columns.place($0), width) }
    image.pixels.withUnsafeBufferPointer { source in
      for row in 0..<size.height where rows.pixel(row, of: height) != nil {
        let down = Self.between(rows.place(row), height)
        for column in 0..<size.width {
          guard let right = across[column] else { continue }
          let upper =
            source[down.first * width + right.first] * (1 - right.weight) + source[down.first * width + right.second] * right.weight
          let lower =
            source[down.second * width + right.first] * (1 - right.weight) + source[down.second * width + right.second] * right.weight
          let value = upper * (1 - down.weight) + lower * down.weight
          pixels[row * size.width + column] = image.bitDepth <= 8 ? value.rounded() : value
        }
      }
    }
    return GrayImage(size: size, pixels: pixels, range: image.range, bitDepth: image.bitDepth, window: image.window)
  }

  /// The opacity on the later picture's grid.
  func laidOpacity() -> Mask? {
    guard let opacity else { return nil }
    let across = (0..<size.width).map { columns.pixel($0, of: opacity.size.width) }
    var mask = Mask(size: size)
    for row in 0..<size.height {
      guard let down = rows.pixel(row, of: opacity.size.height) else { continue }
      for column in 0..<size.width {
        if let right = across[column], opacity[down, right] { mask[row, column] = true }
      }
    }
    return mask
  }

  /// The pixels about a place, and the weight of the second.
  private static func between(_ place: Double, _ count: Int) -> (first: Int, second: Int, weight: Float) {
    let inside = min(max(0, place), Double(count - 1))
    let first = Int(inside)
    return (first, min(first + 1, count - 1), Float(inside - Double(first)))
  }
}
