import Basics
import SegLang

extension Table {
  /// The most rows that joining may make.
  private static let rowLimit = 5_000_000

  /// The table with some of its columns in a given order.
  package func selecting(_ names: [String]) -> Table {
    let places = names.compactMap { columns.firstIndex(of: $0) }
    return Table(
      columns: places.map { columns[$0] }, rows: rows.map { row in places.map { row[$0] } }, rowName: rowName, unreadable: unreadable)
  }

  /// The table with further columns; those of a name that is there already are replaced in their place.
  package func adding(_ added: [(name: String, cells: [(any Value)?])]) -> Table {
    var names = columns
    var cells = rows
    for (name, values) in added {
      if let place = names.firstIndex(of: name) {
        for row in cells.indices { cells[row][place] = values[row] }
      } else {
        names.append(name)
        for row in cells.indices { cells[row].append(values[row]) }
      }
    }
    return Table(columns: names, rows: cells, rowName: rowName, unreadable: unreadable)
  }

  /// A value that rows are matched by: numbers by their value, others by their text.
  private enum Key: Hashable {
    case number(Double)
    case word(String)
    case missing

    init(_ cell: (any Value)?) {
      switch cell {
      case nil: self = .missing
      case let number as Double: self = number.isNaN ? .missing : .number(number)
      case let value?: self = .word(value.oneLine)
      }
    }
  }

  /// The rows of each combination of values, in order; missing values last.
  /// - Throws: `CommandProblem.noSuchColumn`.
  package func groups(by names: [String]) throws -> [(key: [(any Value)?], rows: [Int])] {
    let places = try names.map { try index(of: $0) }
    var members: [[Key]: [Int]] = [:]
    for (index, row) in rows.enumerated() { members[places.map { Key(row[$0]) }, default: []].append(index) }
    let ranks = places.map { place in
      Dictionary(uniqueKeysWithValues: Self.categories(rows.map { $0[place] }).enumerated().map { ($1, $0) })
    }
    /// Where a group stands, by each of its values.
    func rank(_ row: Int) -> [Int] {
      zip(places, ranks).map { place, ranks in Self.category(rows[row][place]).flatMap { ranks[$0] } ?? .max }
    }
    return members.values.map { rows in (rank: rank(rows[0]), rows: rows) }
      .sorted { $0.rank.lexicographicallyPrecedes($1.rank) }
      .map { group in (places.map { place in rows[group.rows[0]][place] }, group.rows) }
  }

  /// The columns of both tables by common keys.
  ///
  /// - Parameters:
  ///   - keepsAll: Whether rows without a match stay.
  ///   - keepsOther: Whether rows of the other table without a match stay, after all others.
  ///   - suffix: For other columns that both have.
  /// - Returns: The table, the rows of both without a match, and whether a row of either is repeated.
  /// - Throws: `CommandProblem.noSuchColumn`, `TableProblem`.
  package func joined(
    _ other: Table, by names: [String], keepsAll: Bool, keepsOther: Bool, suffix: String
  ) throws -> (table: Table, alone: [Int], otherAlone: [Int], isMany: Bool) {
    let places = try names.map { try index(of: $0) }
    let otherPlaces = try names.map { try other.index(of: $0) }
    for (name, (place, otherPlace)) in zip(names, zip(places, otherPlaces)) {
      let (left, right) = (Self.kind(rows, place), Self.kind(other.rows, otherPlace))
      if let left, let right, left != right { throw TableProblem.keyTypesDiffer(name, left, right) }
    }
    func keys(_ rows: [[(any Value)?]], _ places: [Int]) -> [[Key]?] {
      rows.map { row in
        let key = places.map { Key(row[$0]) }
        return key.contains(.missing) ? nil : key
      }
    }
    let (own, others) = (keys(rows, places), keys(other.rows, otherPlaces))
    var matches: [[Key]: [Int]] = [:]
    for (row, key) in others.enumerated() { if let key { matches[key, default: []].append(row) } }
    var counts: [[Key]: Int] = [:]
    for key in own { if let key { counts[key, default: 0] += 1 } }
    let rest = other.columns.indices.filter { !otherPlaces.contains($0) }
    let added = rest.map { columns.contains(other.columns[$0]) ? other.columns[$0] + suffix : other.columns[$0] }
    for name in added where columns.contains(name) || added.count(where: { $0 == name }) > 1 { throw TableProblem.columnExists(name) }
    var result: [[(any Value)?]] = []
    var (alone, isMany): ([Int], Bool) = ([], false)
    let nothing = [(any Value)?](repeating: nil, count: rest.count)
    for (row, key) in own.enumerated() {
      let found = key.flatMap { matches[$0] } ?? []
      if let key, found.count > 1 || (counts[key] ?? 0) > 1, !found.isEmpty {
        isMany = true
        if found.count > 1, (counts[key] ?? 0) > 1 {
          throw TableProblem.manyToMany(places.map { rows[row][$0]?.oneLine ?? "" }.map { "`\($0)`" }.joined(separator: ", "))
        }
      }
      if found.isEmpty {
        alone.append(row)
        if keepsAll { result.append(rows[row] + nothing) }
      }
      for match in found { result.append(rows[row] + rest.map { other.rows[match][$0] }) }
      if result.count > Self.rowLimit { throw TableProblem.tooManyRows(Self.rowLimit) }
    }
    let otherAlone = others.indices.filter { index in others[index].map { counts[$0] == nil } ?? true }
    if keepsOther {
      for row in otherAlone {
        var cells = [(any Value)?](repeating: nil, count: columns.count)
        for (place, otherPlace) in zip(places, otherPlaces) { cells[place] = other.rows[row][otherPlace] }
        result.append(cells + rest.map { other.rows[row][$0] })
      }
    }
    return (Table(columns: columns + added, rows: result, rowName: rowName), alone, otherAlone, isMany)
  }

  /// What the values of a column are, in a word; nil where there is none.
  private static func kind(_ rows: [[(any Value)?]], _ place: Int) -> String? {
    rows.lazy.compactMap { $0[place] }.first.map { $0 is Double ? "numbers" : "text" }
  }
}
