import Basics

/// An area between axes with its marks. The panels of a figure share their axes, so that they can be compared.
public struct Panel: Sendable, Equatable {
  /// The title above the panel; empty for none.
  public var title: String
  /// Lines of small text below the title.
  public var notes: [String]
  /// Horizontal axis of this panel alone, such as the names of its rows; nil for the axis of the figure.
  public var x: Axis?
  /// The marks in drawing order, the last on top.
  public var marks: [Mark]

  /// Creates a panel.
  public init(title: String = "", notes: [String] = [], x: Axis? = nil, marks: [Mark] = []) {
    self.title = title
    self.notes = notes
    self.x = x
    self.marks = marks
  }
}

/// The places of panels, row by row.
struct PanelGrid: Equatable {
  let count: Int
  let columns: Int
  let rows: Int

  /// - Parameter most: The number of panels for which a row has room.
  init(count: Int, most: Int) {
    let count = max(1, count)
    let preferred =
      switch count {
      case ...3: count
      case 4: 2
      case 5, 6, 9: 3
      default: 4
      }
    rows = (count - 1) / max(1, min(preferred, most)) + 1
    columns = (count - 1) / rows + 1
    self.count = count
  }

  func place(_ index: Int) -> (row: Int, column: Int) { (index / columns, index % columns) }

  /// Whether no other panel lies below.
  func isLowest(_ index: Int) -> Bool { index + columns >= count }

  /// The greatest of a number for each panel, per row.
  func greatest<Number: Comparable>(_ numbers: [Number], least: Number) -> [Number] {
    (0..<rows).map { row in numbers[min(numbers.count, row * columns)..<min(numbers.count, (row + 1) * columns)].max() ?? least }
  }
}
