import ImageOps
import SegLang
import SegModel

/// What can be drawn over an image.
package enum Drawable: Union {
  case mask(Mask)
  case labels(LabelImage)
  case probability(ProbabilityMap)
  case segmentation(Segmentation)

  package static let members: [any Value.Type] = [Mask.self, LabelImage.self, ProbabilityMap.self, Segmentation.self]

  package init?(_ value: any Value) {
    switch value {
    case let mask as Mask: self = .mask(mask)
    case let labels as LabelImage: self = .labels(labels)
    case let map as ProbabilityMap: self = .probability(map)
    case let segmentation as Segmentation: self = .segmentation(segmentation)
    default: return nil
    }
  }

  package var member: any Value {
    switch self {
    case .mask(let mask): mask
    case .labels(let labels): labels
    case .probability(let map): map
    case .segmentation(let segmentation): segmentation
    }
  }

  package var size: Size {
    switch self {
    case .mask(let mask): mask.size
    case .labels(let labels): labels.size
    case .probability(let map): map.size
    case .segmentation(let segmentation): segmentation.size
    }
  }

  package func layers(_ style: OverlayStyle, name: String = "mask") -> [OverlayLayer] {
    switch self {
    case .mask(let mask):
      var style = style
      style.color = style.color ?? NamedColor.orange.rgb
      return [OverlayLayer(mask, name: name, style: style)]
    case .labels(let labels): return [OverlayLayer(labels, style: style)]
    case .probability(let map): return [OverlayLayer(map, name: "probability", style: style)]
    case .segmentation(let segmentation):
      var filled = style
      filled.color = style.color ?? NamedColor.orange.rgb
      return [
        OverlayLayer(
          segmentation.lungs.mask(of: LabelImage.rightLung), name: "right lung",
          style: .outline(NamedColor.skyblue.rgb, width: style.outlineWidth)),
        OverlayLayer(
          segmentation.lungs.mask(of: LabelImage.leftLung), name: "left lung",
          style: .outline(NamedColor.green.rgb, width: style.outlineWidth)),
        OverlayLayer(segmentation.opacity, name: "opacity", style: filled),
      ]
    }
  }
}
