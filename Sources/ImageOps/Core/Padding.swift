/// How an image continues beyond its edge, with NumPy's names.
public enum Padding<Pixel: Sendable>: Sendable {
  /// One value everywhere: `v v | a b c d | v v`.
  case constant(Pixel)
  /// The nearest pixel: `a a | a b c d | d d`.
  case edge
  /// Mirrored about the outermost pixels: `c b | a b c d | c b`. A side of one pixel repeats it.
  case reflect
  /// Mirrored about the edge between pixels: `b a | a b c d | d c`.
  case symmetric
}

extension Padding {
  /// The pixel of a line of `count` that stands at `index`, which may lie outside; nil where the constant does.
  func source(of index: Int, count: Int) -> Int? {
    switch self {
    case .constant: return (0..<count).contains(index) ? index : nil
    case .edge: return min(max(index, 0), count - 1)
    case .reflect:
      guard count > 1 else { return 0 }
      let period = 2 * (count - 1)
      let phase = ((index % period) + period) % period
      return phase < count ? phase : period - phase
    case .symmetric:
      let period = 2 * count
      let phase = ((index % period) + period) % period
      return phase < count ? phase : period - 1 - phase
    }
  }

  /// Where the pixels of a line of `count` with `margin` more on each side come from.
  func sources(margin: Int, count: Int) -> [Int?] { (-margin..<count + margin).map { source(of: $0, count: count) } }

  /// The value where the rule is to repeat one, for which sources are nil.
  var constant: Pixel? {
    if case .constant(let value) = self { return value }
    return nil
  }
}
