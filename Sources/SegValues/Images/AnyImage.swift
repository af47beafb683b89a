import Basics
import ImageOps
import SegLang

/// An image of any kind, for commands that move pixels and leave the kind as it is.
package enum AnyImage: PixelUnion {
  case image(GrayImage)
  case mask(Mask)
  case labels(LabelImage)
  case probability(ProbabilityMap)

  package static let unionCases = [UnionCase(Self.image), UnionCase(Self.mask), UnionCase(Self.labels), UnionCase(Self.probability)]

  /// What a transformation that knows no kinds makes of the image.
  package func transformed(by transformation: some GridTransformation) throws -> AnyImage {
    switch self {
    case .image(let image): .image(try transformation.apply(to: image))
    case .mask(let mask): .mask(try transformation.apply(to: mask))
    case .labels(let labels): .labels(try transformation.apply(to: labels))
    case .probability(let map): .probability(try transformation.apply(to: map))
    }
  }

  package func with(spacing: Spacing) -> AnyImage {
    switch self {
    case .image(var image):
      image.spacing = spacing
      return .image(image)
    case .mask(var mask):
      mask.spacing = spacing
      return .mask(mask)
    case .labels(var labels):
      labels.spacing = spacing
      return .labels(labels)
    case .probability(var map):
      map.spacing = spacing
      return .probability(map)
    }
  }
}

/// Moves pixels of any kind of image.
package protocol GridTransformation {
  func apply<Grid: PixelGrid>(to grid: Grid) throws -> Grid
}

extension Union {
  /// The output type of a command that gives back the kind it was given.
  package static func kept(_ input: ValueType?) -> ValueType {
    guard let input, members.contains(where: { $0.valueType == input }) else { return valueType }
    return input
  }
}
