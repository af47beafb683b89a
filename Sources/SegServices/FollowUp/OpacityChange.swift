import Basics
import ImageOps

/// The opacity of two registered X-rays held against each other, in the lung field that both show.
package struct OpacityChange: Sendable, Equatable {
  /// Lung on both X-rays. What is lung on one alone, after another breath or pose, is not compared.
  package let field: Mask
  /// Opacity of the later X-ray farther than the tolerance from any of the earlier one.
  package let new: Mask
  /// Opacity of the earlier X-ray farther than the tolerance from any of the later one.
  package let resolved: Mask
  /// The rest of the later opacity.
  package let persistent: Mask

  /// Compares opacity on one grid of pixels.
  /// - Parameter tolerance: Distance in pixels, 0 or more: an outline that moved by less has not changed.
  /// - Throws: `ImageError.sizesDiffer`; `CancellationError`.
  package init(
    from earlier: (lungs: Mask, opacity: Mask), to later: (lungs: Mask, opacity: Mask), tolerance: Double
  ) throws {
    field = try earlier.lungs.intersection(later.lungs)
    let before = try earlier.opacity.intersection(field)
    let now = try later.opacity.intersection(field)
    func around(_ mask: Mask) throws -> Mask {
      mask.isEmpty || tolerance <= 0 ? mask : try mask.dilated(by: .disk(radius: tolerance))
    }
    new = try now.subtracting(around(before))
    resolved = try before.subtracting(around(now))
    persistent = try now.subtracting(new)
  }

  /// The part of `field` that a mask covers, 0-100 %; 0 for an empty field.
  package func percent(of mask: Mask) -> Double { field.isEmpty ? 0 : 100 * Double(mask.count) / Double(field.count) }
}
