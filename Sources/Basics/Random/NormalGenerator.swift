internal import Platform

/// Standard normal numbers from a seed: ``SeededGenerator`` through the Box-Muller transform.
public struct NormalGenerator: Sendable {
  private var generator: SeededGenerator
  private var spare: Double?

  /// Creates a generator whose numbers depend on the seed alone.
  public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Uniform between 0 and 1, both excluded: the logarithm of 0 is no number.
  private mutating func nextUnit() -> Double { (Double(generator.next() >> 11) + 0.5) * 0x1p-53 }

  /// The next number, of mean 0 and variance 1.
  public mutating func next() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    let radius = (-2 * log(nextUnit())).squareRoot()
    let angle = 2 * Double.pi * nextUnit()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
