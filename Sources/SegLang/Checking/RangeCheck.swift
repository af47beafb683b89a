import Basics

/// Bounds of parameters.
enum RangeCheck {
  static func problem(_ value: any Value, _ slot: Callee.Slot) -> Problem? {
    guard let range = slot.range, let magnitude = value.magnitude, !range.contains(magnitude) else { return nil }
    func text(_ bound: Double) -> String {
      switch value {
      case is Length: Length.pixels(bound).oneLine
      case is Angle: Angle(degrees: bound).oneLine
      case is Percentage: Percentage(bound).oneLine
      default: NumberFormat.exact(bound)
      }
    }
    return .outOfRange(value.oneLine, of: slot.name, low: text(range.lowerBound), high: text(range.upperBound))
  }

  /// -1, 0 or 1 as the first is below, equal to or above the second; nil when they cannot be compared before the run.
  static func order(_ a: any Value, _ b: any Value) -> Int? {
    if let a = a.magnitude, let b = b.magnitude { return a < b ? -1 : a > b ? 1 : 0 }
    if let a = a as? Length, let b = b as? Length, a.unit != .px, b.unit != .px {
      let scale = { (length: Length) in length.unit == .cm ? length.value * 10 : length.value }
      return scale(a) < scale(b) ? -1 : scale(a) > scale(b) ? 1 : 0
    }
    switch (a, b) {
    case (Intensity.share(let a), Intensity.share(let b)), (Intensity.percentile(let a), Intensity.percentile(let b)):
      return a < b ? -1 : a > b ? 1 : 0
    default: return nil
    }
  }
}
