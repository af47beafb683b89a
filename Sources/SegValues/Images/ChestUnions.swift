import ImageOps
import SegLang
import SegModel

/// What has levels: intensities or probabilities.
package enum Leveled: Union {
  case image(GrayImage)
  case probability(ProbabilityMap)
  case segmentation(Segmentation)

  package static let members: [any Value.Type] = [GrayImage.self, ProbabilityMap.self, Segmentation.self]

  package init?(_ value: any Value) {
    switch value {
    case let image as GrayImage: self = .image(image)
    case let map as ProbabilityMap: self = .probability(map)
    case let segmentation as Segmentation: self = .segmentation(segmentation)
    default: return nil
    }
  }

  package var member: any Value {
    switch self {
    case .image(let image): image
    case .probability(let map): map
    case .segmentation(let segmentation): segmentation
    }
  }
}

/// What severity is measured of.
package enum SegmentationOrMask: Union {
  case segmentation(Segmentation)
  case mask(Mask)

  package static let members: [any Value.Type] = [Segmentation.self, Mask.self]

  package init?(_ value: any Value) {
    switch value {
    case let segmentation as Segmentation: self = .segmentation(segmentation)
    case let mask as Mask: self = .mask(mask)
    default: return nil
    }
  }

  package var member: any Value {
    switch self {
    case .segmentation(let segmentation): segmentation
    case .mask(let mask): mask
    }
  }
}

/// Lungs as labels, or as a mask that is parted into right and left.
package enum LungField: Union {
  case labels(LabelImage)
  case mask(Mask)

  package static let members: [any Value.Type] = [LabelImage.self, Mask.self]

  package init?(_ value: any Value) {
    switch value {
    case let labels as LabelImage: self = .labels(labels)
    case let mask as Mask: self = .mask(mask)
    default: return nil
    }
  }

  package var member: any Value {
    switch self {
    case .labels(let labels): labels
    case .mask(let mask): mask
    }
  }

  package var labels: LabelImage {
    get throws {
      switch self {
      case .labels(let labels): labels
      case .mask(let mask): try mask.splitIntoLungs()
      }
    }
  }
}
