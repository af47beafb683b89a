import Basics
import SegLang

extension Table {
  /// Whether its rows are the places of one curve: those of `histogram` and of `profile`.
  package var isCurve: Bool { rows.count > 1 && (columns == ["level", "count", "percent"] || columns == ["distance", "intensity"]) }

  /// What a curve shows, in one line.
  package func curveInWords() throws -> String {
    let (xs, ys) = (try numbers(in: columns[0]).map { $0 ?? 0 }, try numbers(in: columns[1]).map { $0 ?? 0 })
    let number = NumberFormat.significant
    let head = "\(NumberFormat.grouped(rows.count)) \(rowName)s"
    guard let first = xs.first, let last = xs.last, let top = ys.indices.max(by: { ys[$0] < ys[$1] }),
      let bottom = ys.indices.min(by: { ys[$0] < ys[$1] })
    else { return head }
    guard columns[0] == "level" else {
      let mean = ys.reduce(0, +) / Double(ys.count)
      return "\(head) over \(number(last - first)) px: intensity \(number(ys[bottom])) (at \(number(xs[bottom]))) to \(number(ys[top])) "
        + "(at \(number(xs[top]))), mean \(number(mean)); \(number(ys[0])) at the start, \(number(ys[ys.count - 1])) at the end"
    }
    let total = ys.reduce(0, +)
    guard total > 0 else { return "\(head), no px" }
    /// The level at which so much of the pixels lies at or below it.
    func level(_ share: Double) -> Double {
      var sum = 0.0
      for (x, y) in zip(xs, ys) {
        sum += y
        if sum >= share * total { return x }
      }
      return last
    }
    return
      "\(head) from \(number(first)) to \(number(last)), \(NumberFormat.grouped(Int(total))) px: mode in the bin at \(number(xs[top])) "
      + "(\(NumberFormat.percent(ys[top] / total))); a quarter up to \(number(level(0.25))), half up to \(number(level(0.5))), "
      + "three quarters up to \(number(level(0.75)))"
  }
}
