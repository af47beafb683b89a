import Basics
import SegLang

/// Figures held against each other.
extension Difference {
  /// Numbers.
  package static func numbers(_ old: Double, _ new: Double) -> Difference {
    let difference = new - old
    let share = old != 0 && difference.isFinite ? " (\(difference > 0 ? "+" : "")\(NumberFormat.percent(difference / abs(old))))" : ""
    var fields: [(String, any Value)] = [("before", old), ("after", new), ("difference", difference)]
    if old != 0 { fields.append(("ratio", new / old)) }
    return Difference(
      isIdentical: old == new,
      oneLine: old == new ? "identical: \(old.oneLine)" : "\(old.oneLine) -> \(new.oneLine), difference \(figure(difference))\(share)",
      details: [], fields: fields, picture: nil)
  }

  private static func figure(_ value: Double) -> String { (value > 0 ? "+" : "") + NumberFormat.statistic(value) }

  /// Fields by their dotted names.
  package static func records(_ old: Record, _ new: Record, of type: String) -> Difference {
    let changes = JSON.changes(from: old.json, to: new.json)
    let rows: [any Value] = changes.map { change in
      var fields: [(String, any Value)] = [("name", change.name), ("change", change.text)]
      if let difference = change.difference { fields.append(("difference", difference)) }
      return Record(fields)
    }
    return Difference(
      isIdentical: changes.isEmpty,
      oneLine: changes.isEmpty
        ? "identical" : "\(changes.count) value\(changes.count == 1 ? "" : "s") of \(type) \(changes.count == 1 ? "differs" : "differ")",
      details: details(of: changes),
      fields: [("before", old), ("after", new), ("changes", List(rows))], picture: nil)
  }

  /// A line for each figure, rounded; ends of intervals are only counted.
  private static func details(of changes: [JSON.Change]) -> [String] {
    let ends = changes.filter { $0.name.hasPrefix("intervals.") }
    let lines = changes.filter { !$0.name.hasPrefix("intervals.") }.map { change in
      guard let (old, new) = change.numbers else { return change.text }
      let difference = new - old
      return "\(change.name) \(NumberFormat.significant(old)) -> \(NumberFormat.significant(new)) "
        + "(\(difference > 0 ? "+" : "")\(NumberFormat.significant(difference)))"
    }
    return lines + (ends.isEmpty ? [] : ["and \(ends.count) interval bound\(ends.count == 1 ? "" : "s"), listed in .record"])
  }

  /// Items in order.
  package static func lists(_ old: List, _ new: List) -> Difference {
    let changes = zip(old.items, new.items).enumerated().filter { $1.0.json.text != $1.1.json.text }
    let isSame = changes.isEmpty && old.items.count == new.items.count
    let count = old.items.count == new.items.count ? "" : ", \(old.items.count) items before, \(new.items.count) now"
    return Difference(
      isIdentical: isSame, oneLine: isSame ? "identical" : "\(changes.count) items differ\(count)",
      details: changes.prefix(20).map { "[\($0.offset)] \($0.element.0.oneLine) -> \($0.element.1.oneLine)" },
      fields: [("changed", Double(changes.count)), ("count_before", Double(old.items.count)), ("count_after", Double(new.items.count))],
      picture: nil)
  }

  /// Cells of the columns that both have.
  package static func tables(_ old: Table, _ new: Table) -> Difference {
    let columns = new.columns.filter(old.columns.contains)
    var details: [String] = []
    let gone = old.columns.filter { !new.columns.contains($0) }
    let added = new.columns.filter { !old.columns.contains($0) }
    if !gone.isEmpty { details.append("columns removed: \(gone.joined(separator: ", "))") }
    if !added.isEmpty { details.append("columns added: \(added.joined(separator: ", "))") }
    if old.rows.count != new.rows.count { details.append("\(old.rows.count) rows before, \(new.rows.count) now") }
    var changed = 0
    var largest = 0.0
    var rows: [any Value] = []
    let places = columns.map { name in (name, old.columns.firstIndex(of: name) ?? 0, new.columns.firstIndex(of: name) ?? 0) }
    for (row, (was, now)) in zip(old.rows, new.rows).enumerated() {
      for (name, from, to) in places {
        let (a, b) = (was[from], now[to])
        guard a?.json.text != b?.json.text else { continue }
        changed += 1
        if let a = a as? Double, let b = b as? Double { largest = max(largest, abs(b - a)) }
        guard rows.count < 1000 else { continue }
        rows.append(Record([("row", Double(row)), ("column", name), ("before", a?.oneLine ?? ""), ("after", b?.oneLine ?? "")]))
        if rows.count <= 20 { details.append("row \(row), \(name): \(a?.oneLine ?? "-") -> \(b?.oneLine ?? "-")") }
      }
    }
    let isSame = changed == 0 && details.isEmpty
    return Difference(
      isIdentical: isSame,
      oneLine: isSame
        ? "identical" : "\(NumberFormat.grouped(changed)) cells differ" + (details.isEmpty ? "" : "; rows are counted from 0"),
      details: details, fields: [("changed", Double(changed)), ("largest", largest), ("cells", List(rows))], picture: nil)
  }
}
