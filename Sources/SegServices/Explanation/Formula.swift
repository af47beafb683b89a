import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// How a value follows from its terms, for `explain`.
package struct Formula {
  /// The value with its formula on one line; nil: the value alone.
  package private(set) var headline: String?
  package private(set) var text: String
  package private(set) var details: [String] = []
  package private(set) var terms: [(String, any Value)] = []

  /// - Parameter step: The step that made the value; nil where the line itself says it.
  package init(of value: any Value, madeBy step: Step?) throws {
    guard let step else {
      text = "a constant"
      details = ["a constant, as written in the command"]
      return
    }
    if let operand = step.property, let base = operand.step.value {
      text = ""
      describe(operand.properties, of: base, value)
      return
    }
    if step.command == nil {
      text = step.line { $0.command }
      describeExpression(step, value)
      return
    }
    text = "the result of the last command"
    describe([], of: value, value)
  }

  private mutating func describe(_ path: [String], of base: any Value, _ value: any Value) {
    switch base {
    case let report as SeverityReport:
      if path.first == "before", let before = report.before {
        describe(Array(path.dropFirst()), of: before, value)
      } else {
        describe(path, of: report.severity, value)
      }
    case let mask as Mask where path.isEmpty || path == ["area"]:
      text = "pixels inside the mask"
      headline =
        "\(NumberFormat.grouped(mask.count)) px: pixels inside the mask, of \(NumberFormat.grouped(mask.size.count)) px in \(mask.size)"
      terms = [("pixels_inside", Double(mask.count)), ("pixels", Double(mask.size.count))]
    case let mask as Mask where path == ["area_mm2"]:
      guard let (row, column) = mask.spacing.millimeters, let area = value as? Double else { return }
      text = "pixels inside the mask × pixel height × pixel width"
      headline =
        "\(NumberFormat.significant(area)) mm²: \(NumberFormat.grouped(mask.count)) px × \(NumberFormat.exact(row)) mm × \(NumberFormat.exact(column)) mm (\(mask.spacing.kind))"
      terms = [("pixels_inside", Double(mask.count)), ("row_mm", row), ("column_mm", column), ("spacing", mask.spacing.word)]
    case let mask as Mask where path == ["share"]:
      text = "pixels inside the mask / pixels of the image"
      headline =
        "\(NumberFormat.exact(mask.share)): \(NumberFormat.grouped(mask.count)) px inside / \(NumberFormat.grouped(mask.size.count)) px"
      terms = [("pixels_inside", Double(mask.count)), ("pixels", Double(mask.size.count))]
    default:
      let help = path.last.flatMap { name in type(of: base).properties.first { $0.name == name }?.help }
      let whole = path.isEmpty ? type(of: base).typeHelp : "\(path.joined(separator: ".")) of \(type(of: base).typeName)"
      text = help ?? whole
      details = [help == nil ? whole : "\(whole): \(text)"]
    }
  }

  /// An expression with the values of its operands.
  private mutating func describeExpression(_ step: Step, _ value: any Value) {
    var names: [String] = []
    for (index, operand) in step.operands.enumerated() {
      let name = "operand_\(index + 1)"
      guard let value = operand.value else { continue }
      let shown = operand.properties.isEmpty ? type(of: value).typeName : operand.properties.joined(separator: ".")
      names.append("\(shown) = \(value.oneLine)")
      terms.append((name, type(of: value).isImageLike ? value.oneLine : value))
    }
    details = ["= " + text] + (names.isEmpty ? [] : ["with " + names.joined(separator: ", ")])
  }

  // MARK: Severity

  private mutating func describe(_ path: [String], of severity: Severity, _ value: any Value) {
    defer {
      if let doubt = severity.doubt { details.append("WARNING: \(doubt.finding): review the segmentation before using these values") }
    }
    let path = path.first == "intervals" ? Array(path.dropFirst()) : path
    let name = path.joined(separator: ".")
    switch name {
    case "", "percent": describeShare(\.both, "both lungs", severity.percent, .percent, severity)
    case "right", "right.percent": describeShare(\.right, "the right lung", severity.rightPercent, .lung, severity)
    case "left", "left.percent": describeShare(\.left, "the left lung", severity.leftPercent, .lung, severity)
    case "extent": describeExtent(severity)
    case "extent_estimate": describeEstimate("geographic extent", severity.extentEstimate, .extentEstimate, severity)
    case "brixia_estimate": describeEstimate("Brixia score", severity.brixiaEstimate, .brixiaEstimate, severity)
    case "grade":
      text = "grade by percent: none below 1, mild 1 to below 25, moderate 25 to 50, severe above 50 to 75, very severe above 75"
      let percent = severity.percent.map { ", percent is \(NumberFormat.short($0.value, 2))" } ?? ""
      headline = "\(severity.grade.rawValue)\(percent)"
      details = [text]
      if let percent = severity.percent { terms = [("percent", percent.value)] }
    default:
      guard path.first == "zones", let letter = path.last, let zone = LungZone(rawValue: letter) else {
        text = "six zones: thirds of the height of each lung; for each, opaque pixels / lung pixels × 100"
        details = [text]
        return
      }
      describeShare({ $0[zone] }, "zone \(letter), the \(zone.place) third", severity.zones[zone], .zone, severity)
    }
  }

  private mutating func describeShare(
    _ select: (LungZones) -> LungZones.Counts, _ place: String, _ figure: Severity.Figure?, _ kind: IntervalRule.Figure,
    _ severity: Severity
  ) {
    text = "opaque pixels / lung pixels × 100"
    let zone = select(severity.areas)
    guard let figure else {
      headline = "not defined: \(place) was not found"
      return
    }
    headline =
      "\(NumberFormat.short(figure.value, 2)) % of \(place): \(NumberFormat.grouped(zone.opaque)) opaque px / \(NumberFormat.grouped(zone.area)) px × 100"
    terms = [("opaque_pixels", Double(zone.opaque)), ("lung_pixels", Double(zone.area))]
    details = [text]
    guard let working = severity.workingAreas.map(select), let thresholds = severity.thresholds, working.area > 0 else { return }
    let (low, high) = (figure.interval.lowerBound, figure.interval.upperBound)
    terms += [
      ("interval", List([low, high])), ("certain_level", Double(thresholds.certainOpacity)),
      ("possible_level", Double(thresholds.possibleOpacity)),
      ("certain_pixels", Double(working.certain)), ("possible_pixels", Double(working.possible)),
      ("network_lung_pixels", Double(working.area)),
    ]
    details.append(
      "\(severity.intervalRules?[kind] == nil ? "interval" : "90 % prediction interval") \(NumberFormat.short(low, 2)) to \(NumberFormat.short(high, 2)) %: of \(NumberFormat.grouped(working.area)) lung px at the network's resolution,"
        + " \(NumberFormat.grouped(working.certain)) px have an opacity probability of at least \(level(thresholds.certainOpacity)),"
        + " \(NumberFormat.grouped(working.possible)) px of at least \(level(thresholds.possibleOpacity));"
        + (Self.width(kind, severity) ?? " extended to contain the value"))
  }

  /// What an interval's width rests on; nil without a rule.
  private static func width(_ kind: IntervalRule.Figure, _ severity: Severity) -> String? {
    guard let rule = severity.intervalRules?[kind] else { return nil }
    return
      " half-width \(NumberFormat.short(rule.factor, 2)) × (half the difference + \(NumberFormat.short(rule.floor, 2))), calibrated to contain 90 % of reader values"
      + " on \(rule.cases) images that the network had not seen"
  }

  private func level(_ threshold: Float) -> String { "\(threshold)" }

  private mutating func describeExtent(_ severity: Severity) {
    text = "sum of the points of both lungs by percent: 0 below 1 %, 1 below 25 %, 2 to 50 %, 3 to 75 %, 4 above"
    guard let extent = severity.extent else {
      headline = "not defined: no lung was found"
      return
    }
    var parts: [String] = []
    for (name, side, zone) in [("right", severity.rightPercent, severity.areas.right), ("left", severity.leftPercent, severity.areas.left)]
    {
      guard let side else { continue }
      let points = Severity.extentPoints(percent: side.value)
      parts.append("\(NumberFormat.exact(points)) (\(name) lung \(NumberFormat.short(side.value, 2)) %)")
      details.append(
        "\(name) lung: \(NumberFormat.grouped(zone.opaque)) opaque px / \(NumberFormat.grouped(zone.area)) px × 100 = \(NumberFormat.short(side.value, 2)) %"
      )
      terms += [
        ("\(name)_percent", side.value), ("\(name)_points", points), ("\(name)_opaque_pixels", Double(zone.opaque)),
        ("\(name)_lung_pixels", Double(zone.area)),
      ]
    }
    headline = "\(NumberFormat.exact(extent.value)) of 8: " + parts.joined(separator: " + ")
    details = [text] + details
    if extent.interval.lowerBound < extent.interval.upperBound {
      details.append(
        "\(severity.intervalRules == nil ? "interval" : "90 % prediction interval") \(NumberFormat.fixed(extent.interval.lowerBound, 1)) to \(NumberFormat.fixed(extent.interval.upperBound, 1))\(severity.intervalRules == nil ? ", from the intervals of the percentages" : "")"
      )
    }
  }

  private mutating func describeEstimate(
    _ name: String, _ figure: Severity.Figure?, _ kind: IntervalRule.Figure, _ severity: Severity
  ) {
    text = "estimated from the network's features, and from the areas if the model uses them; fitted to reader scores"
    guard let figure else {
      headline = "not defined: the image was not segmented by a model that estimates it"
      return
    }
    headline =
      "\(NumberFormat.short(figure.value, 2)) of \(NumberFormat.exact(kind.range.upperBound)), estimated \(name) as scored by readers"
    let (low, high) = (NumberFormat.fixed(figure.interval.lowerBound, 1), NumberFormat.fixed(figure.interval.upperBound, 1))
    let basis =
      severity.intervalRules?[kind].map {
        "calibrated to contain 90 % of reader scores on \($0.cases) images that the network had not seen"
      }
      ?? "the whole range, because the model was not calibrated"
    details = [text, "\(severity.intervalRules?[kind] == nil ? "interval" : "90 % prediction interval") \(low) to \(high): \(basis)"]
    terms = [("interval", List([figure.interval.lowerBound, figure.interval.upperBound]))]
  }
}
