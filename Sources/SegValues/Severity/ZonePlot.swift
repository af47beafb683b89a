import Basics
import Plotting
import SegModel

/// The zones of a severity as bars.
package enum ZonePlot {
  package static func figure(_ severity: Severity) -> Figure {
    let names = LungZone.allCases.map { "\($0.lung == .right ? "R" : "L") \($0.third.name)" }
    let zones = LungZone.allCases.enumerated().compactMap { index, zone in severity.zones[zone].map { (Double(index), $0) } }
    let spans = zones.filter { $0.1.interval.lowerBound < $0.1.interval.upperBound }.map {
      Mark.Span(x: $0.0, low: $0.1.interval.lowerBound, high: $0.1.interval.upperBound)
    }
    let both = severity.percent.map { figure in
      let interval = figure.interval
      let range =
        interval.lowerBound < interval.upperBound
        ? " (\(NumberFormat.plotShort(interval.lowerBound.rounded())) to \(NumberFormat.plotShort(interval.upperBound.rounded())) %)" : ""
      return "both lungs \(NumberFormat.percentage(figure.value))\(range)"
    }
    return Figure(
      notes: [both ?? "no lungs found"] + (severity.doubt.map { [$0.warning] } ?? []) + ["For research; not a diagnosis."],
      x: Axis("zones: thirds of the patient's right and left lung", scale: .categories(names)),
      y: Axis("opaque share", unit: "%", limits: 0...100),
      marks: [Mark(.bars(zones.map { Mark.Bar(x: $0.0, value: $0.1.value) }))] + (spans.isEmpty ? [] : [Mark(.intervals(spans))]))
  }
}
