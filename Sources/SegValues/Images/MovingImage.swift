import ImageOps
import SegLang
import SegModel

/// An X-ray or what was found on it, for registration, which moves them alike.
package enum MovingImage: PixelUnion {
  case image(GrayImage)
  case mask(Mask)
  case labels(LabelImage)
  case probability(ProbabilityMap)
  case segmentation(Segmentation)

  package static let unionCases = [
    UnionCase(Self.image), UnionCase(Self.mask), UnionCase(Self.labels), UnionCase(Self.probability), UnionCase(Self.segmentation),
  ]

  /// The value seen through a map; masks and labels take the nearest pixel. Of a segmentation, lungs, opacity and structures remain.
  package func warped(by map: AffineMap, to target: Size, using method: Interpolation, spacing: Spacing) throws -> MovingImage {
    if case .segmentation(let segmentation) = self {
      return .segmentation(try segmentation.pickedThrough(map, to: target, spacing: spacing))
    }
    let moved = try AnyImage(member)?.warped(by: map, to: target, using: method).with(spacing: spacing)
    return moved.flatMap { MovingImage($0.member) } ?? self
  }
}

extension Segmentation {
  /// Lungs, opacity and structures seen through a map, by nearest neighbor, as if a reader had drawn them there.
  /// - Throws: `ImageError.invalidSize`, `CancellationError`.
  package func pickedThrough(_ map: AffineMap, to target: Size, spacing: Spacing) throws -> Segmentation {
    Segmentation(
      lungs: try lungs.pickedThrough(map, to: target, spacing: spacing),
      opacity: try opacity.pickedThrough(map, to: target, spacing: spacing),
      structures: try structures.mapValues { try $0.pickedThrough(map, to: target, spacing: spacing) })
  }
}
