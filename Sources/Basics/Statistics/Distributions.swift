internal import Platform

/// Distribution functions of test statistics. Relative errors are below 1e-10 for up to 100,000 degrees of freedom.
///
/// Sources: M. J. Wichura, Algorithm AS 241 (1988); the continued fractions of the incomplete beta and gamma functions (Abramowitz and Stegun 26.5.8,
/// 6.5.31) by Lentz's method.
public enum Distributions {
  // MARK: Normal

  /// The probability that a standard normal number exceeds `x`.
  public static func normalUpperTail(_ x: Double) -> Double { erfc(x / 2.0.squareRoot()) / 2 }

  /// The probability that the size of a standard normal number is at least that of `x`.
  public static func normalTwoSided(_ x: Double) -> Double { erfc(x.magnitude / 2.0.squareRoot()) }

  /// The value that a standard normal number falls below with a probability; infinite for 0 and 1.
  public static func normalQuantile(_ probability: Double) -> Double {
    guard probability > 0, probability < 1 else { return probability <= 0 ? -.infinity : .infinity }
    let q = probability - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q
        * ratio(
          r,
          [
            3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
            67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
          ],
          [
            1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
            28729.085735721942674, 5226.495278852854561,
          ])
    }
    let r = (-log(q < 0 ? probability : 1 - probability)).squareRoot()
    let size =
      r <= 5
      ? ratio(
        r - 1.6,
        [
          1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258,
          0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
        ],
        [
          1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459, 0.0151986665636164571966,
          5.475938084995344946e-4, 1.05075007164441684324e-9,
        ])
      : ratio(
        r - 5,
        [
          6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093,
          0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
        ],
        [
          1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
          1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
        ])
    return q < 0 ? -size : size
  }

  /// A quotient of two polynomials, with their coefficients from the constant on.
  private static func ratio(_ x: Double, _ above: [Double], _ below: [Double]) -> Double {
    above.reversed().reduce(0) { $0 * x + $1 } / below.reversed().reduce(0) { $0 * x + $1 }
  }

  // MARK: Student, F and chi-square

  /// The probability that the size of Student's t is at least that of `t`.
  /// - Parameter degrees: Degrees of freedom, above 0.
  public static func studentTwoSided(_ t: Double, degrees: Double) -> Double {
    t.isInfinite ? 0 : incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
  }

  /// The value that Student's t falls below with a probability of 0.5 to 1.
  public static func studentQuantile(_ probability: Double, degrees: Double) -> Double {
    let x = betaQuantile(2 * (1 - probability), degrees / 2, 0.5)
    return x <= 0 ? .infinity : (degrees * (1 - x) / x).squareRoot()
  }

  /// The probability that F exceeds `f`.
  public static func fisherUpperTail(_ f: Double, _ above: Double, _ below: Double) -> Double {
    guard f > 0 else { return 1 }
    return f.isInfinite ? 0 : incompleteBeta(below / (below + above * f), below / 2, above / 2)
  }

  /// The value that F falls below with a probability.
  public static func fisherQuantile(_ probability: Double, _ above: Double, _ below: Double) -> Double {
    let x = betaQuantile(1 - probability, below / 2, above / 2)
    return x <= 0 ? .infinity : below * (1 - x) / (above * x)
  }

  /// The probability that chi-square exceeds `x`.
  public static func chiSquareUpperTail(_ x: Double, degrees: Double) -> Double {
    x > 0 ? incompleteGamma(above: x / 2, degrees / 2) : 1
  }

  // MARK: Incomplete functions

  /// The regularized incomplete beta function: the probability that a beta number lies below `x`.
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    return x < (a + 1) / (a + b + 2) ? front * betaFraction(x, a, b) / a : 1 - front * betaFraction(1 - x, b, a) / b
  }

  private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    func apart(_ value: Double) -> Double { value.magnitude < 1e-300 ? 1e-300 : value }
    var c = 1.0
    var d = 1 / apart(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...100_000 {
      let m = Double(step)
      for term in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 / apart(1 + term * d)
        c = apart(1 + term / c)
        result *= d * c
      }
      if (d * c - 1).magnitude < 1e-16 { break }
    }
    return result
  }

  /// The value that a beta number falls below with a probability.
  static func betaQuantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
    guard probability > 0 else { return 0 }
    guard probability < 1 else { return 1 }
    // Halved by the bits of the number, so that values near 0 keep their digits.
    var (low, high) = (0.0.bitPattern, 1.0.bitPattern)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if incompleteBeta(Double(bitPattern: middle), a, b) < probability { low = middle } else { high = middle }
    }
    return Double(bitPattern: high)
  }

  /// The regularized upper incomplete gamma function.
  private static func incompleteGamma(above x: Double, _ a: Double) -> Double {
    let front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      while term > sum * 1e-17 {
        n += 1
        term *= x / n
        sum += term
      }
      return 1 - front * sum
    }
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var result = d
    for step in 1...100_000 {
      let n = Double(step)
      b += 2
      let factor = -n * (n - a)
      d = 1 / (factor * d + b)
      c = b + factor / c
      result *= d * c
      if (d * c - 1).magnitude < 1e-16 { break }
    }
    return front * result
  }
}
