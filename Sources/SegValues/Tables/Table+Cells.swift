import Basics
import SegLang

extension Table {
  /// Whether values of a type are single values: numbers, words, quantities.
  package static func isCell(_ type: any Value.Type) -> Bool {
    let cells: [any Value.Type] = [
      Double.self, String.self, Bool.self, Length.self, Angle.self, Percentage.self, Intensity.self, Path.self,
    ]
    return cells.contains { $0 == type }
  }

  /// The cells of one row, as a table of the same record would have them, for files that are written row by row.
  ///
  /// A record inside becomes columns of its own (`right.percent`). An interval becomes two, next to the value that it belongs to: `percent`,
  /// `percent.low`, `percent.high`. A value that is not finite is null, a percentage a number from 0 to 1, and a quantity with a unit a text.
  package static func cells(of record: Record) -> [JSON.Member] {
    var cells: [JSON.Member] = []
    var known = Set<String>()
    var intervals: [(name: String, ends: [JSON])] = []
    for (name, value) in flattened(record, prefix: "") {
      if let ends = ends(value), let owner = owner(ofInterval: name) {
        intervals.append((owner, ends))
      } else if known.insert(name).inserted {
        cells.append(JSON.Member(name, value.map(cell) ?? .null))
      }
    }
    for (name, ends) in intervals where known.isDisjoint(with: ["\(name).low", "\(name).high"]) {
      let place = cells.firstIndex { $0.key == name }.map { $0 + 1 } ?? cells.count
      cells.insert(contentsOf: zip(["low", "high"], ends).map { JSON.Member("\(name).\($0)", $1) }, at: place)
      known.formUnion(["\(name).low", "\(name).high"])
    }
    return cells
  }

  /// What an interval belongs to, by its column: `percent` for `intervals.percent`, `auc` for `auc.interval`; nil for a column of another kind.
  static func owner(ofInterval column: String) -> String? {
    var parts = column.split(separator: ".")
    if parts.last == "interval" {
      parts.removeLast()
    } else if let place = parts.firstIndex(of: "intervals"), place + 1 < parts.count {
      parts.remove(at: place)
    } else {
      return nil
    }
    return parts.isEmpty ? "interval" : parts.joined(separator: ".")
  }

  private static func ends(_ value: (any Value)?) -> [JSON]? {
    guard let items = (value as? List)?.items, items.count == 2, items.allSatisfy({ $0 is Double }) else { return nil }
    return items.map(cell)
  }

  private static func cell(_ value: any Value) -> JSON {
    switch value {
    case let number as Double: number.isFinite ? .number(number) : .null
    case is Int, is Bool, is String, is Path, is Percentage: value.json
    case let list as List: .array(list.items.map(cell))
    default: .string(value.oneLine)
    }
  }
}

extension CSVText {
  /// The text of a cell that ``Table/cells(of:)`` made; empty for null.
  package static func text(ofCell value: JSON) -> String {
    switch value {
    case .null: ""
    case .number(let number): NumberFormat.exact(number)
    case .bool(let truth): truth ? "true" : "false"
    case .string(let text): guarded(text)
    case .array, .object: guarded(value.text)
    }
  }
}
