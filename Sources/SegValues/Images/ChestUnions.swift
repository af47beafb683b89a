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

/// What heart and chest are measured on: lungs with a heart, or lungs alone.
package enum SegmentationOrLabels: PixelUnion {
  case segmentation(Segmentation)
  case labels(LabelImage)

  package static let unionCases = [UnionCase(Self.segmentation), UnionCase(Self.labels)]

  package var lungs: LabelImage {
    switch self {
    case .segmentation(let segmentation): segmentation.lungs
    case .labels(let labels): labels
    }
  }

  /// The heart of the segmentation; nil if it has none.
  package var heart: Mask? {
    guard case .segmentation(let segmentation) = self else { return nil }
    return segmentation.structures[.heart]
  }
}
