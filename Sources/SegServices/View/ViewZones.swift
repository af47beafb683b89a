import Basics
import ImageOps
import SegLang
import SegValues

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
    for (lung, names) in [(LabelImage.rightLung, ["A", "B", "C"]), (LabelImage.leftLung, ["D", "E", "F"])] {
      let spans = Self.spans(of: lung, in: lungs)
      guard let top = spans.first?.row, let bottom = spans.last?.row else { continue }
      let height = bottom - top + 1
      // The first row of each third, and the row behind the last.
      let starts = (0...3).map { top + ($0 * height + 2) / 3 }
      for (index, name) in names.enumerated() {
        let rows = spans.filter { $0.row >= starts[index] && $0.row < starts[index + 1] }
        guard let middle = rows.dropFirst(rows.count / 2).first else { continue }
        labels.append((name, middle.row, Double(middle.first + middle.last) / 2))
        zones.append(
          [
            "name": .string(name), "lung": .string(lung == LabelImage.rightLung ? "right" : "left"),
            "rows": .array([.number(Double(starts[index])), .number(Double(starts[index + 1]))]),
            "label": .array([.number(Double(middle.row)), .number(Double(middle.first + middle.last) / 2)]),
          ])
        if index > 0, let cut = rows.first {
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
