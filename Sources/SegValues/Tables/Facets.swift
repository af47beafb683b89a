import Basics
import Plotting
import SegLang

/// The rows of a table in panels: one for each value of a column, or one of all rows.
package struct Facets {
  /// The column; nil for one panel of all rows.
  package let column: String?
  /// The values of the column in order: numbers by size, words in natural order.
  package let names: [String]
  /// The panel of each row; nil where the column has no value.
  package let places: [Int?]

  /// - Throws: `CommandProblem.noSuchColumn`; `TableProblem.tooManyPanels`; `TableProblem.undefined` where no row has a value.
  package init(_ table: Table, by column: String?) throws {
    self.column = column
    guard let column else {
      names = [""]
      places = Array(repeating: 0, count: table.rows.count)
      return
    }
    let cells = try table.cells(in: column)
    let names = Table.categories(cells)
    guard !names.isEmpty else { throw TableProblem.undefined("the facet \(column)") }
    guard names.count <= Figure.panelLimit else {
      throw TableProblem.tooManyPanels(column: column, names.count, limit: Figure.panelLimit)
    }
    let indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    self.names = names
    places = cells.map { Table.category($0).flatMap { indices[$0] } }
  }

  /// What stands above a panel, with the number of rows that it shows; nothing above the one panel of all rows.
  package func title(_ index: Int, shown: Int) -> String {
    column.map { "\($0): \(names[index]) (n = \(NumberFormat.grouped(shown)))" } ?? ""
  }

  /// How many rows belong to no panel, in words.
  package var notes: [String] {
    let missing = places.count { $0 == nil }
    guard let column, missing > 0 else { return [] }
    return [noteOfMissing(missing, of: places.count, column)]
  }

  /// A figure of each panel's rows, drawn on common axes. A panel whose rows do not suffice says why.
  /// - Parameters:
  ///   - hasOwnNames: Whether the horizontal axis of each panel names its own rows.
  ///   - draw: What draws the rows of one panel.
  /// - Throws: What `draw` throws for the first panel, if no panel can be drawn.
  package func figure(of table: Table, hasOwnNames: Bool = false, _ draw: (Table) throws -> Figure) throws -> Figure {
    guard column != nil else { return try draw(table) }
    var (figures, problems): ([Int: Figure], [any Error]) = ([:], [])
    var panels: [Panel] = []
    for index in names.indices {
      let rows = table.rows.indices.filter { places[$0] == index }
      let part = Table(columns: table.columns, rows: rows.map { table.rows[$0] }, rowName: table.rowName)
      let title = title(index, shown: rows.count)
      do {
        let figure = try draw(part)
        figures[index] = figure
        panels.append(Panel(title: title, notes: figure.notes, x: hasOwnNames ? figure.x : nil, marks: figure.marks))
      } catch let problem as any Error & CustomStringConvertible where problem is CommandProblem || problem is TableProblem {
        problems.append(problem)
        panels.append(Panel(title: title, notes: [problem.description]))
      }
    }
    guard let first = figures.keys.min().flatMap({ figures[$0] }) else {
      throw problems.first ?? TableProblem.undefined("the facet \(column ?? "")")
    }
    func common(_ axis: (Figure) -> Axis) -> Axis {
      var shared = axis(first)
      let limits = figures.values.map { axis($0).limits }
      let known = limits.compactMap { $0 }
      shared.limits = nil
      if known.count == limits.count, let low = known.map(\.lowerBound).min(), let high = known.map(\.upperBound).max() {
        shared.limits = low...high
      }
      return shared
    }
    return Figure(
      title: first.title, notes: notes, x: hasOwnNames ? Axis(first.x.label) : common(\.x), y: common(\.y), panels: panels,
      isSquare: first.isSquare)
  }
}
