import Basics
import ImageOps
import SegLang
import SegModel

/// An earlier X-ray and what was found on it, laid over the image that is looked at.
package struct ViewPrior: Sendable {
  package let image: GrayImage?
  package let opacity: Mask?
  package let severity: Severity?
  package let placement: PriorPlacement
  private let size: Size

  /// What it is laid on.
  package struct Ground {
    package let size: Size
    /// As it was loaded, and its step.
    package let picture: (image: GrayImage, step: Step)?
    package let lungs: LabelImage?
  }

  /// - Parameters:
  ///   - step: that of a gray image, a mask, a segmentation or a phantom; nil is given back for anything else.
  ///   - memory: knows the registrations that were found before.
  /// - Throws: what measuring throws.
  package init?(_ step: Step, onto ground: Ground, memory: ViewMemory) throws {
    let steps = step.originsInOrder
    let segmentation = steps.lazy.compactMap { $0.value as? Segmentation }.first
    guard let pixels = step.pixels, pixels.isPrior else { return nil }
    let own = pixels.size
    opacity = pixels.region
    size = ground.size
    let pictures = steps.compactMap { step in
      step.grayImage.flatMap { $0.size == own ? (image: $0, step: step) : nil }
    }
    image = pictures.first?.image
    let lungs = segmentation.flatMap { $0.size == own ? $0.lungs : nil } ?? (pixels.isTruth ? pixels.lungLabels : nil)
    severity = try segmentation.flatMap { step.value is Segmentation && $0.size == own ? try Severity($0) : nil }
    var registrations: [(RegistrationModel, Registration)] = []
    // Those as they were loaded: a filter may have taken away what both have in common.
    if let later = ground.picture, let earlier = step.xray(of: own) {
      registrations = try [.affine, .rigid].map { model in
        (
          model,
          try memory.registration("\(earlier.step.id) \(later.step.id) \(model.rawValue)") {
            try earlier.image.registered(to: later.image, allowing: model)
          }
        )
      }
    }
    placement = PriorPlacement(
      registrations: registrations, later: (ground.size, ground.lungs?.foreground), earlier: (own, lungs?.foreground))
  }

  /// Tells placements apart, for the names of pixels.
  package var key: String {
    let map = placement.map
    let numbers = [map.down.row, map.down.column, map.across.row, map.across.column, map.origin.row, map.origin.column]
    return "\(size) " + numbers.map { String($0.bitPattern, radix: 36) }.joined(separator: " ")
  }

  /// The image on the later one's grid, between four pixels by weight; black where it has none.
  package func laidImage() -> GrayImage? {
    guard let image,
      let laid = try? Cancellation.polling(
        .never, { try image.warped(by: placement.map, to: size, using: .bilinear, fill: image.range.lowerBound) })
    else { return nil }
    // Whole grays stay whole, so that they take a byte each.
    let pixels = image.bitDepth <= 8 ? laid.pixels.map { $0.rounded() } : laid.pixels
    return GrayImage(size: size, pixels: pixels, range: image.range, bitDepth: image.bitDepth, window: image.window)
  }

  /// The opacity on the later image's grid.
  package func laidOpacity() -> Mask? {
    opacity.flatMap { opacity in
      try? Cancellation.polling(.never) { try opacity.pickedThrough(placement.map, to: size) }
    }
  }
}
