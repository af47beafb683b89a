import ImageOps
import SegLang

/// A mask or a gray image: what morphology works on.
package enum MaskOrImage: Union {
  case mask(Mask)
  case image(GrayImage)

  package static let members: [any Value.Type] = [Mask.self, GrayImage.self]

  package init?(_ value: any Value) {
    switch value {
    case let mask as Mask: self = .mask(mask)
    case let image as GrayImage: self = .image(image)
    default: return nil
    }
  }

  package var member: any Value {
    switch self {
    case .mask(let mask): mask
    case .image(let image): image
    }
  }

  package var spacing: Spacing {
    switch self {
    case .mask(let mask): mask.spacing
    case .image(let image): image.spacing
    }
  }
}

/// A mask, labels or a gray image: what erosion, dilation, opening and closing work on.
package enum RegionsOrImage: Union {
  case mask(Mask)
  case labels(LabelImage)
  case image(GrayImage)

  package static let members: [any Value.Type] = [Mask.self, LabelImage.self, GrayImage.self]

  package init?(_ value: any Value) {
    switch value {
    case let mask as Mask: self = .mask(mask)
    case let labels as LabelImage: self = .labels(labels)
    case let image as GrayImage: self = .image(image)
    default: return nil
    }
  }

  package var member: any Value {
    switch self {
    case .mask(let mask): mask
    case .labels(let labels): labels
    case .image(let image): image
    }
  }

  package var spacing: Spacing {
    switch self {
    case .mask(let mask): mask.spacing
    case .labels(let labels): labels.spacing
    case .image(let image): image.spacing
    }
  }
}

/// A gray image or a map of probabilities: what has levels.
package enum ImageOrProbability: Union {
  case image(GrayImage)
  case probability(ProbabilityMap)

  // A segmentation counts as its probability, so that comes first.
  package static let members: [any Value.Type] = [ProbabilityMap.self, GrayImage.self]

  package init?(_ value: any Value) {
    switch value {
    case let image as GrayImage: self = .image(image)
    case let map as ProbabilityMap: self = .probability(map)
    default: return nil
    }
  }

  package var member: any Value {
    switch self {
    case .image(let image): image
    case .probability(let map): map
    }
  }

  package var spacing: Spacing {
    switch self {
    case .image(let image): image.spacing
    case .probability(let map): map.spacing
    }
  }
}

/// A mask or a label image: regions.
package enum MaskOrLabels: Union {
  case mask(Mask)
  case labels(LabelImage)

  package static let members: [any Value.Type] = [Mask.self, LabelImage.self]

  package init?(_ value: any Value) {
    switch value {
    case let mask as Mask: self = .mask(mask)
    case let labels as LabelImage: self = .labels(labels)
    default: return nil
    }
  }

  package var member: any Value {
    switch self {
    case .mask(let mask): mask
    case .labels(let labels): labels
    }
  }

  package var size: Size {
    switch self {
    case .mask(let mask): mask.size
    case .labels(let labels): labels.size
    }
  }
}
