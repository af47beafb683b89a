internal import Platform

/// The Kaplan-Meier estimate of survival.
public struct KaplanMeier: Sendable, Equatable {
  /// Survival from one event time to the next.
  public struct Step: Sendable, Equatable {
    /// The time of one or more events.
    public let time: Double
    /// The cases without event and under observation just before.
    public let atRisk: Int
    /// The estimated share without event from this time on, 0...1.
    public let survival: Double
    /// The confidence interval by Greenwood's variance of log(-log(survival)); nil where survival is 0.
    public let interval: ClosedRange<Double>?
  }

  /// The event times, ascending. Before the first, survival is 1.
  public let steps: [Step]
  /// The times at which cases without event leave, ascending.
  public let censored: [Double]
  /// The number of cases.
  public let count: Int
  /// The latest time.
  public let end: Double

  /// The survival at a time.
  public func survival(at time: Double) -> Double { steps.last { $0.time <= time }?.survival ?? 1 }

  /// The first time at which survival is 0.5 or less; nil if it stays above.
  public var median: Double? { steps.first { $0.survival <= 0.5 }?.time }

  /// Estimates survival; nil for no cases. Cases that leave at an event time count as at risk then.
  /// - Precondition: As many times as events, all finite.
  public init?(times: [Double], isEvent: [Bool], level: Double = 0.95) {
    precondition(times.count == isEvent.count, "pairs")
    guard let last = times.max() else { return nil }
    let z = Distributions.normalQuantile((1 + level) / 2)
    let order = times.indices.sorted { times[$0] < times[$1] }
    var (steps, survival, variance, place): ([Step], Double, Double, Int) = ([], 1, 0, 0)
    while place < order.count {
      let time = times[order[place]]
      let atRisk = order.count - place
      var events = 0
      while place < order.count, times[order[place]] == time {
        if isEvent[order[place]] { events += 1 }
        place += 1
      }
      guard events > 0 else { continue }
      survival *= 1 - Double(events) / Double(atRisk)
      var interval: ClosedRange<Double>?
      if events < atRisk {
        variance += Double(events) / (Double(atRisk) * Double(atRisk - events))
        let reach = z * variance.squareRoot() / log(survival).magnitude
        interval = pow(survival, exp(reach))...pow(survival, exp(-reach))
      }
      steps.append(Step(time: time, atRisk: atRisk, survival: survival, interval: interval))
    }
    self.steps = steps
    censored = order.filter { !isEvent[$0] }.map { times[$0] }
    count = times.count
    end = last
  }
}

/// The log-rank test of equal survival in two or more groups.
public struct LogRank: Sendable, Equatable {
  /// The chi-square statistic.
  public let statistic: Double
  /// Its p-value.
  public let p: Double

  /// Tests groups; nil for fewer than two groups or no event while two are at risk.
  /// - Parameter groups: The group of each case, counted from 0.
  /// - Precondition: As many times as events and groups.
  public init?(times: [Double], isEvent: [Bool], groups: [Int]) {
    precondition(times.count == isEvent.count && times.count == groups.count, "cases")
    let count = (groups.max() ?? 0) + 1
    guard count > 1 else { return nil }
    let order = times.indices.sorted { times[$0] < times[$1] }
    var atRisk = [Double](repeating: 0, count: count)
    for group in groups { atRisk[group] += 1 }
    let last = count - 1
    // The last group follows from the others.
    var surplus = [Double](repeating: 0, count: last)
    var variance = [[Double]](repeating: [Double](repeating: 0, count: last), count: last)
    var place = 0
    while place < order.count {
      let time = times[order[place]]
      var (events, leaving) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
      while place < order.count, times[order[place]] == time {
        leaving[groups[order[place]]] += 1
        if isEvent[order[place]] { events[groups[order[place]]] += 1 }
        place += 1
      }
      let (n, d) = (atRisk.reduce(0, +), events.reduce(0, +))
      if d > 0 {
        for i in 0..<last {
          surplus[i] += events[i] - d * atRisk[i] / n
          guard n > 1 else { continue }
          for j in 0..<last {
            let share = atRisk[i] / n * ((i == j ? 1 : 0) - atRisk[j] / n)
            variance[i][j] += d * (n - d) / (n - 1) * share
          }
        }
      }
      for group in 0..<count { atRisk[group] -= leaving[group] }
    }
    guard let solution = Self.solve(variance, surplus) else { return nil }
    statistic = zip(surplus, solution).reduce(0) { $0 + $1.0 * $1.1 }
    p = Distributions.chiSquareUpperTail(statistic, degrees: Double(last))
  }

  /// Gaussian elimination with pivots; nil for a singular matrix.
  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
    var (a, b) = (matrix, right)
    let n = b.count
    for column in 0..<n {
      guard let pivot = (column..<n).max(by: { a[$0][column].magnitude < a[$1][column].magnitude }), a[pivot][column].magnitude > 1e-12
      else { return nil }
      a.swapAt(column, pivot)
      b.swapAt(column, pivot)
      for row in column + 1..<max(n, column + 1) {
        let factor = a[row][column] / a[column][column]
        for k in column..<n { a[row][k] -= factor * a[column][k] }
        b[row] -= factor * b[column]
      }
    }
    var x = [Double](repeating: 0, count: n)
    for row in (0..<n).reversed() {
      let rest = (row + 1..<max(n, row + 1)).reduce(0) { $0 + a[row][$1] * x[$1] }
      x[row] = (b[row] - rest) / a[row][row]
    }
    return x
  }
}
