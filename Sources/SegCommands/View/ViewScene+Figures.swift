import ImageOps
import SegLang
import SegModel

/// The figures beside the picture, and what can be changed.
extension ViewSceneBuilder {
  /// - Parameter prior: the severity of an earlier X-ray, which then is what was before.
  func severity(_ focus: Focus, _ lungs: (labels: LabelImage, step: Step)?, _ prior: Severity?) throws -> JSONValue? {
    guard let lungs, !(lungs.step.value is Phantom) else { return nil }
    let segmentation = ([focus.step] + focus.origins).lazy.compactMap { $0.value as? Segmentation }.first
    func figures(_ severity: Severity) -> JSONValue { SeverityReport(severity: severity).json }
    switch focus.value {
    case let segmentation as Segmentation:
      let after = try memory.recall("\(focus.step.id) severity") { figures(try Severity(segmentation)) }
      let before = try memory.recall("\(focus.step.id) severity before") {
        segmentation.corrections > 0 ? figures(try Severity(segmentation.uncorrected)) : .null
      }
      return .object([("of", .string(name(of: focus.step))), ("after", after), ("before", prior.map(figures) ?? before)])
    case let mask as Mask:
      let after = try memory.recall("\(focus.step.id) severity") {
        let inside = try mask.intersection(lungs.labels.foreground)
        return figures(try Severity(lungs: lungs.labels, opacity: inside, segmentation: segmentation))
      }
      let before = try memory.recall("\(lungs.step.id) severity") {
        try segmentation.flatMap { $0.size == focus.size ? figures(try Severity($0)) : nil } ?? .null
      }
      return .object([("of", .string(name(of: focus.step))), ("after", after), ("before", prior.map(figures) ?? before)])
    default: return nil
    }
  }

  /// What a threshold can be put on, the first being the one that made what is looked at.
  mutating func levels(_ focus: Focus, _ picture: Picture?) -> [JSONValue] {
    var levels: [JSONValue] = []
    let cut = focus.step.command == "threshold" ? focus.step : nil
    let source = cut?.parents.first
    let line = cut.map { $0.written { _, _ in "" } } ?? ""
    let level = line.split(separator: " ").drop { $0 != "threshold" }.dropFirst().first.flatMap { Double($0) }
    func option(_ step: Step, _ kind: String, _ plane: String, within: [String]) -> JSONValue {
      .object([
        ("step", .number(Double(step.id))), ("of", .string(name(of: step))), ("kind", .string(kind)), ("plane", .string(plane)),
        ("within", .array(within.map { .string($0) })),
        ("level", step.id == source?.id ? level.map { .number($0) } ?? .null : .null),
      ])
    }
    for step in [focus.step] + focus.origins {
      guard let value = step.value, Self.size(of: value) == focus.size else { continue }
      switch value {
      case let segmentation as Segmentation where segmentation.prediction != nil && !levels.contains(where: { $0.kind == "probability" }):
        levels.append(
          option(step, "probability", "\(step.id)-probability", within: ["\(step.id)-right-lung", "\(step.id)-left-lung"]))
      case is ProbabilityMap where !levels.contains(where: { $0.kind == "probability" }):
        levels.append(option(step, "probability", "\(step.id)-probability", within: []))
      default: continue
      }
    }
    if let picture { levels.append(option(picture.step, "gray", "\(picture.step.id)-gray", within: [])) }
    if let source, let index = levels.firstIndex(where: { $0.step == source.id }), index > 0 { levels.swapAt(0, index) }
    return levels
  }

  /// What can be corrected, and in which of its layers.
  func correctable(_ focus: Focus) -> JSONValue? {
    guard subject.canCorrect else { return nil }
    let layers: [String]
    switch focus.value {
    case is Segmentation: layers = ["opacity", "right-lung", "left-lung"]
    case is Mask: layers = ["opacity"]
    default: return nil
    }
    return .object([("step", .number(Double(focus.step.id))), ("layers", .array(layers.map { .string($0) }))])
  }
}

extension JSONValue {
  fileprivate subscript(name: String) -> JSONValue? {
    guard case .object(let fields) = self else { return nil }
    return fields.first { $0.0 == name }?.1
  }
  fileprivate var kind: String? { if case .string(let text)? = self["kind"] { text } else { nil } }
  fileprivate var step: Int? { if case .number(let number)? = self["step"] { Int(number) } else { nil } }
}
