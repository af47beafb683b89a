import Basics

/// A titled group of measured values, as evaluations print them and model files keep them.
public struct ResultSection: Sendable, Equatable {
  /// One value over a number of cases, with its 95 % bootstrap CI over cases.
  public struct Figure: Sendable, Equatable {
    /// What was measured, such as `lungs Dice, mean`.
    public let name: String
    /// The number of cases.
    public let count: Int
    /// The value; nil if it is undefined for these cases.
    public let value: Double?
    /// The 95 % CI; nil if it is undefined.
    public let interval: ClosedRange<Double>?

    /// Creates a value.
    public init(name: String, count: Int, value: Double?, interval: ClosedRange<Double>?) {
      (self.name, self.count, self.value, self.interval) = (name, count, value, interval)
    }
  }

  /// The title.
  public let title: String
  /// The values in order.
  public let figures: [Figure]

  /// Creates a section.
  public init(title: String, figures: [Figure]) { (self.title, self.figures) = (title, figures) }
}

extension ResultSection {
  /// `title` and `figures`, each with `name`, `n`, `value` and `interval`.
  var json: JSON {
    [
      "title": .string(title),
      "figures": .array(
        figures.map { figure in
          [
            "name": .string(figure.name), "n": .number(Double(figure.count)), "value": figure.value.map(JSON.number) ?? .null,
            "interval": figure.interval.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? .null,
          ]
        }),
    ]
  }

  /// The section that `json` wrote; nil for anything else.
  init?(_ json: JSON) {
    guard let title = json["title"]?.stringValue, let figures = json["figures"]?.arrayValue else { return nil }
    self.title = title
    self.figures = figures.compactMap { json in
      guard let name = json["name"]?.stringValue, let count = json["n"]?.integerValue else { return nil }
      let bounds = json["interval"]?.numbersValue ?? []
      return Figure(
        name: name, count: count, value: json["value"]?.numberValue,
        interval: bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]...bounds[1] : nil)
    }
    guard self.figures.count == figures.count else { return nil }
  }
}

extension ResultSection.Figure {
  /// A statistic of cases with its interval.
  /// - Parameter statistic: The value for some of the cases, by their numbers from 0.
  static func measured(_ name: String, _ count: Int, _ statistic: ([Int]) -> Double?) -> ResultSection.Figure {
    ResultSection.Figure(
      name: name, count: count, value: statistic(Array(0..<count)), interval: Statistics.bootstrapInterval(count: count, statistic))
  }

  /// The mean and the median of values; none without values.
  static func summary(_ name: String, _ values: [Double]) -> [ResultSection.Figure] {
    guard !values.isEmpty else { return [] }
    return [
      measured("\(name), mean", values.count) { Statistics.mean($0.map { values[$0] }) },
      measured("\(name), median", values.count) { Statistics.median($0.map { values[$0] }) },
    ]
  }
}
