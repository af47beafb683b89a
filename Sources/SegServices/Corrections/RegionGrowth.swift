import ImageOps
import SegLang
import SegModel
import SegValues

/// What a click on a region changes: the pixels that it adds or removes, by the X-ray and the network's probability.
package struct RegionGrowth {
  private let region: SegmentationOrMask
  private let layer: CorrectionLayer
  private let removes: Bool
  private let origins: [Step]

  /// - Parameter origins: the steps that the region was made from, its own first.
  package init(_ region: SegmentationOrMask, _ layer: CorrectionLayer, removes: Bool, origins: [Step]) {
    (self.region, self.layer, self.removes, self.origins) = (region, layer, removes, origins)
  }

  /// The corrected layer, as a preview of the command.
  /// - Throws: As ``pixels(at:without:)``.
  package func corrected(at inside: [FinePoint]) throws -> Mask {
    let changed = try pixels(at: inside)
    return try removes ? region.mask(of: layer).subtracting(changed) : region.mask(of: layer).union(changed)
  }

  /// The pixels that points add or remove; empty if no point lies on a pixel that can change. See `RegionFromClicks`.
  /// - Throws: `CommandProblem.noXRay`, `CancellationError`.
  package func pixels(at inside: [FinePoint], without outside: [FinePoint] = []) throws -> Mask {
    guard let image = origins.lazy.compactMap({ $0.xray(of: region.size)?.image }).first else { throw CommandProblem.noXRay("at=") }
    let candidates = try candidates()
    let field = field(holding: inside + outside)
    var probability = try probability()
    if removes, let map = probability {
      probability = ProbabilityMap(size: map.size, pixels: map.pixels.map { 1 - $0 }, spacing: map.spacing)
    }
    let growth = try RegionFromClicks(image, field: field, probability: probability, extent: removes ? .falsePositive : .missed)
    return try growth.region(at: inside, without: outside, among: candidates)
  }

  /// The pixels that can change.
  private func candidates() throws -> Mask {
    let current = region.mask(of: layer)
    if removes { return current }
    guard case .segmentation(let segmentation) = region else { return current.inverted() }
    let lungs = segmentation.lungs.foreground
    if case .structure = layer { return current.inverted() }
    return layer == .opacity && !lungs.isEmpty ? try lungs.subtracting(current) : lungs.inverted()
  }

  /// The lungs around opacity, if they hold all points; otherwise the whole image.
  private func field(holding points: [FinePoint]) -> Mask {
    let whole = Mask(size: region.size)
    guard layer == .opacity, let lungs = lungs?.foreground, let box = lungs.boundingBox else { return whole }
    let isInside = points.allSatisfy { point in
      let place = point.pixelPoint
      return box.rows.contains(Int((place.row + 0.5).rounded(.down))) && box.columns.contains(Int((place.column + 0.5).rounded(.down)))
    }
    return isInside ? lungs : whole
  }

  private var lungs: LabelImage? {
    switch region {
    case .segmentation(let segmentation): segmentation.lungs
    case .mask(let mask): ChestOrigin(of: nil, from: origins, size: mask.size).lungs
    }
  }

  /// The probability of the layer; nil if masks were drawn, or a mask is not a threshold of one.
  private func probability() throws -> ProbabilityMap? {
    switch region {
    case .segmentation(let segmentation):
      guard case .channel(let channel) = layer.layer, segmentation.prediction != nil else { return nil }
      return try segmentation.probability(of: channel)
    case .mask:
      guard let source = origins.first?.mainLine.first(where: { $0.command == CommandWord.threshold })?.parents.first?.value else {
        return nil
      }
      if let map = source as? ProbabilityMap { return map.size == region.size ? map : nil }
      guard let segmentation = source as? Segmentation, segmentation.size == region.size, segmentation.prediction != nil else { return nil }
      return try segmentation.probability()
    }
  }
}

extension SegmentationOrMask {
  /// What a layer is now; of a mask, the mask.
  package func mask(of layer: CorrectionLayer) -> Mask {
    switch self {
    case .segmentation(let segmentation): segmentation.mask(of: layer.layer)
    case .mask(let mask): mask
    }
  }
}
