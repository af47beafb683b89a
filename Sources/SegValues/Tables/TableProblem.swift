import Basics
import SegLang

/// What a command cannot do with a table.
package enum TableProblem: Error, Hashable, CustomStringConvertible {
  /// A cell of a file: the file, its line, the column, what it holds and what should be there.
  case badCell(path: String, line: Int, column: String, text: String, wanted: String, more: Int)
  case notAColumnName(String)
  case noColumns
  case notATable(String)
  case namedTwice(String)
  case columnExists(String)
  case noNumbers(String)
  /// A column with a value that is no number.
  case notANumber(column: String, row: Int, type: String)
  case notARecord(String)
  /// A key that occurs more than once in both tables.
  case manyToMany(String)
  /// Keys that are numbers in one table and texts in the other.
  case keyTypesDiffer(String, String, String)
  case wrongGroupCount(column: String, found: Int, wanted: String)
  case noSuchValue(String, column: String)
  case emptyGroup(String, of: String, column: String)
  case tooFewColumns(Int, wanted: String)
  case tooManyCategories(column: String, Int, limit: Int)
  case tooManyPanels(column: String, Int, limit: Int)
  case categoriesWithoutOrder(String)
  case undefined(String)
  case tooManyRows(Int)

  package var description: String {
    switch self {
    case .badCell(let path, let line, let column, let text, let wanted, let more):
      "\(path):\(line): `\(text)` in column `\(column)` is not \(wanted)"
        + (more > 0 ? "; \(NumberFormat.grouped(more)) more cell\(more == 1 ? "" : "s") of the column neither" : "")
    case .notAColumnName(let type): "a column is named by a text, not by a \(type)"
    case .notATable(let type): "a table or a list of numbers is needed, not a \(type)"
    case .noColumns: "the list of columns is empty"
    case .namedTwice(let name): "the column `\(name)` is named twice"
    case .columnExists(let name): "the table already has a column `\(name)`; choose another name"
    case .noNumbers(let column): "the column `\(column)` contains no numbers"
    case .notANumber(let column, let row, let type):
      "row \(NumberFormat.grouped(row + 1)) has a \(type) in column `\(column)`, which must contain only numbers"
    case .notARecord(let type): "the block must return a record of new columns, such as { {ratio: it.a / it.b} }, not a \(type)"
    case .manyToMany(let key):
      "the key \(key) occurs more than once in both tables; summarize one of them first, or join by more columns"
    case .keyTypesDiffer(let column, let left, let right):
      "the column `\(column)` contains \(left) in the first table and \(right) in the second; load both as text with texts=\(column)"
    case .wrongGroupCount(let column, let found, let wanted):
      "the column `\(column)` has \(found) group\(found == 1 ? "" : "s"), but \(wanted) needed; select rows with where first"
    case .noSuchValue(let value, let column): "the column `\(column)` does not contain the value `\(value)`"
    case .emptyGroup(let group, let by, let column): "the group \(group) of `\(by)` has no values of `\(column)`"
    case .tooFewColumns(let count, let wanted): "\(count) column\(count == 1 ? "" : "s"), but \(wanted)"
    case .tooManyCategories(let column, let count, let limit):
      "the column `\(column)` has \(NumberFormat.grouped(count)) different values; at most \(limit) can be categories"
    case .tooManyPanels(let column, let count, let limit):
      "the column `\(column)` has \(NumberFormat.grouped(count)) different values, but a plot has room for \(limit) panels; "
        + "select rows with where, or use by="
    case .categoriesWithoutOrder(let column):
      "weights need an order, and the column `\(column)` contains words; recode them as numbers with derive, or use weights=none"
    case .undefined(let what): "\(what) is undefined for these rows: all values are equal, or too few"
    case .tooManyRows(let limit): "the result would have more than \(NumberFormat.grouped(limit)) rows"
    }
  }
}
