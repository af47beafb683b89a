/// What is wrong with a table of comma-separated values.
public enum CSVError: Error, Equatable {
  case empty(path: String)
  case notText(path: String)
  case duplicateColumn(path: String, column: String)
  case missingColumn(path: String, column: String)
  case unnamedColumn(path: String, number: Int)
  case wrongFieldCount(path: String, line: Int, found: Int, expected: Int)
  case strayQuote(path: String, line: Int)
  case unclosedQuote(path: String, line: Int)
  case notANumber(path: String, line: Int, column: String, text: String)
}

extension CSVError: CustomStringConvertible {
  /// One line with the path, the line where one is at fault, and the reason, without a period.
  public var description: String {
    switch self {
    case .empty(let path): "\(path) is empty; its first row must name the columns"
    case .notText(let path): "\(path) is not UTF-8 text"
    case .duplicateColumn(let path, let column): "\(path) names the column `\(column)` twice"
    case .unnamedColumn(let path, let number): "\(path): column \(number) contains values but has no name in the first row"
    case .missingColumn(let path, let column): "\(path) has no column `\(column)`"
    case .wrongFieldCount(let path, let line, let found, let expected):
      "\(path):\(line): \(found) field\(found == 1 ? "" : "s") instead of \(expected)"
    case .strayQuote(let path, let line): "\(path):\(line): a quotation mark inside an unquoted field"
    case .unclosedQuote(let path, let line): "\(path):\(line): a quoted field is not closed"
    case .notANumber(let path, let line, let column, let text): "\(path):\(line): `\(text)` in column `\(column)` is not a number"
    }
  }
}
