import Basics

/// A description of a plot: axes, marks, title. It is drawn as an image, as SVG or as characters.
public struct Figure: Sendable, Equatable {
  /// The title above the plot; empty for none.
  public var title: String
  /// Lines of small text below the title, such as counts, areas and limits.
  public var notes: [String]
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// The marks in drawing order, the last on top.
  public var marks: [Mark]
  /// The width in mm, 40...400; 85 is the width of a journal's column.
  public var width: Double
  /// The height in mm, 40...400; nil for a height that suits the width.
  public var height: Double?
  /// Whether the area between the axes is as high as it is wide; ignored if `height` is given.
  public var isSquare: Bool

  /// Creates a figure. Its sides and its number of points are checked by ``check()`` when it is drawn.
  public init(
    title: String = "", notes: [String] = [], x: Axis = Axis(), y: Axis = Axis(), marks: [Mark] = [], width: Double = 85,
    height: Double? = nil, isSquare: Bool = false
  ) {
    self.title = title
    self.notes = notes
    self.x = x
    self.y = y
    self.marks = marks
    self.width = width
    self.height = height
    self.isSquare = isSquare
  }

  /// The allowed width and height, in mm.
  public static let sides = 40.0...400.0
  /// The maximum number of points of all marks together.
  public static let pointLimit = 200_000

  /// The reason that a figure cannot be drawn.
  public enum Problem: Error, Hashable, CustomStringConvertible {
    /// A side outside ``sides``, in mm.
    case side(Double)
    /// More points than ``pointLimit``.
    case tooManyPoints(Int)

    /// The problem as an English clause, with the value and its limit.
    public var description: String {
      switch self {
      case .side(let side): "each side of a plot must be 40 to 400 mm, not \(NumberFormat.plotShort(side)) mm"
      case .tooManyPoints(let count): "\(count) points are too many for a plot; the limit is \(Figure.pointLimit)"
      }
    }
  }

  /// Checks that the figure can be drawn.
  /// - Throws: `Problem` for a side out of range or too many points.
  public func check() throws(Problem) {
    for side in [width] + (height.map { [$0] } ?? []) where !Self.sides.contains(side) { throw .side(side) }
    let count = marks.reduce(0) { $0 + $1.pointCount }
    if count > Self.pointLimit { throw .tooManyPoints(count) }
  }

  /// A text alternative of a sentence or two: title, axes, notes, names of marks.
  public var summary: String {
    var parts = [title.isEmpty ? "Plot" : title]
    let axes = [x.title, y.title].filter { !$0.isEmpty }
    if axes.count == 2 { parts.append("\(axes[1]) by \(axes[0])") } else { parts += axes }
    parts += notes
    let names = marks.map { $0.name.isEmpty ? $0.label : $0.name }.filter { !$0.isEmpty }
    if !names.isEmpty { parts.append(names.joined(separator: ", ")) }
    return parts.joined(separator: ". ")
  }

  /// The marks that the legend names, one alone is said by the axes.
  var legend: [Mark] {
    let named = marks.filter { !$0.name.isEmpty }
    return named.count > 1 ? named : []
  }
}

extension Figure {
  /// Returns the figure with each text replaced: title, notes, labels of axes, categories, names and labels of marks.
  public func withTexts(_ text: (String) -> String) -> Figure {
    func axis(_ axis: Axis) -> Axis {
      var axis = axis
      axis.label = text(axis.label)
      if case .categories(let names) = axis.scale { axis.scale = .categories(names.map(text)) }
      return axis
    }
    var figure = self
    figure.title = text(title)
    figure.notes = notes.map(text)
    figure.x = axis(x)
    figure.y = axis(y)
    for index in marks.indices {
      figure.marks[index].name = text(marks[index].name)
      figure.marks[index].label = text(marks[index].label)
    }
    return figure
  }
}

/// An axis of a figure.
public struct Axis: Sendable, Equatable {
  /// How values are placed along an axis.
  public enum Scale: Sendable, Equatable {
    /// Proportional to the value.
    case linear
    /// By the logarithm, base 10; values that are not positive are left out.
    case logarithmic
    /// Dates as days since 1970-01-01.
    case dates
    /// Categories named in order; the first is at 0, the next at 1.
    case categories([String])
  }

  /// The label; empty for none.
  public var label: String
  /// The unit, shown in parentheses after the label; empty for none.
  public var unit: String
  /// How values are placed along the axis.
  public var scale: Scale
  /// The limits; nil to follow the data.
  public var limits: ClosedRange<Double>?
  /// The values that can occur, such as 0 to 100 for a percentage; limits that follow the data stay within them unless the data do not. Linear scales
  /// only.
  public var meaning: ClosedRange<Double>?

  /// Whether only whole numbers occur, such as counts; ticks are then at whole numbers.
  public var isWhole: Bool

  /// Creates an axis.
  public init(
    _ label: String = "", unit: String = "", scale: Scale = .linear, limits: ClosedRange<Double>? = nil,
    meaning: ClosedRange<Double>? = nil,
    isWhole: Bool = false
  ) {
    (self.meaning, self.isWhole) = (meaning, isWhole)
    self.label = label
    self.unit = unit
    self.scale = scale
    self.limits = limits
  }

  /// The label with its unit, such as `opacity (%)`.
  public var title: String { unit.isEmpty ? label : label.isEmpty ? unit : "\(label) (\(unit))" }
}
