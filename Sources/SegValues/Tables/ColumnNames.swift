import SegLang

/// The name of a table's column.
package struct ColumnName: Value, Hashable {
  package let name: String
  package init(_ name: String) { self.name = name }
  package static let typeName = "Column"
  package static let typeHelp = "The name of a table's column."
  package static var literalHint: String? { "the name of a column" }
  package static func read(_ literal: Literal) throws(LiteralProblem) -> ColumnName { ColumnName(literal.text) }
  package var oneLine: String { name }
  package var literal: String? { name.isColumnWord ? name : name.literal }
}

/// Names of columns as one word, `age,sex`; a name in quotes may hold a comma.
package struct ColumnNames: Value, Hashable {
  package let names: [String]
  package static let typeName = "Columns"
  package static let typeHelp = "Names of columns with commas between them, such as age,sex; or a list of texts."
  package static var literalHint: String? { "names of columns such as age,sex" }
  package static func read(_ literal: Literal) throws(LiteralProblem) -> ColumnNames {
    if literal.isQuoted { return ColumnNames(names: [literal.text]) }
    let names = literal.text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !names.contains("") else { throw .malformed }
    return ColumnNames(names: names)
  }
  package var oneLine: String { names.joined(separator: ",") }
  package var literal: String? { names.allSatisfy(\.isColumnWord) ? oneLine : List(names).literal }
}

extension String {
  /// Whether a column of this name needs no quotes.
  fileprivate var isColumnWord: Bool { allSatisfy { $0.isLetter || $0.isNumber || "_.".contains($0) } }
}

/// Columns as one word, a text from a variable, or a list of texts.
package enum Columns: Union {
  case names(ColumnNames)
  case text(String)
  case list(List)

  package static let unionCases = [UnionCase(Self.names), UnionCase(Self.text), UnionCase(Self.list)]

  /// The names, each of them a column of the table and named once.
  /// - Throws: `CommandProblem.noSuchColumn`, `.ambiguousColumn`, `TableProblem`.
  package func names(in table: Table) throws -> [String] {
    let names: [String] =
      switch self {
      case .names(let names): names.names
      case .text(let text): [text]
      case .list(let list):
        try list.items.map { item in
          guard let name = item as? String else { throw TableProblem.notAColumnName(type(of: item).typeName) }
          return name
        }
      }
    if names.isEmpty { throw TableProblem.noColumns }
    var known = Set<String>()
    for name in names {
      _ = try table.index(of: name)
      if !known.insert(name).inserted { throw TableProblem.namedTwice(name) }
    }
    return names
  }
}
