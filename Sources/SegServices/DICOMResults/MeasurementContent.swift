import Basics
import ImageOps
import SegModel
import SegValues

/// The values of a severity as a measurement report (PS3.16, TID 1500), with the codes of SNOMED CT, DICOM and UCUM where they exist; others are those of
/// `99SEGSH`, which the document defines.
extension CaseObjects.Content {
  private typealias Code = DICOMCode

  private static let percent = ("%", "percent")

  /// - Parameter segmentation: the segmentation that the values were counted in.
  func addMeasurements(to object: inout DICOMObject, segmentation: DICOMXRay) {
    let scheme = DICOMCodingScheme.segsh
    object.add("scheme", scheme.designator, scheme.identifier, scheme.name)
    object.add("size", "\(image.size.width)", "\(image.size.height)")
    let name = model?.name ?? "manual segmentation"
    object.add("device", DICOMXRay.identifier(of: "device \(name) \(model?.sha256 ?? "")"), name)
    if let reader { object.add("reader", reader) }
    object.add("algorithm", name, "segsh \(ProgramVersion.text)")
    for parameter in parameters { object.add("parameter", parameter) }
    object.add("segmentation", segmentation.instance, segmentation.series)
    // A segment for each layer that is not empty, and opacity always.
    let layers = [SegmentationChannel.rightLung, .leftLung].filter { !lungs.mask(of: $0.lung?.label ?? 0).isEmpty } + [.opacity]
    func segments(_ wanted: [SegmentationChannel]) {
      for (index, layer) in layers.enumerated() where wanted.contains(layer) { object.add("segment", "\(index + 1)") }
    }
    func group(_ name: String, _ site: Code, _ side: String) {
      object.add(
        "group", name, DICOMXRay.identifier(of: "tracking \(name) \(segmentation.instance)"), site.value, site.scheme, site.meaning, side)
    }
    let lung = Code("39607008", "SCT", "Lung")
    group("both lungs", lung, "B")
    segments([.rightLung, .leftLung, .opacity])
    add(severity.percent, Self.share, Self.percent, .percent, Self.counted, to: &object)
    add(severity.extent, Code("EXTENT", "99SEGSH", "Geographic extent"), ("{0:8}", "range: 0:8"), .extent, Self.counted, to: &object)
    add(
      severity.extentEstimate, Code("EXTENTESTIMATE", "99SEGSH", "Geographic extent, estimated reader score"), ("{0:8}", "range: 0:8"),
      .extentEstimate, Self.estimated, to: &object)
    add(
      severity.brixiaEstimate, Code("BRIXIAESTIMATE", "99SEGSH", "Brixia score, estimated reader score"), ("{0:18}", "range: 0:18"),
      .brixiaEstimate, Self.estimated, to: &object)
    for (side, figure) in [(Lung.right, severity.rightPercent), (.left, severity.leftPercent)] where figure != nil {
      group("\(side.rawValue) lung", lung, side == .right ? "R" : "L")
      segments([side == .right ? .rightLung : .leftLung, .opacity])
      add(figure, Self.share, Self.percent, .lung, Self.counted, to: &object)
    }
    for zone in LungZone.allCases where severity.zones[zone] != nil {
      group("zone \(zone.rawValue)", Self.site(of: zone.third), zone.lung == .right ? "R" : "L")
      segments([zone.lung == .right ? .rightLung : .leftLung, .opacity])
      add(severity.zones[zone], Self.share, Self.percent, .zone, Self.counted, to: &object)
    }
    addEvaluations(to: &object)
  }

  private static let share = Code("OPACITYPERCENT", "99SEGSH", "Percentage of lung area with opacity")
  private static let counted = Code("AREA", "99SEGSH", "Counted in the segmentation")
  private static let estimated = Code("MODEL", "99SEGSH", "Estimated by the model, trained on reader scores")

  private static func site(of third: LungThird) -> Code {
    switch third {
    case .upper: Code("281392002", "SCT", "Upper zone of lung")
    case .middle: Code("281393007", "SCT", "Middle zone of lung")
    case .lower: Code("281394001", "SCT", "Lower zone of lung")
    }
  }

  private func add(
    _ figure: Severity.Figure?, _ name: Code, _ unit: (code: String, meaning: String), _ kind: IntervalRule.Figure, _ method: Code,
    to object: inout DICOMObject
  ) {
    guard let figure else { return }
    let (low, high) = (figure.interval.lowerBound, figure.interval.upperBound)
    // At most 16 characters, the most that a decimal string has.
    func number(_ value: Double) -> String { NumberFormat.short(value, 6) }
    let interval = low < high ? (severity.intervalRules?[kind] == nil ? "O" : "P") : "-"
    object.add(
      "measurement", name.value, name.scheme, name.meaning, number(figure.value), unit.code, unit.meaning, number(low), number(high),
      interval,
      method.value, method.scheme, method.meaning)
  }

  /// What the outlines depend on besides the model.
  var settings: [(name: String, value: String)] {
    guard let thresholds = severity.thresholds else { return [] }
    func text(_ value: Float) -> String { NumberFormat.short(Double(value), 4) }
    return [
      ("lung probability threshold", text(thresholds.lungs)), ("opacity probability threshold", text(thresholds.opacity)),
      ("minimum opacity region", "\(NumberFormat.short(100 * Double(thresholds.leastRegion))) % of lung area"),
      ("minimum total opacity", "\(NumberFormat.short(100 * Double(thresholds.leastOpacity))) % of lung area"),
    ]
  }

  private var parameters: [String] {
    var lines = model.map { ["model \($0.name), SHA-256 \($0.sha256 ?? "unknown")"] } ?? []
    lines += settings.map { "\($0.name) \($0.value)" }
    return lines + ["\(severity.areas.both.area) lung pixels, \(severity.areas.both.opaque) with opacity"]
  }

  private func addEvaluations(to object: inout DICOMObject) {
    func evaluation(_ name: Code, _ value: Code) {
      object.add("evaluation", name.value, name.scheme, name.meaning, value.value, value.scheme, value.meaning)
    }
    func statement(_ code: String, _ meaning: String, _ text: String) { object.add("statement", code, "99SEGSH", meaning, text) }
    evaluation(Code("246112005", "SCT", "Severity"), Self.code(of: severity.grade))
    statement("GRADERANGE", "Severity grades within the interval", severity.gradeText)
    let none = Code("260413007", "SCT", "None")
    evaluation(
      Code("DOUBT", "99SEGSH", "Reason to review the image"),
      severity.doubt.map { doubt in
        let words = doubt.rawValue.split(separator: "_")
        return Code(words.joined().uppercased(), "99SEGSH", words.joined(separator: " "))
      } ?? none)
    if let doubt = severity.doubt { statement("WARNING", "Warning", doubt.warning) }
    if report.corrections > 0 {
      let before = report.before?.percent.map { "\(NumberFormat.percentage($0.value)) before" } ?? "not defined before"
      statement("CORRECTIONS", "Manual corrections", "\(report.corrections) correction\(report.corrections == 1 ? "" : "s"); \(before)")
    }
    statement("INTENDEDUSE", "Intended use", ReportPage.notice)
  }

  private static func code(of grade: Severity.Grade) -> Code {
    switch grade {
    case .noLungs: Code("NOLUNGS", "99SEGSH", "No lungs found")
    case .none: Code("260413007", "SCT", "None")
    case .mild: Code("255604002", "SCT", "Mild")
    case .moderate: Code("6736007", "SCT", "Moderate")
    case .severe: Code("24484000", "SCT", "Severe")
    case .verySevere: Code("VERYSEVERE", "99SEGSH", "Very severe")
    }
  }
}
