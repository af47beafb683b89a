import ImageOps

/// A point in the units of a figure's axes.
public struct Point: Hashable, Sendable {
  /// The horizontal coordinate.
  public var x: Double
  /// The vertical coordinate.
  public var y: Double

  /// Creates a point.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A mark: data or a reference line drawn between the axes of a figure.
public struct Mark: Sendable, Equatable {
  /// The geometry of a mark.
  public enum Shape: Sendable, Equatable {
    /// Straight lines from point to point, broken at points that are not finite.
    case line([Point])
    /// Symbols at points.
    case points([Point])
    /// A histogram: values between edges; one more edge than values.
    case histogram(edges: [Double], values: [Double])
    /// Bars from 0.
    case bars([Bar])
    /// A filled area between two curves.
    case band([Span])
    /// A thin vertical line from low to high at each position.
    case intervals([Span])
    /// A reference line.
    case rule(Rule)
  }

  /// A bar from 0 to its value.
  public struct Bar: Hashable, Sendable {
    /// The center, in units of the horizontal axis.
    public var x: Double
    /// The width, in units of the horizontal axis.
    public var width: Double
    /// The height, in units of the vertical axis; may be negative.
    public var value: Double

    /// Creates a bar.
    public init(x: Double, width: Double = 0.7, value: Double) {
      self.x = x
      self.width = width
      self.value = value
    }
  }

  /// An interval of the vertical axis at a position of the horizontal axis.
  public struct Span: Hashable, Sendable {
    /// The position, in units of the horizontal axis.
    public var x: Double
    /// The lower end, in units of the vertical axis.
    public var low: Double
    /// The upper end, in units of the vertical axis.
    public var high: Double

    /// Creates a span.
    public init(x: Double, low: Double, high: Double) {
      self.x = x
      self.low = low
      self.high = high
    }
  }

  /// A straight reference line.
  public enum Rule: Hashable, Sendable {
    /// A vertical line at a horizontal coordinate.
    case vertical(Double)
    /// A horizontal line at a vertical coordinate.
    case horizontal(Double)
    /// A segment between two points.
    case segment(Point, Point)
  }

  /// The appearance that distinguishes a mark.
  public enum Tone: Hashable, Sendable {
    /// The color, dash and symbol with this index; indices repeat in cycles.
    case series(Int)
    /// Gray, for guides such as a diagonal.
    case muted
  }

  /// What is drawn.
  public var shape: Shape
  /// The name in the legend; empty to leave the mark out of it.
  public var name: String
  /// A text next to a reference line; empty for none.
  public var label: String
  /// The color, dash and symbol.
  public var tone: Tone
  /// The opacity of points, 0...1.
  public var opacity = 0.85
  /// The width of a line, in multiples of the usual one.
  public var weight = 1.0

  /// Creates a mark.
  public init(_ shape: Shape, name: String = "", label: String = "", tone: Tone = .series(0), opacity: Double = 0.85, weight: Double = 1) {
    self.opacity = opacity
    self.weight = weight
    self.shape = shape
    self.name = name
    self.label = label
    self.tone = tone
  }

  var pointCount: Int {
    switch shape {
    case .line(let points), .points(let points): points.count
    case .histogram(_, let values): values.count
    case .bars(let bars): bars.count
    case .band(let spans), .intervals(let spans): spans.count
    case .rule: 1
    }
  }

  /// The numbers on the horizontal axis that have to be in sight.
  var xs: [Double] {
    switch shape {
    case .line(let points), .points(let points): points.filter { $0.y.isFinite }.map(\.x)
    case .histogram(let edges, _): edges
    case .bars(let bars): bars.flatMap { [$0.x - $0.width / 2, $0.x + $0.width / 2] }
    case .band(let spans), .intervals(let spans): spans.map(\.x)
    case .rule(.vertical(let x)): [x]
    case .rule: []
    }
  }

  /// The vertical coordinates that the axis must include; may contain values that are not finite.
  public var ys: [Double] {
    switch shape {
    case .line(let points), .points(let points): points.map(\.y)
    case .histogram(_, let values): [0] + values
    case .bars(let bars): [0] + bars.map(\.value)
    case .band(let spans), .intervals(let spans): spans.flatMap { [$0.low, $0.high] }
    case .rule(.horizontal(let y)): [y]
    case .rule: []
    }
  }
}

/// How marks look: the colors of Okabe and Ito that stand out on white and can be distinguished whatever one's color vision; and dashes and symbols, which a
/// black and white print keeps apart too.
enum PlotStyle {
  static let ink = RGB(gray: 34)
  static let axis = RGB(gray: 90)
  static let grid = RGB(gray: 226)
  static let muted = RGB(gray: 110)
  static let paper = RGB(gray: 255)

  private static let cycle: [NamedColor] = [.blue, .vermillion, .green, .purple, .orange, .skyblue, .black]
  private static let dashes: [[Double]] = [[], [4, 1.8], [1.2, 1.6], [5, 1.6, 1.2, 1.6]]

  static func color(_ tone: Mark.Tone) -> RGB {
    switch tone {
    case .series(let index): cycle[index.magnitudeModulo(cycle.count)].rgb
    case .muted: muted
    }
  }

  /// Lengths of strokes and gaps, in points; empty for a line without gaps.
  static func dash(_ tone: Mark.Tone) -> [Double] {
    switch tone {
    case .series(let index): dashes[index.magnitudeModulo(dashes.count)]
    case .muted: [2.4, 1.8]
    }
  }

  enum Symbol: CaseIterable { case disc, square, triangle, diamond }

  static func symbol(_ tone: Mark.Tone) -> Symbol {
    if case .series(let index) = tone { Symbol.allCases[index.magnitudeModulo(Symbol.allCases.count)] } else { .disc }
  }

  /// For terminals without color, in the order of the series.
  static func letter(_ tone: Mark.Tone, isUnicode: Bool) -> Character {
    let letters: [Character] = isUnicode ? ["•", "×", "+", "○", "□", "▲", "◆"] : ["*", "x", "+", "o", "#", "@", "%"]
    if case .series(let index) = tone { return letters[index.magnitudeModulo(letters.count)] }
    return isUnicode ? "·" : "."
  }
}

extension Int {
  fileprivate func magnitudeModulo(_ count: Int) -> Int { ((self % count) + count) % count }
}
