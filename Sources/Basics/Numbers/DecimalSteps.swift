/// The numbers start, start + width, start + 2 · width, … as they are counted in decimals: from 0.3 in steps of 0.2 the fourth is 0.9, where
/// the sum of the binary numbers is 0.9000000000000001.
public struct DecimalSteps: Sendable {
  private let start: Double
  private let width: Double
  /// A power of ten that makes both whole; nil where none up to 10¹⁵ does, or the products are no exact whole numbers.
  private let scale: Double?

  public init(from start: Double, by width: Double) {
    (self.start, self.width) = (start, width)
    scale = (0...15).lazy.map { (0..<$0).reduce(1.0) { power, _ in power * 10 } }.first { scale in
      [start, width].allSatisfy { abs($0 * scale) < 1e15 && ($0 * scale).rounded() / scale == $0 }
    }
  }

  /// The number after so many steps, rounded once. Falls back to the sum of binary numbers where decimals do not help.
  public subscript(count: Int) -> Double {
    let sum = start + Double(count) * width
    guard let scale else { return sum }
    let whole = (start * scale).rounded() + Double(count) * (width * scale).rounded()
    return abs(whole) < 9e15 ? whole / scale : sum
  }
}
