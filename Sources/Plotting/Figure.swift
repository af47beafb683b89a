/// What a plot shows, said once: axes, marks, title. It is drawn as an image, as SVG and as characters from this one description.
public struct Figure: Sendable, Equatable {
  public var title: String
  /// Lines of small text below the title: counts, areas, limits.
  public var notes: [String]
  public var x: Axis
  public var y: Axis
  /// In the order in which they are drawn.
  public var marks: [Mark]
  /// In millimeters; 85 is the width of a journal's column.
  public var width: Double
  /// In millimeters; nil for a height that suits the width.
  public var height: Double?
  /// Whether the area between the axes is as high as it is wide.
  public var isSquare: Bool

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

  /// Sides that can be drawn, in millimeters.
  public static let sides = 40.0...400.0
  /// Points of all marks together that can be drawn.
  public static let pointLimit = 200_000

  /// Why a figure cannot be drawn.
  public enum Problem: Error, Hashable, CustomStringConvertible {
    /// In millimeters.
    case side(Double)
    case tooManyPoints(Int)

    public var description: String {
      switch self {
      case .side(let side): "each side of a plot must be 40 to 400 mm, not \(PlotNumber.short(side)) mm"
      case .tooManyPoints(let count): "\(count) points are too many for a plot; the limit is \(Figure.pointLimit)"
      }
    }
  }

  /// Whether it can be drawn.
  /// - Throws: `Problem`.
  public func check() throws(Problem) {
    for side in [width] + (height.map { [$0] } ?? []) where !Self.sides.contains(side) { throw .side(side) }
    let count = marks.reduce(0) { $0 + $1.pointCount }
    if count > Self.pointLimit { throw .tooManyPoints(count) }
  }

  /// The figure in a sentence or two, for those who do not see it.
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
  /// The figure with other texts: title, notes, labels of axes, categories, names and labels of marks.
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

/// What stands along a side of a figure.
public struct Axis: Sendable, Equatable {
  public enum Scale: Sendable, Equatable {
    case linear
    /// Base 10; numbers that are not positive are left out.
    case logarithmic
    /// Days since 1970-01-01.
    case dates
    /// Names at 0, 1, 2, …
    case categories([String])
  }

  public var label: String
  public var unit: String
  public var scale: Scale
  /// Nil for those of the data.
  public var limits: ClosedRange<Double>?
  /// The numbers that can occur, such as 0 to 100 of a percentage: limits that follow the data do not go beyond them unless the data do.
  public var meaning: ClosedRange<Double>?

  /// Whether only whole numbers occur, as of counts: no tick stands between them.
  public var isWhole: Bool

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

  /// "opacity (%)"
  public var title: String { unit.isEmpty ? label : label.isEmpty ? unit : "\(label) (\(unit))" }
}
