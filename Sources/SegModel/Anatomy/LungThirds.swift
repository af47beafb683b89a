/// The division of a lung into thirds: three bands of equal height between its first and its last row.
///
/// A row belongs to the third in which its upper edge lies, so bands differ by one row at most.
public struct LungThirds: Sendable, Equatable {
  /// The rows from the first of the lung to its last.
  public let rows: Range<Int>

  /// Divides these rows, of which there must be one.
  public init(rows: Range<Int>) { self.rows = rows }

  /// The number of the third that a row of the lung belongs to, 0 to 2 from the top.
  @inline(__always)
  func number(ofRow row: Int) -> Int { (row - rows.lowerBound) * 3 / rows.count }

  /// The third at a height that need not be a whole row; heights outside the lung belong to the nearest third.
  public func third(at row: Double) -> LungThird {
    let number = Int(3 * (row - Double(rows.lowerBound)) / Double(rows.count))
    return LungThird.allCases[min(2, max(0, number))]
  }

  /// The rows of a third; empty where the lung has too few rows.
  public func rows(of third: LungThird) -> Range<Int> {
    func start(_ number: Int) -> Int { rows.lowerBound + (number * rows.count + 2) / 3 }
    return start(third.rawValue)..<start(third.rawValue + 1)
  }
}
