import ImageOps
import SegLang
import SegValues

/// What a click on a region would leave of it, before the command runs: for the live view.
public struct ClickPreview: Sendable {
  private let growth: RegionGrowth

  /// - Parameters:
  ///   - layer: the name of a part of a segmentation, as commands write it; nil for the opacity, or a mask.
  ///   - removes: whether the click removes a region.
  /// - Returns: nil if the step has no region that could be corrected.
  public init?(_ step: Step, layer: String?, removes: Bool) {
    guard let value = step.value, let region = SegmentationOrMask(value), !(value is Mask && layer != nil) else { return nil }
    let part = layer.flatMap { try? CorrectionLayer.named($0) } ?? .opacity
    growth = RegionGrowth(region, part, removes: removes, origins: [step])
  }

  /// The corrected layer at the size of the image, 8 pixels per byte, the first in the lowest bit.
  /// - Throws: As the command would for an X-ray that is missing; `CancellationError`.
  public func bits(at points: [FinePoint]) throws -> [UInt8] { ViewPlanes.bits(try growth.corrected(at: points)) }
}
