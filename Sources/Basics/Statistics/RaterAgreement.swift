internal import Platform

/// Cohen's kappa of two raters, weighted or not (J. L. Fleiss, J. Cohen, B. S. Everitt, 1969).
public struct Kappa: Sendable, Equatable {
  /// How much a disagreement counts.
  public enum Weights: String, Sendable, CaseIterable {
    /// Each disagreement counts in full.
    case none
    /// In proportion to the difference.
    case linear
    /// In proportion to the square of the difference.
    case quadratic
  }

  /// Kappa, at most 1.
  public let value: Double
  /// The large-sample confidence interval, at most 1.
  public let interval: ClosedRange<Double>
  /// The share of pairs that agree, with weights in part.
  public let agreement: Double

  /// Rates pairs; nil for none, or if only one category occurs.
  ///
  /// - Parameters:
  ///   - categories: The position of each category on the scale, ascending; without weights any numbers that differ.
  ///   - first: Indices into `categories`.
  /// - Precondition: As many ratings by both.
  public init?(_ first: [Int], _ second: [Int], categories: [Double], weights: Weights, level: Double = 0.95) {
    precondition(first.count == second.count, "pairs")
    guard let low = categories.first, let high = categories.last, categories.count > 1, !first.isEmpty else { return nil }
    let count = categories.count
    let n = Double(first.count)
    func weight(_ i: Int, _ j: Int) -> Double {
      let distance = (categories[i] - categories[j]).magnitude / (high - low)
      return switch weights {
      case .none: i == j ? 1 : 0
      case .linear: 1 - distance
      case .quadratic: 1 - distance * distance
      }
    }
    var shares = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for (i, j) in zip(first, second) { shares[i][j] += 1 / n }
    let rows = shares.map { $0.reduce(0, +) }
    let columns = (0..<count).map { column in shares.reduce(0) { $0 + $1[column] } }
    let rowMeans = (0..<count).map { i in (0..<count).reduce(0) { $0 + weight(i, $1) * columns[$1] } }
    let columnMeans = (0..<count).map { j in (0..<count).reduce(0) { $0 + weight($1, j) * rows[$1] } }
    let expected = (0..<count).reduce(0) { $0 + rows[$1] * rowMeans[$1] }
    var observed = 0.0
    for i in 0..<count { for j in 0..<count { observed += weight(i, j) * shares[i][j] } }
    guard 1 - expected > 1e-12 else { return nil }
    let kappa = (observed - expected) / (1 - expected)
    var sum = 0.0
    for i in 0..<count {
      for j in 0..<count {
        let term = weight(i, j) - (rowMeans[i] + columnMeans[j]) * (1 - kappa)
        sum += shares[i][j] * term * term
      }
    }
    let center = kappa - expected * (1 - kappa)
    let reach =
      Distributions.normalQuantile((1 + level) / 2) * (max(0, sum - center * center) / n).squareRoot() / (1 - expected)
    value = kappa
    agreement = observed
    interval = kappa - reach...min(1, kappa + reach)
  }
}

/// Intraclass correlations of two or more raters who all rate every case (K. O. McGraw and S. P. Wong, Psychological Methods 1996).
public struct IntraclassCorrelation: Sendable, Equatable {
  /// One coefficient.
  public struct Form: Sendable, Equatable {
    /// McGraw and Wong's name; `ICC(A,1)` is Shrout and Fleiss's ICC(2,1), `ICC(C,1)` their ICC(3,1).
    public let name: String
    /// What it describes.
    public let meaning: String
    /// The coefficient, at most 1.
    public let value: Double
    /// Its confidence interval.
    public let interval: ClosedRange<Double>
    /// The F statistic of no correlation.
    public let f: Double
    /// Its p-value.
    public let p: Double
  }

  /// The six forms: one-way, two-way for absolute agreement and two-way for consistency, of single ratings and of means.
  public let forms: [Form]

  /// Computes the coefficients; nil for fewer than two cases or raters, or ratings that are all equal.
  /// - Parameter ratings: One row per case with a finite rating of each rater.
  /// - Precondition: Rows of equal length.
  public init?(_ ratings: [[Double]], level: Double = 0.95) {
    let (n, k) = (Double(ratings.count), Double(ratings.first?.count ?? 0))
    guard n > 1, k > 1 else { return nil }
    precondition(ratings.allSatisfy { Double($0.count) == k }, "a rating of each rater")
    let mean = ratings.joined().reduce(0, +) / (n * k)
    let caseMeans = ratings.map { $0.reduce(0, +) / k }
    let raterMeans = ratings[0].indices.map { rater in ratings.reduce(0) { $0 + $1[rater] } / n }
    func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } }
    let (total, cases, raters) = (squares(Array(ratings.joined())), k * squares(caseMeans), n * squares(raterMeans))
    guard total > 1e-24 * max(1, mean * mean) * n * k else { return nil }
    let msr = cases / (n - 1)
    let msc = raters / (k - 1)
    let mse = max(0, total - cases - raters) / ((n - 1) * (k - 1))
    let msw = max(0, total - cases) / (n * (k - 1))
    let tail = (1 + level) / 2
    let (d1, d2, d3) = (n - 1, n * (k - 1), (n - 1) * (k - 1))
    func quantile(_ a: Double, _ b: Double) -> Double { Distributions.fisherQuantile(tail, a, b) }

    let (f1, f3) = (msr / msw, msr / mse)
    let (l1, u1) = (f1 / quantile(d1, d2), f1 * quantile(d2, d1))
    let (l3, u3) = (f3 / quantile(d1, d3), f3 * quantile(d3, d1))
    let icc1 = (msr - msw) / (msr + (k - 1) * msw)
    let icc2 = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
    let icc3 = (msr - mse) / (msr + (k - 1) * mse)
    // Degrees of freedom by Satterthwaite.
    let fj = msc / mse
    let above = d3 * pow(k * icc2 * fj + n * (1 + (k - 1) * icc2) - k * icc2, 2)
    let v = above / ((n - 1) * k * k * icc2 * icc2 * fj * fj + pow(n * (1 + (k - 1) * icc2) - k * icc2, 2))
    let (fl, fu) = (quantile(d1, v), quantile(v, d1))
    let l2 = n * (msr - fl * mse) / (fl * (k * msc + (k * n - k - n) * mse) + n * msr)
    let u2 = n * (fu * msr - mse) / (k * msc + (k * n - k - n) * mse + n * fu * msr)

    func stepped(_ icc: Double) -> Double { icc * k / (1 + icc * (k - 1)) }
    func one(_ f: Double) -> Double { f.isInfinite ? 1 : (f - 1) / (f + k - 1) }
    func averaged(_ f: Double) -> Double { f.isInfinite ? 1 : 1 - 1 / f }
    func range(_ low: Double, _ high: Double) -> ClosedRange<Double> {
      let (low, high) = (low.isNaN ? 1 : low, high.isNaN ? 1 : high)
      return min(low, high)...max(low, high)
    }
    func tested(_ f: Double, _ degrees: Double) -> (Double, Double) { (f, Distributions.fisherUpperTail(f, d1, degrees)) }
    let (t1, t3) = (tested(f1, d2), tested(f3, d3))
    func form(_ name: String, _ meaning: String, _ value: Double, _ interval: ClosedRange<Double>, _ test: (Double, Double)) -> Form {
      Form(name: name, meaning: meaning, value: value, interval: interval, f: test.0, p: test.1)
    }
    forms = [
      form("ICC(1,1)", "different raters for each case, single rating", icc1, range(one(l1), one(u1)), t1),
      form("ICC(A,1)", "absolute agreement, single rating", icc2, range(l2, u2), t3),
      form("ICC(C,1)", "consistency, single rating", icc3, range(one(l3), one(u3)), t3),
      form("ICC(1,k)", "different raters for each case, mean of ratings", (msr - msw) / msr, range(averaged(l1), averaged(u1)), t1),
      form(
        "ICC(A,k)", "absolute agreement, mean of ratings", (msr - mse) / (msr + (msc - mse) / n),
        range(stepped(l2), stepped(u2)), t3),
      form("ICC(C,k)", "consistency, mean of ratings", (msr - mse) / msr, range(averaged(l3), averaged(u3)), t3),
    ]
    guard forms.allSatisfy({ $0.value.isFinite }) else { return nil }
  }
}
