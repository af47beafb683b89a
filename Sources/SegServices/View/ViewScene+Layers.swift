import Basics
import ImageOps
import SegLang
import SegModel

/// What lies over the image: what was found, what it was made from, other masks.
extension ViewSceneBuilder {
  package func lungs(of focus: Focus) -> (labels: LabelImage, step: Step)? {
    for step in [focus.step] + focus.origins {
      guard let pixels = step.pixels, !pixels.isTruth || focus.step.id != step.id else { continue }
      if let labels = pixels.lungLabels, labels.size == focus.size { return (labels, step) }
    }
    return nil
  }

  /// The dashes of an outline.
  private enum Dashes: String {
    case solid, dashed, dotted
    case dashDot = "dash-dot"
    case dashDotDot = "dash-dot-dot"
    case longDash = "long-dash"
  }

  /// How a layer is drawn before anyone changes that. Dashes and width distinguish every outline from the others without color.
  private struct Look {
    let color: NamedColor
    var isOutline = false
    var dashes = Dashes.solid
    var isThick = false
    var isShown = true
    var side = "both"
  }

  /// Whether the value of a step lies in known lungs of a size; in those of a phantom's reference nothing is measured.
  package static func hasMeasurableLungs(along step: Step, _ size: Size) -> Bool {
    step.originsInOrder.lazy.compactMap(\.pixels).first { $0.lungLabels?.size == size }.map { !$0.isTruth } ?? false
  }

  package mutating func layers(_ focus: Focus, _ baseline: Baseline?) throws -> [JSON] {
    var layers: [JSON] = []
    var seen: Set<Int> = [focus.step.id]
    switch focus.value {
    case let mask as Mask:
      layers.append(self.mask(mask, focus.step, "mask", "mask", Look(color: .orange, isThick: true, side: "after")))
    case let labels as LabelImage where labels.areLungs: layers += lungLayers(labels, focus.step, truth: false)
    case let labels as LabelImage: layers.append(self.labels(labels, focus.step))
    case let map as ProbabilityMap: layers.append(probability(map, focus.step, isShown: true))
    case let segmentation as Segmentation:
      layers.append(mask(segmentation.opacity, focus.step, "opacity", "opacity", Look(color: .orange, isThick: true, side: "after")))
      layers += lungLayers(segmentation.lungs, focus.step, truth: false)
      layers += structures(segmentation, focus.step)
      layers += probability(segmentation, focus.step)
    case let phantom as Phantom: layers += truth(phantom, focus.step)
    default: break
    }
    if let baseline {
      let look = Look(color: .blue, dashes: .longDash, isThick: true, isShown: false, side: "before")
      layers.append(
        layer(
          "mask", baseline.step, "before", "before", detail: .string("\(baseline.words), \(area(of: baseline.opacity))"), look,
          planeKey: "before \(baseline.words)"
        ) { ViewPlanes.bits(baseline.opacity) })
    }
    var hasSegmentation = focus.value is Segmentation
    for step in focus.origins where !seen.contains(step.id) {
      guard let value = step.value, Self.size(of: value) == focus.size else { continue }
      seen.insert(step.id)
      switch value {
      case let segmentation as Segmentation:
        guard !hasSegmentation else { continue }
        hasSegmentation = true
        layers += lungLayers(segmentation.lungs, step, truth: false)
        layers += structures(segmentation, step)
        layers += probability(segmentation, step)
      case let phantom as Phantom: layers += truth(phantom, step)
      default: continue
      }
    }
    return layers + readings(focus) + otherMasks(focus, seen)
  }

  /// The outlines of readers whose differences are settled: the first solid, the second dashed, so that color is not needed.
  private mutating func readings(_ focus: Focus) -> [JSON] {
    let looks = [
      Look(color: .vermillion, isOutline: true, isThick: true), Look(color: .purple, isOutline: true, dashes: .dashed, isThick: true),
    ]
    var layers: [JSON] = []
    for (look, reading) in zip(looks, subject.readings) {
      guard let segmentation = reading.step.value as? Segmentation, segmentation.size == focus.size else { continue }
      var lungs = look
      (lungs.isThick, lungs.isShown, lungs.dashes) = (false, false, look.dashes == .solid ? .longDash : .dotted)
      layers.append(mask(segmentation.opacity, reading.step, "reader \(reading.reader) opacity", "opacity of \(reading.reader)", look))
      layers.append(
        mask(segmentation.lungs.foreground, reading.step, "reader \(reading.reader) lungs", "lungs of \(reading.reader)", lungs))
    }
    return layers
  }

  /// Masks that were given a name and have the size of what is looked at.
  private mutating func otherMasks(_ focus: Focus, _ seen: Set<Int>) -> [JSON] {
    let colors: [NamedColor] = [.purple, .yellow, .vermillion, .skyblue]
    let lines: [(dashes: Dashes, isThick: Bool)] = [(.dotted, true), (.dashDot, true), (.dashDotDot, false), (.dashDotDot, true)]
    var layers: [JSON] = []
    for step in subject.steps.reversed() where layers.count < colors.count && !seen.contains(step.id) {
      guard let mask = step.value as? Mask, mask.size == focus.size, let name = subject.names[step.id]?.first, !name.hasPrefix("_") else {
        continue
      }
      let (color, line) = (colors[layers.count], lines[layers.count])
      let look = Look(color: color, isOutline: true, dashes: line.dashes, isThick: line.isThick, isShown: false)
      layers.append(self.mask(mask, step, "mask \(name)", name, look))
    }
    return layers
  }

  private mutating func lungLayers(_ lungs: LabelImage, _ step: Step, truth: Bool) -> [JSON] {
    let prefix = truth ? "true " : ""
    var layers: [JSON] = []
    for (lung, color) in [(Lung.right, NamedColor.skyblue), (.left, .green)] {
      let dashes: Dashes = lung == .right ? (truth ? .dotted : .solid) : (truth ? .dashDot : .dashed)
      layers.append(
        mask(
          lungs.mask(of: lung.label), step, "\(prefix)\(lung.rawValue)-lung", "\(prefix)\(lung.name)",
          Look(color: color, isOutline: true, dashes: dashes, isShown: !truth)))
    }
    return layers
  }

  /// Outlines of the structures, in colors and dashes that lungs and opacity do not have.
  private mutating func structures(_ segmentation: Segmentation, _ step: Step) -> [JSON] {
    let looks: [(color: NamedColor, dashes: Dashes)] = [(.vermillion, .solid), (.purple, .dashed), (.yellow, .solid), (.blue, .dashed)]
    var layers: [JSON] = []
    for (number, structure) in segmentation.structures.sorted(by: { $0.key < $1.key }).enumerated() {
      let look = looks[number % looks.count]
      let name = structure.key
      layers.append(
        mask(
          structure.value, step, name.description, name.words,
          Look(color: look.color, isOutline: true, dashes: look.dashes, isThick: true)))
    }
    return layers
  }

  private mutating func truth(_ phantom: Phantom, _ step: Step) -> [JSON] {
    lungLayers(phantom.lungs, step, truth: true)
      + [
        mask(
          phantom.opacity, step, "true opacity", "true opacity", Look(color: .yellow, isOutline: true, dashes: .longDash, isShown: false))
      ]
  }

  /// - Parameter mask: worked out only where it is needed.
  private mutating func mask(
    _ mask: @escaping @autoclosure @Sendable () -> Mask, _ step: Step, _ key: String, _ name: String, _ look: Look
  ) -> JSON {
    let area = memory.recall("\(step.id) \(key) area") { .string(self.area(of: mask())) }
    return layer("mask", step, key, name, detail: area, look) { ViewPlanes.bits(mask()) }
  }

  private func area(of mask: Mask) -> String {
    mask.spacing.areaText(pixels: Double(mask.count)) ?? "\(NumberFormat.grouped(mask.count)) px"
  }

  private mutating func labels(_ labels: LabelImage, _ step: Step) -> JSON {
    let count = memory.recall("\(step.id) labels") { .string("\(NumberFormat.grouped(labels.counts.count)) regions") }
    return layer("labels", step, "labels", "labels", detail: count, Look(color: .skyblue)) { ViewPlanes.labels(labels) }
  }

  private mutating func probability(_ map: ProbabilityMap, _ step: Step, isShown: Bool) -> JSON {
    layer("probability", step, "probability", "probability", detail: .string("of opacity"), Look(color: .orange, isShown: isShown)) {
      ViewPlanes.probability(map)
    }
  }

  /// None where masks were drawn.
  private mutating func probability(_ segmentation: Segmentation, _ step: Step) -> [JSON] {
    guard segmentation.prediction != nil else { return [] }
    return [
      layer("probability", step, "probability", "probability", detail: .string("of opacity"), Look(color: .orange, isShown: false)) {
        (try? Cancellation.polling(.never) { try segmentation.probability() }).map { ViewPlanes.probability($0) } ?? []
      }
    ]
  }

  private mutating func layer(
    _ kind: String, _ step: Step, _ key: String, _ name: String, detail: JSON, _ look: Look, planeKey: String? = nil,
    _ bytes: @escaping @Sendable () -> [UInt8]
  ) -> JSON {
    [
      "plane": .string(plane(step, planeKey ?? key, bytes)), "kind": .string(kind), "key": .string(key), "name": .string(name),
      "of": .string(self.name(of: step)), "detail": detail, "color": .string(Self.hex(look.color.rgb)),
      "outline": .bool(look.isOutline), "dashes": .string(look.dashes.rawValue), "thick": .bool(look.isThick), "shown": .bool(look.isShown),
      "side": .string(look.side),
    ]
  }

  package mutating func layer(_ prior: ViewPrior, _ step: Step) -> JSON {
    layer(
      "mask", step, "prior-opacity", "prior opacity", detail: .string(prior.placement.words),
      Look(color: .purple, isOutline: true, dashes: .dashed, isThick: true),
      planeKey: "prior opacity \(prior.key)"
    ) { prior.laidOpacity().map { ViewPlanes.bits($0) } ?? [] }
  }

  private static func hex(_ color: RGB) -> String {
    "#" + [color.red, color.green, color.blue].map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
