/// Numbers counted in bins of equal width from the least to the greatest; bins hold their lower edge, the last its upper edge too (NumPy).
package struct NumberBins: Equatable {
  package let edges: [Double]
  package let counts: [Int]

  /// Nil without numbers. All have to be finite.
  package init?(_ numbers: [Double], count: Int) {
    guard var low = numbers.min(), var high = numbers.max(), count > 0 else { return nil }
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    guard (high - low).isFinite else { return nil }
    self.init(numbers, edges: (0...count).map { $0 == count ? high : low + Double($0) * ((high - low) / Double(count)) })
  }

  /// Between edges at equal distances; numbers outside are left out. Nil without numbers.
  package init?(_ numbers: [Double], edges: [Double]) {
    guard !numbers.isEmpty, let low = edges.first, let high = edges.last, low < high else { return nil }
    let count = edges.count - 1
    var counts = [Int](repeating: 0, count: count)
    for number in numbers where number >= low && number <= high {
      var bin = min(count - 1, Int((number - low) / (high - low) * Double(count)))
      // The quotient may round across an edge.
      if number < edges[bin] { bin = max(0, bin - 1) }
      if bin < count - 1, number >= edges[bin + 1] { bin += 1 }
      counts[bin] += 1
    }
    (self.edges, self.counts) = (edges, counts)
  }
}
