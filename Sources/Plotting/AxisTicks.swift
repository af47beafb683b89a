import Basics
internal import Platform

/// An axis with its limits settled and round numbers on it.
struct AxisTicks: Equatable {
  struct Tick: Equatable {
    /// Where it stands between the limits, 0...1.
    let fraction: Double
    let label: String
  }

  private(set) var ticks: [Tick] = []
  private let axis: Axis
  /// Limits after the scale was applied.
  private let low: Double
  private let high: Double

  /// - Parameters:
  ///   - values: what has to be in sight; numbers that are not finite are passed over.
  ///   - target: about how many ticks there is room for.
  ///   - isRounded: whether the limits move out to the next ticks.
  init(_ axis: Axis, values: [Double], target: Int, isRounded: Bool) {
    self.axis = axis
    let target = max(1, target)
    if case .categories(let names) = axis.scale {
      let (low, high) = (-0.5, Double(max(1, names.count)) - 0.5)
      (self.low, self.high) = (low, high)
      ticks = names.enumerated().map { Tick(fraction: (Double($0.offset) - low) / (high - low), label: $0.element) }
      return
    }
    let shown = (axis.limits.map { [$0.lowerBound, $0.upperBound] } ?? values).compactMap { Self.mapped($0, axis.scale) }
    var (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
    if !(high - low > 1e-12 * max(1, high.magnitude)) {
      let room = axis.scale == .linear ? max(0.5, 1e-6 * high.magnitude) : 0.5
      (low, high) = (low - room, high + room)
    }
    var step = 0.0
    if axis.scale == .linear {
      step = Self.step(for: high - low, target: target)
      if axis.isWhole { step = max(1, step) }
      if axis.limits == nil {
        if isRounded {
          (low, high) = ((low / step + 1e-9).rounded(.down) * step, (high / step - 1e-9).rounded(.up) * step)
        } else {
          let room = 0.02 * (high - low)
          (low, high) = (low >= 0 && low < 10 * room ? 0 : low - room, high + room)
        }
      }
    } else if axis.scale == .dates, axis.limits == nil {
      let room = max(0.25, 0.02 * (high - low))
      (low, high) = (low - room, high + room)
    }
    if let meaning = axis.meaning, axis.limits == nil, axis.scale == .linear, shown.allSatisfy({ meaning.contains($0) }) {
      (low, high) = (max(low, meaning.lowerBound), min(high, meaning.upperBound))
    }
    (self.low, self.high) = (low, high)
    switch axis.scale {
    case .linear: addLinear(step: step)
    case .logarithmic: addPowers(target: target)
    case .dates: addDates(shown, target: target)
    case .categories: break
    }
  }

  /// Where a number stands between the limits (0...1 inside); nil when it has no place.
  func fraction(of value: Double) -> Double? { Self.mapped(value, axis.scale).map { ($0 - low) / (high - low) } }

  /// The number at a place between the limits, for the linear scale.
  func value(at fraction: Double) -> Double { low + fraction * (high - low) }

  private mutating func add(_ mapped: Double, _ label: String) {
    let fraction = (mapped - low) / (high - low)
    if fraction > -1e-9, fraction < 1 + 1e-9 { ticks.append(Tick(fraction: min(max(fraction, 0), 1), label: label)) }
  }

  private mutating func addLinear(step: Double) {
    let first = (low / step - 1e-9).rounded(.up)
    let count = max(0, min(40, Int(max(0, high / step - first + 1e-9))))
    for index in 0...count {
      let value = (first + Double(index)) * step
      add(value, NumberFormat.plotLabel(value, step: step))
    }
  }

  private mutating func addPowers(target: Int) {
    let step = max(1, Self.step(for: high - low, target: target).rounded(.up))
    if high - low >= 1 {
      for power in stride(from: low.rounded(.up), through: high, by: step) {
        add(
          power,
          (-3...4).contains(power) ? NumberFormat.plotLabel(pow(10, power), step: pow(10, power)) : NumberFormat.plotShort(pow(10, power)))
      }
    }
    guard high - low < 2 else { return }
    // Within two decades powers alone are too few.
    for decade in stride(from: low.rounded(.down), through: high, by: 1) {
      for factor in high - low >= 1 ? [2.0, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8] {
        add(decade + log10(factor), NumberFormat.plotLabel(pow(10, decade) * factor, step: pow(10, decade - (factor == 1.5 ? 1 : 0))))
      }
    }
  }

  /// The days of the data themselves where they are few, else round ones.
  private mutating func addDates(_ values: [Double], target: Int) {
    let days = Set(values.map { $0.rounded(.down) }).sorted()
    if days.count <= target, axis.limits == nil {
      for day in days { add(day, CivilDate(days: Int(min(max(day, -1e8), 1e8))).text()) }
      return
    }
    let (first, last) = (Int(min(max(low.rounded(.up), -1e8), 1e8)), Int(min(max(high.rounded(.down), -1e8), 1e8)))
    let span = Double(max(1, last - first))
    if let step = [1, 2, 7, 14].first(where: { span / Double($0) <= Double(target) }) {
      // A step of weeks starts at a Monday.
      let start = first + (step >= 7 ? ((4 - first) % 7 + 7) % 7 : 0)
      for day in stride(from: start, through: last, by: step) { add(Double(day), CivilDate(days: day).text()) }
      return
    }
    let months = [1, 2, 3, 6, 12, 24, 60, 120, 600, 1200].first { span / (30.4 * Double($0)) <= Double(target) } ?? 12_000
    let start = CivilDate(days: first)
    var month = (start.year * 12 + start.month - 1) / months * months
    for _ in 0..<60 {
      let date = CivilDate(year: month / 12, month: month % 12 + 1, day: 1)
      if date.days > last { break }
      add(Double(date.days), date.text(months >= 12 ? 1 : 2))
      month += months
    }
  }

  private static func mapped(_ value: Double, _ scale: Axis.Scale) -> Double? {
    guard value.isFinite, value.magnitude < 1e300 else { return nil }
    guard scale == .logarithmic else { return value }
    return value > 0 ? log10(value) : nil
  }

  /// 1, 2 or 5 times a power of ten, so that at most `target` steps cover the span.
  private static func step(for span: Double, target: Int) -> Double {
    let raw = span / Double(target)
    let power = pow(10, log10(raw).rounded(.down))
    let factor = raw / power
    return power * (factor <= 1 + 1e-9 ? 1 : factor <= 2 + 1e-9 ? 2 : factor <= 5 + 1e-9 ? 5 : 10)
  }
}
