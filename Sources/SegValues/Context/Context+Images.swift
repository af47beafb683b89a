import Basics
import ImageOps
import SegLang

extension Context {
  /// A length in the pixels of an image. What was converted is noted: "2mm -> 14 px (detector plane)".
  /// - Throws: `CommandProblem.spacingUnknown` for mm or cm where the image's spacing is unknown.
  package func pixels(_ length: Length, on spacing: Spacing) throws -> Double {
    guard length.unit != .px else { return length.value }
    guard let pixels = length.pixels(millimetersPerPixel: spacing.millimetersPerPixel) else {
      throw CommandProblem.spacingUnknown(length.oneLine)
    }
    note("\(length.oneLine) -> \(NumberFormat.short(pixels, 1)) px (\(spacing.kind))")
    return pixels
  }

  /// Notes that padding of an image, which is as dark as its darkest pixel, counts in what a command computes.
  package func notePadding(of images: GrayImage...) {
    let count = images.reduce(0) { $0 + ($1.padding?.count ?? 0) }
    if count > 0 { note("\(NumberFormat.grouped(count)) padding pixels count as dark pixels here; crop the image to exclude them") }
  }

  /// A length in whole pixels, 0 or more.
  package func wholePixels(_ length: Length, on spacing: Spacing, for name: String) throws -> Int {
    let count = try pixels(length, on: spacing).rounded()
    guard count >= 0, count <= Double(Size.maximumSide) else {
      throw CommandProblem.outOfRange(name, length.oneLine, "0 to \(Size.maximumSide) px")
    }
    return Int(count)
  }
}
