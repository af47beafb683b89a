import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// The figures beside the image, and what can be changed.
extension ViewSceneBuilder {
  /// What a mask or segmentation is held against under the word "before": itself without its corrections, or where it has none, what it was made from.
  package struct Baseline {
    package let opacity: Mask
    package let step: Step
    /// "uncorrected", "_2 Mask".
    package let words: String
    package let source: SeveritySource?
  }

  /// Nil for what has no "before", such as what a model found.
  /// - Throws: what splitting lungs or thresholding throws; `CancellationError`.
  package func baseline(_ focus: Focus) throws -> Baseline? {
    guard focus.value is Mask || focus.value is Segmentation else { return nil }
    let source = try source(of: focus.value, focus.step)
    if let source, let before = source.uncorrected {
      return Baseline(opacity: before.opacity, step: focus.step, words: "uncorrected", source: before)
    }
    guard focus.value is Mask else { return nil }
    for step in focus.step.mainLine.dropFirst() {
      guard let value = step.value, Self.size(of: value) == focus.size, value is Mask || value is Segmentation,
        let opacity = value as? Mask ?? (value as? Segmentation)?.opacity
      else { continue }
      let words = "\(name(of: step)) \(type(of: value).typeName)".trimmingPrefix(" ")
      return Baseline(opacity: opacity, step: step, words: String(words), source: try self.source(of: value, step))
    }
    return nil
  }

  /// Nil where no lungs are known.
  private func source(of value: any Value, _ step: Step) throws -> SeveritySource? {
    guard let region = SegmentationOrMask(value) else { return nil }
    do { return try SeveritySource(region, lungs: nil, madeBy: step) } catch CommandProblem.noLungs { return nil }
  }

  /// The figures of what is looked at, and those before.
  /// - Parameter prior: the severity of an earlier X-ray, which then is what was before.
  package func severity(_ focus: Focus, _ lungs: (labels: LabelImage, step: Step)?, _ baseline: Baseline?, _ prior: Severity?) throws
    -> JSON?
  {
    func figures(_ severity: Severity) -> JSON { SeverityReport(severity: severity).json }
    let after: JSON
    let measured: Step
    let doubt: ImageCheck.Doubt?
    if let report = subject.shown.value as? SeverityReport {
      (after, measured, doubt) = (figures(report.severity), subject.shown, report.severity.doubt)
    } else {
      guard let lungs, lungs.step.pixels?.isTruth != true, let source = try source(of: focus.value, focus.step) else { return nil }
      after = try memory.recall("\(focus.step.id) severity") { figures(try source.severity()) }
      (measured, doubt) = (focus.step, source.segmentation?.doubt)
    }
    var before = try baseline?.source.map { source in
      try memory.recall("\(baseline?.step.id ?? 0) severity\(source.corrections) \(baseline?.words ?? "")") {
        figures(try source.severity())
      }
    }
    var words = baseline?.words
    if let prior { (before, words) = (figures(prior), "the prior X-ray") }
    return [
      "of": .string(name(of: measured)), "after": after, "before": before ?? .null,
      "doubt": doubt.map { .string($0.warning) } ?? .null, "recorded": .bool(subject.shown.value is SeverityReport),
      "before_is": before == nil ? .null : words.map { .string($0) } ?? .null,
    ]
  }

  /// What a threshold can be put on, the first being the one that made what is looked at.
  package mutating func levels(_ focus: Focus, _ picture: Picture?) -> [JSON] {
    var levels: [JSON] = []
    // Corrections of a mask stay on top of a new threshold, so the one that they started from can be moved still.
    let cut = focus.step.uncorrectedMask.flatMap { $0.command == CommandWord.threshold ? $0 : nil }
    let source = cut?.parents.first
    let stated = cut?.constant(of: "level").flatMap { try? ThresholdLevel.bind($0) }
    let level: Double? = if case .intensity(.raw(let value))? = stated { value } else { nil }
    func option(_ step: Step, _ kind: String, _ plane: String, within: [String], model: JSON = .null) -> JSON {
      [
        "step": .number(Double(step.id)), "of": .string(name(of: step)), "kind": .string(kind), "plane": .string(plane),
        "within": .array(within.map { .string($0) }),
        "level": step.id == source?.id ? level.map { .number($0) } ?? .null : .null, "model": model,
        "keeps": .number(Double(corrections(keptBy: step, focus))),
      ]
    }
    for step in [focus.step] + focus.origins {
      guard let value = step.value, Self.size(of: value) == focus.size else { continue }
      switch value {
      case let segmentation as Segmentation where segmentation.prediction != nil && !levels.contains(where: { $0.kind == "probability" }):
        levels.append(
          option(
            step, "probability", "\(step.id)-probability", within: ["\(step.id)-right-lung", "\(step.id)-left-lung"],
            model: segmentation.source.map { Self.json(of: $0.thresholds) } ?? .null))
      case is ProbabilityMap where !levels.contains(where: { $0.kind == "probability" }):
        levels.append(option(step, "probability", "\(step.id)-probability", within: []))
      default: continue
      }
    }
    if let picture { levels.append(option(picture.step, "gray", "\(picture.step.id)-gray", within: [])) }
    if let source, let index = levels.firstIndex(where: { $0.step == source.id }), index > 0 { levels.swapAt(0, index) }
    return levels
  }

  /// The threshold of a model's opacity, and whether it drops small regions too.
  private static func json(of thresholds: SegmentationModel.Thresholds) -> JSON {
    let level = (Double(thresholds.opacity) * 10_000).rounded() / 10_000
    return ["level": .number(level), "drops_small": .bool(thresholds.leastRegion > 0 || thresholds.leastOpacity > 0)]
  }

  /// How many corrections a new threshold on a step's value leaves in place.
  private func corrections(keptBy step: Step, _ focus: Focus) -> Int {
    let ofMask = focus.value is Mask ? focus.step.maskCorrections.count : 0
    return ofMask + ((step.value as? Segmentation)?.corrections ?? 0)
  }

  /// What can be corrected, and in which of its layers.
  package func correctable(_ focus: Focus) -> JSON? {
    guard subject.canCorrect else { return nil }
    let layers: [String]
    switch focus.value {
    case let segmentation as Segmentation: layers = ["opacity", "right-lung", "left-lung"] + segmentation.structureNames
    case is Mask: layers = ["opacity"]
    default: return nil
    }
    return ["step": .number(Double(focus.step.id)), "layers": .array(layers.map { .string($0) })]
  }
}

extension JSON {
  fileprivate var kind: String? { if case .string(let text)? = self["kind"] { text } else { nil } }
  fileprivate var step: Int? { if case .number(let number)? = self["step"] { Int(number) } else { nil } }
}

extension Step {
  /// The corrections of a mask that come last in its making, the earliest first.
  package var maskCorrections: [Step] {
    Array(mainLine.prefix { $0.value is Mask && $0.traits.contains(.corrects) }.reversed())
  }

  /// What a mask was before those; the step itself where there are none.
  fileprivate var uncorrectedMask: Step? { mainLine.dropFirst(maskCorrections.count).first }
}
