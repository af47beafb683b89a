import ImageOps
import SegLang
import SegModel
import SegValues

/// The masks that a severity is counted in. `severity`, the report and the live view find them here, so that no output can show a figure beside another mask.
package struct SeveritySource {
  /// As it was given; what lies outside of the lungs does not count.
  package let opacity: Mask
  package let lungs: LabelImage
  /// What a model saw in the same X-ray: for intervals, estimates and doubt.
  package let segmentation: Segmentation?
  /// How many corrections the opacity and the lungs had.
  package let corrections: Int
  /// Whether masks of another X-ray, or of another segmentation, were used too, so that the lungs might be meant otherwise.
  package let isAmbiguous: Bool
  private let original: Masks?
  /// Whether a model's segmentation is measured as the model made it.
  private let isWhole: Bool

  private struct Masks {
    let opacity: Mask
    let lungs: LabelImage
    let segmentation: Segmentation?
  }

  /// - Parameters:
  ///   - field: the lungs, where they are given.
  ///   - step: what made the region; nil for a value that no step made.
  /// - Throws: `CommandProblem.noLungs`, `.sizesDiffer`; what splitting a mask into lungs throws.
  package init(_ region: SegmentationOrMask, lungs field: LungField?, madeBy step: Step?, alsoFrom others: [Step] = []) throws {
    let given = try field?.labels
    switch region {
    case .segmentation(let segmentation):
      (opacity, lungs, self.segmentation) = (segmentation.opacity, given ?? segmentation.lungs, segmentation)
      corrections = segmentation.corrections
      let before = segmentation.uncorrected
      original =
        corrections > 0 ? Masks(opacity: before.opacity, lungs: given ?? before.lungs, segmentation: before) : nil
      (isAmbiguous, isWhole) = (false, given == nil)
    case .mask(let mask):
      let origin = ChestOrigin(of: nil, from: (step.map { [$0] } ?? []) + others, size: mask.size)
      guard let labels = given ?? origin.lungs else { throw CommandProblem.noLungs }
      let (count, before, field) = try Self.corrections(of: mask, madeBy: step)
      (opacity, lungs, segmentation, corrections) = (mask, labels, origin.segmentation, count)
      original = before.map { Masks(opacity: $0, lungs: given ?? field ?? labels, segmentation: origin.segmentation?.uncorrected) }
      (isAmbiguous, isWhole) = (given == nil && origin.isAmbiguous, false)
    }
    guard lungs.size == opacity.size else {
      throw CommandProblem.sizesDiffer("the mask", opacity.size, "the image of the lungs", lungs.size)
    }
  }

  /// What is measured without the corrections; nil where there were none.
  package var uncorrected: SeveritySource? {
    original.map { SeveritySource($0, isWhole: isWhole) }
  }

  private init(_ masks: Masks, isWhole: Bool) {
    (opacity, lungs, segmentation) = (masks.opacity, masks.lungs, masks.segmentation)
    (corrections, isAmbiguous, original, self.isWhole) = (0, false, nil, isWhole)
  }

  /// - Throws: `ImageError.sizesDiffer`; `CancellationError`.
  package func severity() throws -> Severity {
    if isWhole, let segmentation { return try Severity(segmentation) }
    return try Severity(lungs: lungs, opacity: opacity.intersection(lungs.foreground), segmentation: segmentation)
  }

  /// - Throws: as ``severity()``.
  package func report() throws -> SeverityReport {
    SeverityReport(severity: try severity(), corrections: corrections, before: try uncorrected?.severity())
  }

  /// What a severity was measured in: found by its figures in what it was made from, so that an older or a newer severity is never taken for it.
  /// - Returns: nil where the masks are no longer known.
  /// - Throws: as `init`.
  package static func measured(by report: SeverityReport, madeBy step: Step?) throws -> SeveritySource? {
    for step in step?.originsInOrder ?? [] where step.command == CommandWord.severity {
      guard let found = step.value as? SeverityReport, let piped = step.pipedStep, let value = piped.value else { continue }
      let isBefore = found.severity != report.severity
      if isBefore, found.before != report.severity { continue }
      guard let region = SegmentationOrMask(value) ?? (try? Mask.bind(value)).map({ .mask($0) }) else { continue }
      let lungs = step.step(of: "lungs")
      let field = try lungs?.value.map { try LungField.bind($0) }
      let source = try SeveritySource(region, lungs: field, madeBy: piped, alsoFrom: lungs.map { [$0] } ?? [])
      return isBefore ? source.uncorrected : source
    }
    return nil
  }

  /// How many corrections in a row made a mask (those that changed no pixel do not count), the mask before them, and the lungs where these were other ones. Those of a segmentation count where the mask
  /// is its opacity, or a threshold of it, which they survive.
  private static func corrections(of mask: Mask, madeBy step: Step?) throws -> (count: Int, before: Mask?, lungs: LabelImage?) {
    var (count, step) = (0, step)
    while let last = step, last.traits.contains(.corrects) {
      step = last.parents.first
      let before = step?.value.flatMap { try? Mask.bind($0) }
      if before?.words != (last.value as? Mask)?.words { count += 1 }
    }
    // The first of them may have been given a segmentation's opacity.
    guard let base = count == 0 ? mask : step?.value.flatMap({ try? Mask.bind($0) }) else { return (0, nil, nil) }
    if let step {
      let property = step.property.flatMap { $0.properties == ["opacity"] ? $0.step : nil }
      let source = step.command == CommandWord.threshold ? step.pipedStep : property
      if let segmentation = source?.value as? Segmentation, segmentation.corrections > 0 {
        let before = segmentation.uncorrected
        let mask = property == nil ? try Self.withoutCorrections(step, segmentation) : before.opacity
        if let mask { return (count + segmentation.corrections, mask, before.lungs) }
      }
    }
    return count == 0 ? (0, nil, nil) : (count, base, nil)
  }

  /// The mask that a step of `threshold` would have made of the segmentation without its corrections; nil where its arguments are not known any more.
  /// - Throws: `CancellationError`; what thresholding throws.
  private static func withoutCorrections(_ step: Step, _ segmentation: Segmentation) throws -> Mask? {
    let within = step.step(of: "within")
    let level: ThresholdLevel?
    if let literal = step.resolved.first(where: { $0.parameter == "level" })?.literal {
      level = try? ThresholdLevel.read(Literal(literal))
    } else {
      level = (step.constant(of: "level") ?? step.step(of: "level")?.value).flatMap { try? ThresholdLevel.bind($0) }
    }
    guard let level else { return nil }
    let before = segmentation.uncorrected
    let field = try within.map { try $0.value.map { try Mask.bind($0) } } ?? before.lungs.foreground
    guard let field else { return nil }
    return try before.probability().thresholded(by: level.thresholdMethod, within: field).mask
  }
}
