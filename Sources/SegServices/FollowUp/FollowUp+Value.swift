import Basics
import ImageOps
import Plotting
import SegLang
import SegModel
import SegValues

extension FollowUp: Value {
  package static let typeName = "FollowUp"
  package static let typeHelp =
    "X-rays of one patient over time: new, resolved and persistent opacity, and the change with its interval. For research; not a diagnosis."
  package static let isImageLike = true

  package var oneLine: String {
    let percents = examinations.compactMap { $0.severity.percent.map { NumberFormat.percentage($0.value) } }
    return percents.joined(separator: " -> ") + " of the lungs opaque: " + (change().map { $0.text } ?? "no change known")
      + (warnings.isEmpty ? "" : "; WARNING: \(warnings.joined(separator: "; "))")
  }

  package var details: [String] {
    let lungs: [(String, KeyPath<Severity, Severity.Figure?>)] = [("right", \.rightPercent), ("left", \.leftPercent)]
    let sides = lungs.compactMap { name, figure in
      change(of: figure).map { "\(name) lung: \($0.text)" }
    }
    return [
      "in the lung field of both X-rays: " + shares.map { "\($0.name) \(NumberFormat.percentage($0.percent))" }.joined(separator: ", ")
    ]
      + sides + placements.enumerated().map { "\(name(of: $0.offset)): \($0.element.words)" } + ["For research; not a diagnosis."]
  }

  /// The masks of the change, each with its percentage of the shared lung field.
  package var shares: [(name: String, mask: Mask, percent: Double)] {
    [("new", opacity.new), ("resolved", opacity.resolved), ("persistent", opacity.persistent)].map { name, mask in
      (name, mask, opacity.percent(of: mask))
    }
  }

  /// The last X-ray with new opacity in a thick outline, resolved opacity in a dashed one and persistent opacity in a thin one; a legend names them.
  /// - Throws: What drawing throws.
  package func picture() throws -> ColorImage {
    let size = opacity.field.size
    let image = examinations.last?.image.flatMap { $0.size == size ? $0 : nil }
    let styles = [
      OverlayStyle(color: NamedColor.vermillion.rgb, opacity: 0.5, line: .thick),
      OverlayStyle(color: NamedColor.skyblue.rgb, opacity: 0.15, line: .dashed), OverlayStyle(color: NamedColor.yellow.rgb, opacity: 0.3),
    ]
    let layers = zip(shares, styles).map { share, style in
      OverlayLayer(share.mask, name: "\(share.name) \(NumberFormat.percentage(share.percent))", style: style)
    }
    // Persistent opacity lies beneath, so that it does not cover what changed.
    let order = [layers[2], layers[1], layers[0]]
    return try (image ?? GrayImage(size: size)).overlaid(
      with: order, showing: image.map { try DisplayWindow(of: $0).range }, hasLegend: true, remarks: warnings)
  }

  /// A row for each X-ray: date, percentage, changes since the first and since the one before, each with its interval, and the placement.
  package var course: Table {
    let hasDates = examinations.contains { $0.date != nil }
    func bounds(_ interval: ClosedRange<Double>?) -> [(any Value)?] { [interval?.lowerBound, interval?.upperBound] }
    func cells(_ change: SeverityChange?) -> [(any Value)?] { [change?.value] + bounds(change?.interval) }
    return Table(
      columns: [
        hasDates ? "date" : "case", "percent", "percent.low", "percent.high", "change", "change.low", "change.high", "since_prior",
        "since_prior.low",
        "since_prior.high", "overlap", "doubt",
      ],
      rows: examinations.enumerated().map { index, examination in
        let percent = examination.severity.percent
        let label: any Value = hasDates ? name(of: index) : Double(index + 1)
        let overlap = placements.indices.contains(index) ? placements[index].agreement : nil
        return [label, percent?.value] + bounds(percent?.halfWidth == nil ? nil : percent?.interval)
          + (index == 0 ? [nil, nil, nil] : cells(change(to: index))) + cells(step(to: index))
          + [overlap, examination.severity.doubt?.rawValue]
      }, rowName: "X-ray")
  }

  package var json: JSON {
    [
      "change": change().map(\.json) ?? .null, "right": change(of: \.rightPercent).map(\.json) ?? .null,
      "left": change(of: \.leftPercent).map(\.json) ?? .null,
      "opacity": .object(shares.map { JSON.Member($0.name, .number($0.percent)) }), "course": course.json,
      "warnings": .array(warnings.map { .string($0) }),
    ]
  }

  package var contentHash: String? {
    let masks = shares.compactMap(\.mask.contentHash) + [opacity.field.contentHash].compactMap { $0 }
    return SHA256.hexDigest(of: Array((masks + [json.text]).joined(separator: " ").utf8))
  }

  package static var conversions: [Conversion] {
    [Conversion { (followUp: FollowUp) in try followUp.picture() }, Conversion { (followUp: FollowUp) in followUp.course }]
  }

  package static var properties: [Property] {
    [
      Property("change", "Change of the opaque percentage from the first X-ray to the last, in percentage points.") {
        (followUp: FollowUp) in
        followUp.change()?.value
      },
      Property("interval", "90 % prediction interval of the change, [low, high]; nothing for drawn masks.") { (followUp: FollowUp) in
        followUp.change()?.interval.map { List([$0.lowerBound, $0.upperBound]) }
      },
      Property("right", "Change in the patient's right lung, in percentage points.") { (followUp: FollowUp) in
        followUp.change(of: \.rightPercent)?.value
      },
      Property("left", "Change in the patient's left lung, in percentage points.") { (followUp: FollowUp) in
        followUp.change(of: \.leftPercent)?.value
      },
      Property("new", "New opacity, on the last X-ray.") { (followUp: FollowUp) in followUp.opacity.new },
      Property("resolved", "Resolved opacity, on the last X-ray.") { (followUp: FollowUp) in followUp.opacity.resolved },
      Property("persistent", "Persistent opacity, on the last X-ray.") { (followUp: FollowUp) in followUp.opacity.persistent },
      Property("new_percent", "New opacity in percent of the lung field of both X-rays.") { (followUp: FollowUp) in
        followUp.opacity.percent(of: followUp.opacity.new)
      },
      Property("resolved_percent", "Resolved opacity in percent of the lung field of both X-rays.") { (followUp: FollowUp) in
        followUp.opacity.percent(of: followUp.opacity.resolved)
      },
      Property("persistent_percent", "Persistent opacity in percent of the lung field of both X-rays.") { (followUp: FollowUp) in
        followUp.opacity.percent(of: followUp.opacity.persistent)
      },
      Property("field", "The lung field that the first X-ray and the last share.") { (followUp: FollowUp) in followUp.opacity.field },
      Property("course", "One row per X-ray: percentage and changes with intervals.") { (followUp: FollowUp) in followUp.course },
      Property("image", "The last X-ray with new, resolved and persistent opacity.") { (followUp: FollowUp) in try followUp.picture() },
      Property("warnings", "What makes the comparison doubtful.") { (followUp: FollowUp) in followUp.warnings },
    ]
  }
}

extension SeverityChange {
  /// "-22 points (90 % prediction interval -41 to -3.2)", and whether that is a change at all.
  package var text: String {
    guard let interval else { return Self.signed(value) + " points" }
    return
      "\(Self.signed(value)) points (90 % prediction interval \(Self.signed(interval.lowerBound)) to \(Self.signed(interval.upperBound)))"
      + (isCertain ? "" : ", which includes no change")
  }

  package static func signed(_ value: Double) -> String {
    let text = NumberFormat.fixed(value, 1)
    return (value > 0 && text != "0.0" ? "+" : "") + (text == "-0.0" ? "0.0" : text)
  }

  fileprivate var json: JSON {
    ["value": .number(value), "interval": interval.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? .null]
  }
}

extension FollowUp {
  /// The percentage over time with its intervals.
  /// - Throws: `CommandProblem.cannotPlot`, which a follow-up does not raise.
  package func figure() throws -> Figure {
    try TablePlot(course, x: nil, y: "percent", by: nil, kind: .line, bins: 1).figure().0
  }
}
