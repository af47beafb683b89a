import Basics
import ImageOps
import SegLang
import SegModel

/// The six zones as lines and labels on the image: thirds of each lung by its own height, as severity counts them.
package struct ViewZones {
  package let json: JSON
  /// Where each zone's name stands, and the lines between the zones of a lung, from the first column to the one behind the last.
  package let labels: [(name: String, row: Int, column: Double)]
  package let lines: [(row: Int, first: Int, end: Int)]

  package init(_ lungs: LabelImage) {
    var zones: [JSON] = []
    var cuts: [JSON] = []
    var labels: [(name: String, row: Int, column: Double)] = []
    var lines: [(row: Int, first: Int, end: Int)] = []
    for lung in Lung.allCases {
      let spans = Self.spans(of: lung.label, in: lungs)
      guard let top = spans.first?.row, let bottom = spans.last?.row else { continue }
      let thirds = LungThirds(rows: top..<bottom + 1)
      for zone in LungZone.zones(of: lung) {
        let (name, range) = (zone.rawValue, thirds.rows(of: zone.third))
        let rows = spans.filter { range.contains($0.row) }
        guard let middle = rows.dropFirst(rows.count / 2).first else { continue }
        labels.append((name, middle.row, Double(middle.first + middle.last) / 2))
        zones.append(
          [
            "name": .string(name), "lung": .string(lung.rawValue),
            "rows": .array([.number(Double(range.lowerBound)), .number(Double(range.upperBound))]),
            "label": .array([.number(Double(middle.row)), .number(Double(middle.first + middle.last) / 2)]),
          ])
        if zone.third != .upper, let cut = rows.first {
          lines.append((cut.row, cut.first, cut.last + 1))
          cuts.append(.array([.number(Double(cut.row)), .number(Double(cut.first)), .number(Double(cut.last + 1))]))
        }
      }
    }
    (self.labels, self.lines) = (labels, lines)
    json = ["zones": .array(zones), "cuts": .array(cuts)]
  }

  /// The first and the last column of a lung in each row that it has.
  private static func spans(of lung: UInt32, in lungs: LabelImage) -> [(row: Int, first: Int, last: Int)] {
    let width = lungs.size.width
    return lungs.labels.withUnsafeBufferPointer { labels in
      (0..<lungs.size.height).compactMap { row in
        let line = labels[row * width..<(row + 1) * width]
        guard let first = line.firstIndex(of: lung), let last = line.lastIndex(of: lung) else { return nil }
        return (row, first - row * width, last - row * width)
      }
    }
  }
}
