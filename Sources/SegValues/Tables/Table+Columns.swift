import Basics
import SegLang

extension Table {
  /// - Throws: `CommandProblem.noSuchColumn`.
  package func cells(in column: String) throws -> [(any Value)?] {
    let index = try index(of: column)
    return rows.map { $0[index] }
  }

  /// The numbers of a column: numbers, quantities, yes and no as 1 and 0, and words that are numbers; nil for anything else.
  /// - Throws: `CommandProblem.noSuchColumn`.
  package func numbers(in column: String) throws -> [Double?] {
    try cells(in: column).map { cell in
      let number: Double? =
        switch cell {
        case let number as Double: number
        case let truth as Bool: truth ? 1 : 0
        case let share as Percentage: 100 * share.fraction
        case let length as Length: length.unit == .cm ? 10 * length.value : length.value
        case let text as String: ["yes": 1, "true": 1, "y": 1, "no": 0, "false": 0, "n": 0][text.lowercased()] ?? Double(text)
        case let value?: value.magnitude
        case nil: nil
        }
      return number.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// The position of a column.
  /// - Throws: `CommandProblem.noSuchColumn`, `CommandProblem.ambiguousColumn`.
  package func index(of column: String) throws -> Int {
    guard let index = columns.firstIndex(of: column) else { throw CommandProblem.noSuchColumn(column, columns: columns) }
    guard columns.count(where: { $0 == column }) == 1 else { throw CommandProblem.ambiguousColumn(column) }
    return index
  }

  /// Whether the cells of a column are numbers, quantities or truth values, and at least one is there.
  package func isNumeric(_ column: String) throws -> Bool {
    let cells = try cells(in: column).compactMap { $0 }
    return !cells.isEmpty && cells.allSatisfy { $0 is Double || $0 is Percentage || $0 is Length || $0 is Angle }
  }

  /// The numbers of a column; nil where there is nothing. Unlike ``numbers(in:)``, a word is an error.
  /// - Throws: `CommandProblem.noSuchColumn`, `TableProblem.notANumber`, `TableProblem.noNumbers`.
  package func strictNumbers(in column: String) throws -> [Double?] {
    let numbers = try numbers(in: column)
    for (row, cell) in try cells(in: column).enumerated() where cell != nil && numbers[row] == nil {
      guard let cell, !(cell is Double) else { continue }
      throw TableProblem.notANumber(column: column, row: row, type: type(of: cell).typeName)
    }
    if !numbers.contains(where: { $0 != nil }) { throw TableProblem.noNumbers(column) }
    return numbers
  }

  /// Whether each row has an outcome; nil where there is nothing.
  /// - Parameter positive: The value that counts as the outcome; nil: yes, true or 1.
  /// - Throws: `CommandProblem.noSuchColumn`; `CommandProblem.notYesOrNo` without `positive`; `TableProblem.noSuchValue`.
  package func outcomes(in column: String, positive: String?) throws -> [Bool?] {
    if let positive {
      let categories = try cells(in: column).map { Self.category($0) }
      guard categories.contains(positive) else { throw TableProblem.noSuchValue(positive, column: column) }
      return categories.map { $0.map { $0 == positive } }
    }
    let numbers = try numbers(in: column)
    guard try zip(cells(in: column), numbers).allSatisfy({ $0 == nil || $1 == 0 || $1 == 1 }) else {
      throw CommandProblem.notYesOrNo(column)
    }
    return numbers.map { $0.map { $0 == 1 } }
  }

  /// What a cell is as a category; nil where there is nothing.
  package static func category(_ cell: (any Value)?) -> String? {
    if let number = cell as? Double, number.isNaN { return nil }
    return cell?.oneLine
  }

  /// The categories of cells in order: numbers by size, words in natural order.
  package static func categories(_ cells: [(any Value)?]) -> [String] {
    var values: [String: Double] = [:]
    for cell in cells {
      guard let name = category(cell) else { continue }
      values[name] = cell as? Double ?? ((cell as? Bool).map { $0 ? 1 : 0 } ?? .nan)
    }
    return values.keys.sorted { first, second in
      let (a, b) = (values[first] ?? .nan, values[second] ?? .nan)
      if a.isNaN || b.isNaN { return a.isNaN == b.isNaN ? NaturalOrder.precedes(first, second) : !a.isNaN }
      return a < b
    }
  }
}

extension Context {
  /// The rows that a value stands for; a list of numbers is the column `value`.
  /// - Throws: `TableProblem.notATable`.
  package func table(_ value: AnyValue) throws -> Table {
    if let list = value.value as? List, !list.items.isEmpty, list.items.allSatisfy({ $0 is Double }) {
      return Table(columns: ["value"], rows: list.items.map { [$0] })
    }
    guard let table = try Table(rowsOf: value.value) else { throw TableProblem.notATable(type(of: value.value).typeName) }
    return table
  }
}

/// How many rows were left out, for notes.
package func noteOfMissing(_ count: Int, of rows: Int, _ what: String) -> String {
  "\(NumberFormat.grouped(count)) of \(NumberFormat.grouped(rows)) rows without \(what) left out"
}
