import ImageOps
import SegLang

/// A union of values made of pixels.
package protocol PixelUnion: Union {}

extension PixelUnion {
  package var pixels: any PixelValue {
    guard let pixels = member as? any PixelValue else { preconditionFailure("each case holds pixels") }
    return pixels
  }

  package var size: Size { pixels.size }
  package var spacing: Spacing { pixels.spacing }
}

/// A mask or a gray image: what morphology works on.
package enum MaskOrImage: PixelUnion {
  case mask(Mask)
  case image(GrayImage)

  package static let unionCases = [UnionCase(Self.mask), UnionCase(Self.image)]
}

/// A mask, labels or a gray image: what erosion, dilation, opening and closing work on.
package enum RegionsOrImage: PixelUnion {
  case mask(Mask)
  case labels(LabelImage)
  case image(GrayImage)

  package static let unionCases = [UnionCase(Self.mask), UnionCase(Self.labels), UnionCase(Self.image)]
}

/// A gray image or a map of probabilities: what has levels.
package enum ImageOrProbability: PixelUnion {
  case image(GrayImage)
  case probability(ProbabilityMap)

  // A segmentation counts as its probability, so that comes first.
  package static let unionCases = [UnionCase(Self.probability), UnionCase(Self.image)]
}

/// A mask or a label image: regions.
package enum MaskOrLabels: PixelUnion {
  case mask(Mask)
  case labels(LabelImage)

  package static let unionCases = [UnionCase(Self.mask), UnionCase(Self.labels)]
}
