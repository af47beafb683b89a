import Basics
import ImageOps
import SegLang
import SegModel

/// How much of the lungs is opaque: `Severity`. Every figure is nothing where it is not defined, such as the share of a lung that was not found.
package struct SeverityReport: Recordable {
  package let severity: Severity
  /// How many corrections came before, and the severity without them.
  package var corrections = 0
  package var before: Severity?

  package init(severity: Severity, corrections: Int = 0, before: Severity? = nil) {
    self.severity = severity
    self.corrections = corrections
    self.before = before
  }

  package static let typeName = "Severity"
  package static let becomesIt = true
  package static let typeHelp =
    "Percent of the lung area with opacity, with an uncertainty interval for each value. For research; not a diagnosis."

  package var oneLine: String {
    guard let percent = severity.percent else { return "no lungs found" }
    let sides = [("right", severity.rightPercent), ("left", severity.leftPercent)].compactMap { name, figure in
      figure.map { "\(name) \(NumberFormat.percentage($0.value))" }
    }
    let extent = severity.extent.map { ", extent \(NumberFormat.short($0.value)) of 8" } ?? ""
    return
      "\(NumberFormat.percentage(percent.value)) of the lungs opaque\(interval(of: percent)): \(severity.gradeText); "
      + sides.joined(separator: ", ") + extent + corrected + doubted
  }

  /// "; WARNING: the image looks mirrored, …: review the segmentation before using these values"
  private var doubted: String { severity.doubt.map { "; WARNING: \($0.finding): review the segmentation before using these values" } ?? "" }

  /// "; percent 14.2 -> 16.8 %, 2 corrections"
  private var corrected: String {
    guard corrections > 0 else { return "" }
    let steps = ", \(corrections) correction\(corrections == 1 ? "" : "s")"
    guard let old = before?.percent?.value, let new = severity.percent?.value else { return "; percent was undefined before" + steps }
    return "; percent \(NumberFormat.fixed(old, 1)) -> \(NumberFormat.fixed(new, 1)) %" + steps
  }

  package var details: [String] {
    guard severity.percent != nil else { return [] }
    func zones(_ lung: Lung) -> String {
      LungZone.zones(of: lung).map { zone in
        "\(zone.third.name) (\(zone.rawValue)) " + (severity.zones[zone].map { NumberFormat.percentage($0.value) } ?? "-")
      }.joined(separator: ", ")
    }
    var lines = ["right lung: " + zones(.right), "left lung:  " + zones(.left)]
    let estimates = [("geographic extent", severity.extentEstimate, 8), ("Brixia score", severity.brixiaEstimate, 18)].compactMap {
      name, figure, most in
      figure.map { "\(name) \(NumberFormat.fixed($0.value, 1)) of \(most)\(Self.interval(ofScore: $0))" }
    }
    if !estimates.isEmpty {
      lines.append(
        "estimated reader scores\(isEstimateUncorrected ? " before the corrections" : ""): "
          + estimates.joined(separator: ", "))
    }
    return lines + ["For research; not a diagnosis."]
  }

  /// Whether the mask was corrected and the estimates, which may rest on the image alone, stayed what they were.
  private var isEstimateUncorrected: Bool {
    corrections > 0 && severity.extentEstimate == before?.extentEstimate && severity.brixiaEstimate == before?.brixiaEstimate
  }

  /// " (90 % prediction interval 24-36 %)", unnamed if the model is not calibrated; empty without an interval.
  private func interval(of percent: Severity.Figure) -> String {
    let (low, high) = (percent.interval.lowerBound, percent.interval.upperBound)
    guard low < high else { return "" }
    let name = severity.intervalRules?[.percent] == nil ? "interval" : "90 % prediction interval"
    return " (\(name) \(NumberFormat.percentage(low).dropLast(2))-\(NumberFormat.percentage(high)))"
  }

  /// " (0.3-5.1)"; empty without an interval.
  private static func interval(ofScore score: Severity.Figure) -> String {
    let (low, high) = (score.interval.lowerBound, score.interval.upperBound)
    return low < high ? " (\(NumberFormat.fixed(low, 1))-\(NumberFormat.fixed(high, 1)))" : ""
  }

  /// All figures under their names; what is not defined is left out.
  package var record: Record {
    var fields: [(String, any Value)] = []
    func add(_ name: String, _ figure: Severity.Figure?) { if let figure { fields.append((name, figure.value)) } }
    add("percent", severity.percent)
    if let right = severity.rightPercent { fields.append(("right", LungMetrics(percent: right.value).record)) }
    if let left = severity.leftPercent { fields.append(("left", LungMetrics(percent: left.value).record)) }
    fields.append(("zones", zones.record))
    add("extent", severity.extent)
    add("extent_estimate", severity.extentEstimate)
    add("brixia_estimate", severity.brixiaEstimate)
    fields.append(("grade", severity.grade.rawValue))
    if let doubt = severity.doubt { fields.append(("doubt", doubt.rawValue)) }
    fields.append(("intervals", intervals.record))
    if let before, corrections > 0 {
      fields += [("corrections", Double(corrections)), ("before", SeverityReport(severity: before).record)]
    }
    return Record(fields)
  }

  private var zones: ZoneMetrics {
    ZoneMetrics(figures: LungZone.allCases.compactMap { zone in severity.zones[zone].map { (zone.rawValue, $0.value) } })
  }

  private var intervals: Intervals {
    Intervals(bounds: severity.figures.compactMap { name, figure in figure.map { (name, $0.interval) } })
  }

  /// The record, with null for what is not defined.
  package var json: JSON {
    func value(_ figure: Severity.Figure?) -> JSON { figure.map { .number($0.value) } ?? .null }
    var json: JSON = [
      "percent": value(severity.percent), "right": ["percent": value(severity.rightPercent)],
      "left": ["percent": value(severity.leftPercent)],
      "zones": .object(LungZone.allCases.map { JSON.Member($0.rawValue, value(severity.zones[$0])) }),
      "extent": value(severity.extent),
      "extent_estimate": value(severity.extentEstimate), "brixia_estimate": value(severity.brixiaEstimate),
      "grade": .string(severity.grade.rawValue), "may_be_clear": .bool(severity.mayBeClear), "grade_text": .string(severity.gradeText),
      "doubt": severity.doubt.map { .string($0.rawValue) } ?? .null, "intervals": intervals.record.json,
    ]
    if let before {
      json["corrections"] = .number(Double(corrections))
      json["before"] = SeverityReport(severity: before).json
    }
    json["note"] = "For research; not a diagnosis."
    return json
  }

  package static var conversions: [Conversion] { [Conversion { (report: SeverityReport) in report.record }] }

  package static var properties: [Property] {
    [
      Property("percent", "Percent of the area of both lungs with opacity.") { (report: SeverityReport) in report.severity.percent?.value },
      Property("right", "The patient's right lung, as right.percent.") { (report: SeverityReport) in
        report.severity.rightPercent.map { LungMetrics(percent: $0.value) }
      },
      Property("left", "The patient's left lung, as left.percent.") { (report: SeverityReport) in
        report.severity.leftPercent.map { LungMetrics(percent: $0.value) }
      },
      Property("zones", "The six zones in percent, zones.A to zones.F: right upper, middle, lower; left upper, middle, lower.") {
        (report: SeverityReport) in report.zones
      },
      Property("extent", "Geographic extent, computed from the areas, 0 to 8.") { (report: SeverityReport) in report.severity.extent?.value
      },
      Property("extent_estimate", "Geographic extent as scored by readers, estimated by the model, 0 to 8.") { (report: SeverityReport) in
        report.severity.extentEstimate?.value
      },
      Property("brixia_estimate", "Brixia score as scored by readers, estimated by the model, 0 to 18.") { (report: SeverityReport) in
        report.severity.brixiaEstimate?.value
      },
      Property(
        "grade",
        "Severity grade: none, mild, moderate, severe or very severe. If the interval spans several grades, the text gives the range."
      ) { (report: SeverityReport) in report.severity.grade.rawValue
      },
      Property("doubt", "Failed image check, such as \"mirrored\"; nothing if the image passed.") {
        (report: SeverityReport) in report.severity.doubt?.rawValue
      },
      Property("corrections", "Number of corrections.") { (report: SeverityReport) in report.corrections },
      Property("before", "The severity before the corrections; nothing if there are none.") { (report: SeverityReport) in
        report.before.map { SeverityReport(severity: $0) }
      },
      Property("intervals", "Lower and upper bound of the interval of each value: intervals.percent, intervals.zones.A.") {
        (report: SeverityReport) in
        report.intervals.record
      },
    ]
  }
}

/// Opacity of one lung.
package struct LungMetrics: Recordable {
  package let percent: Double
  package static let typeName = "Lung"
  package static let typeHelp = "Opacity of one lung."
  package var oneLine: String { "\(NumberFormat.percentage(percent)) opaque" }
  package var record: Record { Record([("percent", percent)]) }
  package var json: JSON { record.json }
  package static var properties: [Property] {
    [Property("percent", "Percent of the lung area with opacity.") { (lung: LungMetrics) in lung.percent }]
  }
}

/// The figures of the six zones, in percent; a zone without lung has none.
package struct ZoneMetrics: Recordable {
  package let figures: [(name: String, percent: Double)]
  package static let typeName = "Zones"
  package static let typeHelp = "Percent of the area with opacity in six zones: A, B, C right upper, middle, lower; D, E, F left."
  package var oneLine: String { figures.map { "\($0.name) \(NumberFormat.percentage($0.percent))" }.joined(separator: ", ") }
  package var record: Record { Record(figures.map { ($0.name, $0.percent) }) }
  package var json: JSON { record.json }
  package static var properties: [Property] {
    LungZone.allCases.map { zone in
      Property(zone.rawValue, "Percent of the \(zone.place) zone with opacity.") { (zones: ZoneMetrics) in
        zones.figures.first { $0.name == zone.rawValue }?.percent
      }
    }
  }
}

/// Lowest and highest likely values by name; a dotted name lies in a record of its own.
private struct Intervals {
  let bounds: [(name: String, interval: ClosedRange<Double>)]

  var record: Record {
    var fields: [(String, any Value)] = []
    var groups: [String: [(String, any Value)]] = [:]
    for (name, interval) in bounds {
      let pair = List([interval.lowerBound, interval.upperBound])
      guard let dot = name.firstIndex(of: ".") else {
        fields.append((name, pair))
        continue
      }
      let group = String(name[..<dot])
      if groups[group] == nil { fields.append((group, Record([]))) }
      groups[group, default: []].append((String(name[name.index(after: dot)...]), pair))
    }
    return Record(fields.map { name, value in (name, groups[name].map { Record($0) } ?? value) })
  }
}
