import Basics

/// A description of a plot: axes, panels with marks, title. It is drawn as an image, as SVG or as characters.
public struct Figure: Sendable, Equatable {
  /// The title above the plot; empty for none.
  public var title: String
  /// Lines of small text below the title, such as counts, areas and limits.
  public var notes: [String]
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// The panels, row by row; most figures have one.
  public var panels: [Panel]
  /// The width in mm, 40...400; 85 is the width of a journal's column.
  public var width: Double
  /// The height in mm, 40...400; nil for a height that suits the width.
  public var height: Double?
  /// Whether a panel is as high as it is wide; ignored if `height` is given.
  public var isSquare: Bool

  /// Creates a figure. Its sides and its numbers of panels and points are checked by ``check()`` when it is drawn.
  public init(
    title: String = "", notes: [String] = [], x: Axis = Axis(), y: Axis = Axis(), panels: [Panel], width: Double = 85,
    height: Double? = nil, isSquare: Bool = false
  ) {
    self.title = title
    self.notes = notes
    self.x = x
    self.y = y
    self.panels = panels.isEmpty ? [Panel()] : panels
    self.width = width
    self.height = height
    self.isSquare = isSquare
  }

  /// Creates a figure of one panel.
  public init(
    title: String = "", notes: [String] = [], x: Axis = Axis(), y: Axis = Axis(), marks: [Mark] = [], width: Double = 85,
    height: Double? = nil, isSquare: Bool = false
  ) {
    self.init(title: title, notes: notes, x: x, y: y, panels: [Panel(marks: marks)], width: width, height: height, isSquare: isSquare)
  }

  /// The marks of all panels.
  public var marks: [Mark] { panels.flatMap(\.marks) }

  /// Adds a mark on top of every panel.
  public mutating func addToPanels(_ mark: Mark) {
    for index in panels.indices { panels[index].marks.append(mark) }
  }

  /// The allowed width and height, in mm.
  public static let sides = 40.0...400.0
  /// The maximum number of points of all marks together.
  public static let pointLimit = 200_000
  /// The maximum number of panels; more have no room for marks.
  public static let panelLimit = 12

  /// The reason that a figure cannot be drawn.
  public enum Problem: Error, Hashable, CustomStringConvertible {
    /// A side outside ``sides``, in mm.
    case side(Double)
    /// More points than ``pointLimit``.
    case tooManyPoints(Int)
    /// More panels than ``panelLimit``.
    case tooManyPanels(Int)

    /// The problem as an English clause, with the value and its limit.
    public var description: String {
      switch self {
      case .side(let side): "each side of a plot must be 40 to 400 mm, not \(NumberFormat.plotShort(side)) mm"
      case .tooManyPoints(let count): "\(count) points are too many for a plot; the limit is \(Figure.pointLimit)"
      case .tooManyPanels(let count): "\(count) panels are too many for a plot; the limit is \(Figure.panelLimit)"
      }
    }
  }

  /// Checks that the figure can be drawn.
  /// - Throws: `Problem` for a side out of range, too many panels or too many points.
  public func check() throws(Problem) {
    for side in [width] + (height.map { [$0] } ?? []) where !Self.sides.contains(side) { throw .side(side) }
    if panels.count > Self.panelLimit { throw .tooManyPanels(panels.count) }
    let count = marks.reduce(0) { $0 + $1.pointCount }
    if count > Self.pointLimit { throw .tooManyPoints(count) }
  }

  /// A text alternative of a few sentences: title, axes, notes, names of marks and panels.
  public var summary: String {
    var parts = [title.isEmpty ? "Plot" : title]
    let axes = [x.title, y.title].filter { !$0.isEmpty }
    if axes.count == 2 { parts.append("\(axes[1]) by \(axes[0])") } else { parts += axes }
    parts += notes
    var names = marks.map { $0.name.isEmpty ? $0.label : $0.name }.filter { !$0.isEmpty }
    if panels.count > 1 {
      var known = Set<String>()
      names = names.filter { known.insert($0).inserted }
    }
    if !names.isEmpty { parts.append(names.joined(separator: ", ")) }
    let titled = panels.filter { !$0.title.isEmpty || !$0.notes.isEmpty }
    if !titled.isEmpty {
      let words = titled.map { panel in
        panel.title + (panel.notes.isEmpty ? "" : (panel.title.isEmpty ? "" : ", ") + panel.notes.joined(separator: ", "))
      }
      parts.append((panels.count > 1 ? "\(panels.count) panels: " : "") + words.joined(separator: "; "))
    }
    return parts.joined(separator: ". ")
  }

  /// The marks that the legend names, one alone is said by the axes. What several panels have in common is named once.
  var legend: [Mark] {
    var named = marks.filter { !$0.name.isEmpty }
    if panels.count > 1 {
      var known = Set<String>()
      named = named.filter { known.insert($0.name).inserted }
    }
    return named.count > 1 ? named : []
  }
}

extension Figure {
  /// Returns the figure with each text replaced: titles, notes, labels of axes, categories, names and labels of marks.
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
    figure.panels = panels.map { panel in
      Panel(
        title: text(panel.title), notes: panel.notes.map(text), x: panel.x.map(axis),
        marks: panel.marks.map { mark in
          var mark = mark
          mark.name = text(mark.name)
          mark.label = text(mark.label)
          return mark
        })
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
