import ImageOps
import SegLang
import SegModel

/// What can be drawn over an image.
package enum Drawable: PixelUnion {
  case mask(Mask)
  case labels(LabelImage)
  case probability(ProbabilityMap)
  case segmentation(Segmentation)

  package static let unionCases = [UnionCase(Self.mask), UnionCase(Self.labels), UnionCase(Self.probability), UnionCase(Self.segmentation)]

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
      // Three outlines in one image: none is told from the others by color alone.
      if !style.isFilled { filled.line = .thick }
      return [
        OverlayLayer(
          segmentation.lungs.mask(of: LabelImage.rightLung), name: "right lung",
          style: .outline(NamedColor.skyblue.rgb, width: style.outlineWidth)),
        OverlayLayer(
          segmentation.lungs.mask(of: LabelImage.leftLung), name: "left lung",
          style: .outline(NamedColor.green.rgb, width: style.outlineWidth, line: .dashed)),
        OverlayLayer(segmentation.opacity, name: "opacity", style: filled),
      ] + Self.structures(of: segmentation, style)
    }
  }

  /// Outlines in colors that neither lungs nor opacity have.
  private static func structures(of segmentation: Segmentation, _ style: OverlayStyle) -> [OverlayLayer] {
    let colors: [NamedColor] = [.vermillion, .purple, .yellow, .blue]
    return segmentation.structures.sorted { $0.key < $1.key }.enumerated().map { number, structure in
      OverlayLayer(
        structure.value, name: structure.key.words,
        style: .outline(colors[number % colors.count].rgb, width: style.outlineWidth, line: .thick))
    }
  }
}
