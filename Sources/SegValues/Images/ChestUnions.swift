import ImageOps
import SegLang
import SegModel

/// What has levels: intensities or probabilities.
package enum Leveled: PixelUnion {
  case image(GrayImage)
  case probability(ProbabilityMap)
  case segmentation(Segmentation)

  package static let unionCases = [UnionCase(Self.image), UnionCase(Self.probability), UnionCase(Self.segmentation)]
}

/// What severity is measured of.
package enum SegmentationOrMask: PixelUnion {
  case segmentation(Segmentation)
  case mask(Mask)

  package static let unionCases = [UnionCase(Self.segmentation), UnionCase(Self.mask)]
}

/// Lungs as labels, or as a mask that is parted into right and left.
package enum LungField: PixelUnion {
  case labels(LabelImage)
  case mask(Mask)

  package static let unionCases = [UnionCase(Self.labels), UnionCase(Self.mask)]

  package var labels: LabelImage {
    get throws {
      switch self {
      case .labels(let labels): labels
      case .mask(let mask): try mask.splitIntoLungs()
      }
    }
  }
}
