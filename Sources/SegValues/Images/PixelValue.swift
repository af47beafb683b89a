import Basics
import ImageOps
import SegLang
import SegModel

/// A value made of pixels. What it is to those who show, measure, record or explain it, each type says once; nobody else asks for its type.
package protocol PixelValue: Value {
  /// Size in pixels.
  var size: Size { get }
  var spacing: Spacing { get }
  /// Bytes per pixel that a copy takes.
  static var bytesPerPixel: Int { get }
  /// The gray image: the value itself, or the X-ray that it holds.
  var grayImage: GrayImage? { get }
  /// Lungs that it states, as labels.
  var lungLabels: LabelImage? { get }
  /// The region that it marks: a mask itself, or the opacity in the lungs.
  var region: Mask? { get }
  /// Whether lungs and region are the truth of a synthetic image, and not found in one.
  var isTruth: Bool { get }
  /// Whether a view can lay it over a later X-ray: what has a gray image or a region.
  var isPrior: Bool { get }
  /// The number of pixels that it marks; nil where it marks none.
  var markedPixelCount: Int? { get }
  /// What can be drawn over an image; nil for what is an image itself.
  var drawable: Drawable? { get }
  /// What there is at a pixel, in words.
  /// - Precondition: a pixel of the value.
  func words(row: Int, column: Int) -> [String]
  /// The image in words, after its one line: window, regions.
  /// - Parameter lungs: Those that a region of this size belongs to.
  func description(lungs: (Size) -> LabelImage?) throws -> [String]
  /// Statistics and a small image of it, by which a lock says how far another value differs.
  var summary: (statistics: [(name: String, value: Double)], sketch: ImageSummary?) { get }
}

extension PixelValue {
  package static var bytesPerPixel: Int { 4 }
  package var grayImage: GrayImage? { nil }
  package var lungLabels: LabelImage? { nil }
  package var region: Mask? { nil }
  package var isTruth: Bool { false }
  package var isPrior: Bool { grayImage != nil || region != nil }
  package var markedPixelCount: Int? { region?.count }
  package var drawable: Drawable? { Drawable(self) }
  package func description(lungs: (Size) -> LabelImage?) throws -> [String] { details }
}

extension Step {
  /// What the step made, where that has pixels.
  package var pixels: (any PixelValue)? { value as? any PixelValue }
  /// The gray image that the step made, or the X-ray in it.
  package var grayImage: GrayImage? { pixels?.grayImage }
}

extension GrayImage: PixelValue {
  package var grayImage: GrayImage? { self }
  package func words(row: Int, column: Int) -> [String] { ["gray \(NumberFormat.significant(Double(self[row, column])))"] }

  package func description(lungs: (Size) -> LabelImage?) throws -> [String] {
    let statistics = try statistics()
    return [
      "\(try DisplayWindow(of: self).oneLine); mean \(NumberFormat.significant(statistics.mean)),"
        + " from \(NumberFormat.significant(Double(statistics.minimum))) to \(NumberFormat.significant(Double(statistics.maximum)))"
    ]
  }

  package var summary: (statistics: [(name: String, value: Double)], sketch: ImageSummary?) {
    let sketch = ImageSummary(meansOf: size) { [pixels] in pixels[$0] }
    guard let statistics = try? Cancellation.polling(.never, { try statistics() }) else { return ([], sketch) }
    return (
      [
        ("mean", statistics.mean), ("deviation", statistics.standardDeviation), ("min", Double(statistics.minimum)),
        ("max", Double(statistics.maximum)),
      ], sketch
    )
  }
}

extension Phantom: PixelValue {
  package var size: Size { image.size }
  package var spacing: Spacing { image.spacing }
  package var grayImage: GrayImage? { image }
  package var lungLabels: LabelImage? { lungs }
  package var region: Mask? { opacity }
  package var isTruth: Bool { true }
  package var markedPixelCount: Int? { nil }

  package func words(row: Int, column: Int) -> [String] {
    image.words(row: row, column: column) + [opacity[row, column] ? "opacity" : "no opacity"]
  }

  package func description(lungs: (Size) -> LabelImage?) throws -> [String] {
    try image.description(lungs: lungs) + opacity.description(in: self.lungs)
  }

  package var summary: (statistics: [(name: String, value: Double)], sketch: ImageSummary?) { image.summary }
}

extension Mask: PixelValue {
  package static var bytesPerPixel: Int { 1 }
  package var region: Mask? { self }
  package func words(row: Int, column: Int) -> [String] { [self[row, column] ? "inside" : "outside"] }
  package func description(lungs: (Size) -> LabelImage?) throws -> [String] { try description(in: lungs(size)) }
  package var summary: (statistics: [(name: String, value: Double)], sketch: ImageSummary?) {
    ([("area", Double(count))], ImageSummary(self))
  }
}

extension LabelImage: PixelValue {
  package var lungLabels: LabelImage? { areLungs ? self : nil }
  package var markedPixelCount: Int? { counts.values.reduce(0, +) }

  package func words(row: Int, column: Int) -> [String] {
    let label = self[row, column]
    return [label == 0 ? "no label" : names[label] ?? "label \(label)"]
  }

  package var summary: (statistics: [(name: String, value: Double)], sketch: ImageSummary?) { (areas, ImageSummary(self)) }

  fileprivate var areas: [(name: String, value: Double)] {
    counts.sorted { $0.key < $1.key }.prefix(8).map { label, count in (names[label] ?? "label \(label)", Double(count)) }
  }
}

extension ProbabilityMap: PixelValue {
  package var markedPixelCount: Int? { nil }
  package func words(row: Int, column: Int) -> [String] { ["probability \(NumberFormat.fixed(Double(self[row, column]), 2))"] }

  package func description(lungs: (Size) -> LabelImage?) throws -> [String] {
    try GrayImage(self).compared(with: 0.5, by: .greater).description(in: lungs(size))
  }

  package var summary: (statistics: [(name: String, value: Double)], sketch: ImageSummary?) { GrayImage(self).summary }
}

extension Segmentation: PixelValue {
  package var lungLabels: LabelImage? { lungs }
  package var region: Mask? { opacity }

  package func words(row: Int, column: Int) -> [String] {
    let map = prediction == nil ? nil : try? Cancellation.polling(.never) { try probability() }
    return [opacity[row, column] ? "opacity" : "no opacity"] + (map?.words(row: row, column: column) ?? [])
  }

  package func description(lungs: (Size) -> LabelImage?) throws -> [String] { try opacity.description(in: self.lungs) }

  package var summary: (statistics: [(name: String, value: Double)], sketch: ImageSummary?) {
    let (labels, opacity, width) = (lungs.labels, opacity, size.width)
    return (
      lungs.areas + [("opacity", Double(opacity.count))],
      ImageSummary(size: size) { labels[$0] + (opacity[$0 / width, $0 % width] ? 4 : 0) }
    )
  }
}

extension ColorImage: PixelValue {
  package var spacing: Spacing { .unknown }
  package static var bytesPerPixel: Int { 3 }

  package func words(row: Int, column: Int) -> [String] {
    let color = self[row, column]
    return ["red \(color.red), green \(color.green), blue \(color.blue)"]
  }

  package var summary: (statistics: [(name: String, value: Double)], sketch: ImageSummary?) {
    let pixels = pixels
    return (
      [("mean", Double(pixels.reduce(0) { $0 + Int($1) }) / Double(pixels.count))],
      ImageSummary(meansOf: size) { Float(Int(pixels[3 * $0]) + Int(pixels[3 * $0 + 1]) + Int(pixels[3 * $0 + 2])) / 3 }
    )
  }
}
