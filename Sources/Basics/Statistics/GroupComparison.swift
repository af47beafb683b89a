internal import Platform

/// The Mann-Whitney test of two groups, with the probability of superiority and the shift between them as effect sizes.
public struct MannWhitney: Sendable, Equatable {
  /// The number of pairs in which the first group has the larger value, equal pairs counting half.
  public let u: Double
  /// Whether the p-value is exact: below 50 values in each group, and no two values equal.
  public let isExact: Bool
  /// The two-sided p-value; not exact: normal with corrections for ties and continuity.
  public let p: Double
  /// The probability that a value of the first group is larger, equal values counting half: the area under the ROC curve.
  public let superiority: Double
  /// The confidence interval of ``superiority`` (DeLong); nil for a group of one value.
  public let superiorityInterval: ClosedRange<Double>?
  /// The median of all differences, first minus second (Hodges and Lehmann).
  public let shift: Double
  /// The confidence interval of ``shift``: exact where ``isExact``, else normal (M. Hollander and D. A. Wolfe, 4.5).
  public let shiftInterval: ClosedRange<Double>

  /// Compares groups; nil if one is empty. Values must be finite. O(n log n).
  public init?(_ first: [Double], _ second: [Double], level: Double = 0.95) {
    guard !first.isEmpty, !second.isEmpty else { return nil }
    let (m, n) = (Double(first.count), Double(second.count))
    let ranks = Statistics.ranks(first + second)
    u = ranks[..<first.count].reduce(0, +) - m * (m + 1) / 2
    var ties = 0.0
    for (_, group) in Dictionary(grouping: ranks, by: { $0 }) {
      let t = Double(group.count)
      ties += t * t * t - t
    }
    isExact = ties == 0 && first.count < 50 && second.count < 50
    let largest = max(u, m * n - u)
    let distribution = isExact ? Self.distribution(first.count, second.count) : []
    let deviation = (m * n / 12 * (m + n + 1 - ties / ((m + n) * (m + n - 1)))).squareRoot()
    if isExact {
      p = min(1, 2 * distribution[...Int(m * n - largest)].reduce(0, +))
    } else {
      p = deviation > 0 ? min(1, 2 * Distributions.normalUpperTail((largest - m * n / 2 - 0.5) / deviation)) : 1
    }
    superiority = u / (m * n)
    superiorityInterval = DeLong([first + second], isPositive: first.indices.map { _ in true } + second.indices.map { _ in false })?
      .interval(of: 0, level: level)
    let differences = Differences(first, second)
    shift = differences.median
    var rank = 0
    if isExact {
      var sum = 0.0
      while rank < distribution.count, sum + distribution[rank] < (1 - level) / 2 {
        sum += distribution[rank]
        rank += 1
      }
    } else {
      let spread = (m * n * (m + n + 1) / 12).squareRoot()
      rank = max(1, Int((m * n / 2 - Distributions.normalQuantile((1 + level) / 2) * spread).rounded(.down)))
    }
    rank = max(1, rank)
    shiftInterval = differences[rank]...max(differences[rank], differences[differences.count + 1 - rank])
  }

  /// The probabilities of each value of U without ties.
  static func distribution(_ m: Int, _ n: Int) -> [Double] {
    // H. B. Mann and D. R. Whitney's recurrence: the largest value of all belongs to the first group or to the second.
    var groups = [[Double]](repeating: [1], count: n + 1)
    for i in 1...m {
      groups[0] = [1]
      for j in 1...n {
        let (ofFirst, ofSecond) = (Double(i) / Double(i + j), Double(j) / Double(i + j))
        let (without, shorter) = (groups[j], groups[j - 1])
        groups[j] = (0...i * j).map { u in
          (u >= j ? ofFirst * without[u - j] : 0) + (u < shorter.count ? ofSecond * shorter[u] : 0)
        }
      }
    }
    return groups[n]
  }

  /// All differences of a value of one group and one of the other, by rank, without storing them.
  private struct Differences {
    private let first: [Double]
    private let second: [Double]
    let count: Int

    init(_ first: [Double], _ second: [Double]) {
      self.first = first.sorted()
      self.second = second.sorted()
      count = first.count * second.count
    }

    var median: Double { count % 2 == 1 ? self[count / 2 + 1] : (self[count / 2] + self[count / 2 + 1]) / 2 }

    /// The difference with a rank from 1: halves the numbers between the extremes by their bits.
    subscript(rank: Int) -> Double {
      var (low, high) = (Self.ordered(first[0] - second[second.count - 1]), Self.ordered(first[first.count - 1] - second[0]))
      while low < high {
        // The mean rounded down, without overflow.
        let middle = (low >> 1) + (high >> 1) + (low & high & 1)
        if atMost(Self.number(middle)) >= rank { high = middle } else { low = middle + 1 }
      }
      return Self.number(low)
    }

    private func atMost(_ value: Double) -> Int {
      var (count, inside) = (0, 0)
      for x in first.reversed() {
        // The larger x is, the fewer of the second group leave a difference this small.
        while inside < second.count, x - second[second.count - 1 - inside] <= value { inside += 1 }
        count += inside
      }
      return count
    }

    /// Whole numbers in the order of the numbers.
    private static func ordered(_ value: Double) -> Int64 {
      let bits = Int64(bitPattern: (value + 0).bitPattern)
      return bits >= 0 ? bits : Int64.min - bits
    }
    private static func number(_ order: Int64) -> Double {
      Double(bitPattern: UInt64(bitPattern: order >= 0 ? order : Int64.min - order))
    }
  }
}

/// Fisher's exact test of a table of two by two counts `[[a, b], [c, d]]`.
public struct FisherExact: Sendable, Equatable {
  /// The two-sided p-value: the probability of all tables with the same margins that are at most as probable.
  public let p: Double
  /// The odds ratio of the highest conditional likelihood, as in R; 0 or infinite where a cell is empty, nil where a margin is.
  public let oddsRatio: Double?
  /// The exact confidence interval of the odds ratio; the upper end may be infinite. Nil where a margin is 0.
  public let interval: ClosedRange<Double>?

  /// Tests a table.
  /// - Precondition: No count is negative.
  public init(_ a: Int, _ b: Int, _ c: Int, _ d: Int, level: Double = 0.95) {
    precondition(min(a, b, c, d) >= 0, "counts")
    let (row, other, column) = (a + b, c + d, a + c)
    let (low, high) = (max(0, column - other), min(row, column))
    func choose(_ n: Int, _ k: Int) -> Double { lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1)) }
    let logs = (low...high).map { choose(row, $0) + choose(other, column - $0) }
    /// The probabilities of the first cell at an odds ratio, given by its logarithm.
    func probabilities(_ logOdds: Double) -> [Double] {
      let terms = logs.enumerated().map { $1 + logOdds * Double(low + $0) }
      let top = terms.max() ?? 0
      let shares = terms.map { exp($0 - top) }
      let sum = shares.reduce(0, +)
      return shares.map { $0 / sum }
    }
    let central = probabilities(0)
    // What rounding alone makes less probable counts as equally probable.
    p = min(1, central.reduce(0) { $1 <= central[a - low] * (1 + 1e-7) ? $0 + $1 : $0 })
    guard low < high else {
      (oddsRatio, interval) = (nil, nil)
      return
    }
    /// The odds ratio at which an increasing function is 0.
    func root(_ function: (Double) -> Double) -> Double {
      var (left, right) = (-700.0, 700.0)
      for _ in 0..<200 {
        let middle = (left + right) / 2
        if function(middle) < 0 { left = middle } else { right = middle }
      }
      return exp((left + right) / 2)
    }
    let tail = (1 - level) / 2
    oddsRatio =
      a == low
      ? 0
      : a == high
        ? .infinity
        : root { logOdds in probabilities(logOdds).enumerated().reduce(0) { $0 + Double(low + $1.offset) * $1.element } - Double(a) }
    let lower = a == low ? 0 : root { probabilities($0)[(a - low)...].reduce(0, +) - tail }
    let upper = a == high ? .infinity : root { tail - probabilities($0)[...(a - low)].reduce(0, +) }
    interval = lower...max(lower, upper)
  }
}

/// The Kruskal-Wallis test of two or more groups.
public struct KruskalWallis: Sendable, Equatable {
  /// The statistic, corrected for ties.
  public let h: Double
  /// The p-value by chi-square.
  public let p: Double
  /// The effect size epsilon squared, h / (n - 1), 0...1.
  public let effect: Double

  /// Compares groups; nil for fewer than two, an empty one, or values that are all equal. Values must be finite.
  public init?(_ groups: [[Double]]) {
    let values = groups.flatMap { $0 }
    guard groups.count > 1, groups.allSatisfy({ !$0.isEmpty }) else { return nil }
    let ranks = Statistics.ranks(values)
    let n = Double(values.count)
    var (sum, start) = (0.0, 0)
    for group in groups {
      let total = ranks[start..<start + group.count].reduce(0, +)
      sum += total * total / Double(group.count)
      start += group.count
    }
    let ties = Dictionary(grouping: ranks, by: { $0 }).values.reduce(0.0) { $0 + pow(Double($1.count), 3) - Double($1.count) }
    let correction = 1 - ties / (n * n * n - n)
    guard correction > 0 else { return nil }
    h = (12 / (n * (n + 1)) * sum - 3 * (n + 1)) / correction
    p = Distributions.chiSquareUpperTail(h, degrees: Double(groups.count - 1))
    effect = h / (n - 1)
  }
}

/// Pearson's chi-square test of a table of counts, without a correction for continuity.
public struct ChiSquare: Sendable, Equatable {
  /// The statistic.
  public let statistic: Double
  /// Degrees of freedom.
  public let degrees: Int
  /// The p-value.
  public let p: Double
  /// The effect size, Cramér's V, 0...1.
  public let cramersV: Double
  /// The least expected count; below 5 the p-value is unreliable.
  public let leastExpected: Double

  /// Tests a table of equally long rows; nil unless two rows and two columns have counts.
  public init?(_ table: [[Int]]) {
    let rows = table.filter { $0.contains { $0 > 0 } }
    guard rows.count > 1 else { return nil }
    let columns = rows[0].indices.filter { column in rows.contains { $0[column] > 0 } }
    guard columns.count > 1 else { return nil }
    let counts = rows.map { row in columns.map { Double(row[$0]) } }
    let total = counts.joined().reduce(0, +)
    let across = columns.indices.map { column in counts.reduce(0) { $0 + $1[column] } }
    var (sum, least) = (0.0, Double.infinity)
    for row in counts {
      let size = row.reduce(0, +)
      for (count, column) in zip(row, across) {
        let expected = size * column / total
        sum += (count - expected) * (count - expected) / expected
        least = min(least, expected)
      }
    }
    statistic = sum
    degrees = (counts.count - 1) * (columns.count - 1)
    p = Distributions.chiSquareUpperTail(sum, degrees: Double(degrees))
    cramersV = min(1, (sum / total / Double(min(counts.count, columns.count) - 1)).squareRoot())
    leastExpected = least
  }
}
