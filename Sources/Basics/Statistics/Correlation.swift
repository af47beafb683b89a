internal import Platform

/// A correlation of pairs with its interval and p-value.
public struct Correlation: Sendable, Equatable {
  /// How the correlation is computed.
  public enum Method: String, Sendable, CaseIterable {
    /// Linear correlation.
    case pearson
    /// Linear correlation of ranks; equal values share the mean of their ranks.
    case spearman
    /// Kendall's tau-b, which corrects for ties.
    case kendall
  }

  /// The coefficient, -1...1.
  public let coefficient: Double
  /// The confidence interval by Fisher's transform; nil for too few pairs or a coefficient of ±1.
  ///
  /// Standard errors: Fisher's 1/√(n-3) for Pearson, √((1 + r²/2)/(n-3)) for Spearman and √(0.437/(n-4)) for Kendall (D. G. Bonett and T. A. Wright,
  /// Psychometrika 2000).
  public let interval: ClosedRange<Double>?
  /// The two-sided p-value of no correlation: by Student's t for Pearson and Spearman; for Kendall exact up to 33 pairs without ties, else
  /// normal with correction for ties, as in SciPy.
  public let p: Double

  /// Correlates pairs; nil for fewer than three pairs or values that do not vary.
  /// - Precondition: As many `y` as `x`, all finite.
  public init?(_ x: [Double], _ y: [Double], _ method: Method, level: Double = 0.95) {
    precondition(x.count == y.count, "pairs")
    let n = Double(x.count)
    guard n >= 3 else { return nil }
    let factor: Double
    switch method {
    case .pearson, .spearman:
      guard var r = method == .pearson ? Statistics.pearson(x, y) : Statistics.spearman(x, y) else { return nil }
      // What only rounding keeps from ±1 has no interval.
      if 1 - r.magnitude < 1e-14 { r = r < 0 ? -1 : 1 }
      coefficient = r
      p = r.magnitude == 1 ? 0 : Distributions.studentTwoSided(r * ((n - 2) / ((1 - r) * (1 + r))).squareRoot(), degrees: n - 2)
      factor = n > 3 ? (method == .pearson ? 1 : (1 + r * r / 2).squareRoot()) / (n - 3).squareRoot() : .infinity
    case .kendall:
      let ordering = PairOrdering(x, y)
      guard let tau = ordering.tau else { return nil }
      coefficient = 1 - tau.magnitude < 1e-14 ? (tau < 0 ? -1 : 1) : tau
      p = ordering.p
      factor = n > 4 ? (0.437 / (n - 4)).squareRoot() : .infinity
    }
    let reach = Distributions.normalQuantile((1 + level) / 2) * factor
    interval =
      reach.isFinite && coefficient.magnitude < 1 ? tanh(atanh(coefficient) - reach)...tanh(atanh(coefficient) + reach) : nil
  }
}

/// How many of all pairs of cases two variables order alike. O(n log n).
private struct PairOrdering {
  private let n: Int
  private let x: Ties
  private let y: Ties
  /// Pairs that both variables leave equal.
  private let bothTied: Double
  private let discordant: Int

  /// Sums over the groups of equal values that Kendall's variance needs.
  private struct Ties {
    var pairs = 0.0
    var triples = 0.0
    var spread = 0.0

    init(_ sorted: [Double]) {
      var start = 0
      for end in 1...sorted.count where end == sorted.count || sorted[end] != sorted[start] {
        let t = Double(end - start)
        pairs += t * (t - 1) / 2
        triples += t * (t - 1) * (t - 2)
        spread += t * (t - 1) * (2 * t + 5)
        start = end
      }
    }
  }

  init(_ a: [Double], _ b: [Double]) {
    n = a.count
    let order = a.indices.sorted { (a[$0], b[$0]) < (a[$1], b[$1]) }
    var tied = 0.0
    var start = 0
    for end in 1...n where end == n || a[order[end]] != a[order[start]] || b[order[end]] != b[order[start]] {
      tied += Double(end - start) * Double(end - start - 1) / 2
      start = end
    }
    bothTied = tied
    x = Ties(a.sorted())
    y = Ties(b.sorted())
    var values = order.map { b[$0] }
    discordant = Self.inversions(&values)
  }

  /// Sorts by merging, and counts the pairs in the wrong order.
  private static func inversions(_ values: inout [Double]) -> Int {
    var count = 0
    var width = 1
    var merged = values
    while width < values.count {
      var low = 0
      while low < values.count {
        let middle = min(low + width, values.count)
        let high = min(low + 2 * width, values.count)
        var (left, right) = (low, middle)
        for place in low..<high {
          if left < middle, right >= high || values[left] <= values[right] {
            merged[place] = values[left]
            left += 1
          } else {
            merged[place] = values[right]
            right += 1
            count += middle - left
          }
        }
        low = high
      }
      swap(&values, &merged)
      width *= 2
    }
    return count
  }

  private var pairs: Double { Double(n) * Double(n - 1) / 2 }
  private var surplus: Double { pairs - x.pairs - y.pairs + bothTied - 2 * Double(discordant) }

  var tau: Double? {
    guard x.pairs < pairs, y.pairs < pairs else { return nil }
    return min(max(surplus / (pairs - x.pairs).squareRoot() / (pairs - y.pairs).squareRoot(), -1), 1)
  }

  var p: Double {
    if x.pairs == 0, y.pairs == 0, n <= 33 || min(discordant, Int(pairs) - discordant) <= 1 { return exactP }
    let count = Double(n)
    let m = count * (count - 1)
    let variance =
      (m * (2 * count + 5) - x.spread - y.spread) / 18 + 2 * x.pairs * y.pairs / m + x.triples * y.triples / (9 * m * (count - 2))
    return Distributions.normalTwoSided(surplus / variance.squareRoot())
  }

  /// Twice the share of permutations with at most as many inversions.
  private var exactP: Double {
    let most = min(discordant, Int(pairs) - discordant)
    if 4 * most == n * (n - 1) { return 1 }
    // As shares of all permutations, which their counts outgrow.
    if most <= 1 { return min(1, exp(log(2 * (most == 0 ? 1 : Double(n))) - lgamma(Double(n) + 1))) }
    var shares = [Double](repeating: 0, count: most + 1)
    shares[0] = 1
    for size in 2...n {
      var next = shares
      for k in 0...most { next[k] = (max(0, k - size + 1)...k).reduce(0) { $0 + shares[$1] } / Double(size) }
      shares = next
    }
    return min(1, 2 * shares.reduce(0, +))
  }
}
