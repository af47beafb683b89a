/// Values that were drawn with replacement, in order. Creating it is O(n), where sorting the values drawn would be O(n log n).
public struct Resample {
  private let values: [Double]

  /// - Parameters:
  ///   - sorted: The values to draw from, ascending.
  ///   - drawn: Indices of the values drawn.
  public init(_ sorted: [Double], _ drawn: [Int]) {
    var counts = [Int](repeating: 0, count: sorted.count)
    for index in drawn { counts[index] += 1 }
    var values: [Double] = []
    values.reserveCapacity(drawn.count)
    for (value, count) in zip(sorted, counts) { for _ in 0..<count { values.append(value) } }
    self.values = values
  }

  /// The mean; nil for no values.
  public var mean: Double? { Statistics.mean(values) }

  /// A quantile, interpolated linearly; nil for no values.
  public func quantile(_ q: Double) -> Double? { Statistics.quantile(ofSorted: values, q) }
}
