import Foundation
import Testing

@testable import Basics

/// Against SciPy, statsmodels, pingouin and lifelines: Tools/fixtures/statistics_tables.py.
@Suite("Statistical tests")
struct StatisticalTestTests {
  private struct Reference: Decodable {
    struct Pairs: Decodable { let x, y: [Double], rows: [[Double]] }
    struct Groups: Decodable { let a, b, row: [Double], exact: Bool }
    struct TwoByTwo: Decodable { let table: [Int], row: [Double?] }
    struct Several: Decodable { let groups: [[Double]], row: [Double] }
    struct Counts: Decodable { let table: [[Int]], row: [Double] }
    struct Curves: Decodable { let positive: [Bool], scores, ends: [[Double]], areas: [Double], p: Double }
    struct Ratings: Decodable { let first, second: [Int], rows: [[Double]] }
    struct Survival: Decodable {
      let times, otherTimes, logrank: [Double], events, otherEvents: [Bool], rows: [[Double]]
    }
    struct Line: Decodable { let x, y, row: [Double], ends: [[Double]] }
    struct Summary: Decodable { let values, row: [Double] }
    struct Raters: Decodable { let ratings, rows: [[Double]] }
    let distributions: [String: [[Double]]]
    let correlations: [Pairs]
    let groups: [Groups]
    let fisher: [TwoByTwo]
    let kruskal: Several
    let chiSquare: Counts
    let roc: Curves
    let kappa: Ratings
    let icc: [Raters]
    let survival: Survival
    let summary: Summary
    let line: Line
    let wilson: [[Double]]
  }

  private let reference: Reference

  init() throws {
    let path = try #require(Bundle.module.path(forResource: "Fixtures/statistics", ofType: "json"))
    reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func expectClose(_ values: [Double], _ expected: [Double], _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation)
  {
    #expect(values.count == expected.count, sourceLocation: sourceLocation)
    for (value, wanted) in zip(values, expected) {
      #expect(
        value == wanted || abs(value - wanted) <= 1e-12 + 1e-9 * abs(wanted), "\(what): \(value), expected \(wanted)",
        sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: ["normalQuantile", "normalTwoSided", "student", "studentQuantile", "fisher", "fisherQuantile", "chiSquare"])
  func `distributions agree with SciPy, in the tails too`(name: String) throws {
    for row in try #require(reference.distributions[name]) {
      let value =
        switch name {
        case "normalQuantile": Distributions.normalQuantile(row[0])
        case "normalTwoSided": Distributions.normalTwoSided(row[0])
        case "student": Distributions.studentTwoSided(row[0], degrees: row[1])
        case "studentQuantile": Distributions.studentQuantile(row[0], degrees: row[1])
        case "fisher": Distributions.fisherUpperTail(row[0], row[1], row[2])
        case "fisherQuantile": Distributions.fisherQuantile(row[0], row[1], row[2])
        default: Distributions.chiSquareUpperTail(row[0], degrees: row[1])
        }
      expectClose([value], [row[row.count - 1]], "\(name) \(row)")
    }
  }

  @Test func `correlations agree with SciPy and Bonett and Wright, with ties and large means`() throws {
    for pairs in reference.correlations {
      for (method, row) in zip(Correlation.Method.allCases, pairs.rows) {
        let result = try #require(Correlation(pairs.x, pairs.y, method))
        let interval = try #require(result.interval)
        expectClose([result.coefficient, result.p, interval.lowerBound, interval.upperBound], row, "\(method)")
      }
    }
  }

  @Test(arguments: Correlation.Method.allCases) func `correlations are undefined where nothing varies`(method: Correlation.Method) throws {
    #expect(Correlation([1, 1, 1, 1], [1, 2, 3, 4], method) == nil)
    #expect(Correlation([1, 2], [1, 2], method) == nil && Correlation([], [], method) == nil)
    let perfect = try #require(Correlation([1, 2, 3, 4, 5], [2, 4, 6, 8, 10], method))
    #expect(perfect.coefficient == 1 && perfect.interval == nil && perfect.p < 0.02)
  }

  @Test func `two groups agree with SciPy's U, all differences and DeLong by all pairs`() throws {
    for groups in reference.groups {
      let test = try #require(MannWhitney(groups.a, groups.b))
      let superiority = try #require(test.superiorityInterval)
      #expect(test.isExact == groups.exact)
      expectClose(
        [
          test.u, test.p, test.superiority, superiority.lowerBound, superiority.upperBound, test.shift, test.shiftInterval.lowerBound,
          test.shiftInterval.upperBound,
        ], groups.row, "\(groups.a.count) and \(groups.b.count)")
      let mirrored = try #require(MannWhitney(groups.b, groups.a))
      expectClose([mirrored.p, mirrored.shift, mirrored.superiority], [test.p, -test.shift, 1 - test.superiority])
    }
    #expect(MannWhitney([], [1]) == nil)
    let single = try #require(MannWhitney([3], [1]))
    #expect(single.p == 1 && single.superiority == 1 && single.superiorityInterval == nil && single.shiftInterval == 2...2)
    let same = try #require(MannWhitney([2, 2], [2, 2]))
    #expect(same.p == 1 && same.superiority == 0.5 && same.shift == 0)
  }

  @Test func `Fisher's test agrees with SciPy's p and conditional odds ratio, with empty cells too`() {
    for table in reference.fisher {
      let test = FisherExact(table.table[0], table.table[1], table.table[2], table.table[3])
      expectClose(
        [test.p, test.oddsRatio ?? .nan, test.interval?.lowerBound ?? .nan, test.interval?.upperBound ?? .nan],
        table.row.map { $0 ?? .infinity }, "\(table.table)")
    }
    let empty = FisherExact(0, 0, 3, 4)
    #expect(empty.p == 1 && empty.oddsRatio == nil && empty.interval == nil)
  }

  @Test func `several groups and larger tables agree with SciPy`() throws {
    let test = try #require(KruskalWallis(reference.kruskal.groups))
    expectClose([test.h, test.p], reference.kruskal.row)
    #expect(KruskalWallis([[1, 1], [1]]) == nil && KruskalWallis([[1], []]) == nil)
    let square = try #require(ChiSquare(reference.chiSquare.table))
    expectClose([square.statistic, square.p, square.cramersV, square.leastExpected], reference.chiSquare.row)
    #expect(ChiSquare([[1, 2], [0, 0]]) == nil && ChiSquare([[1, 0], [4, 0]]) == nil)
  }

  @Test func `areas under two curves agree with DeLong by all pairs`() throws {
    let curves = try #require(DeLong(reference.roc.scores, isPositive: reference.roc.positive))
    expectClose(curves.areas, reference.roc.areas)
    for (index, ends) in reference.roc.ends.enumerated() {
      let interval = curves.interval(of: index)
      expectClose([interval.lowerBound, interval.upperBound], ends)
    }
    expectClose([try #require(curves.p(0, 1))], [reference.roc.p])
    #expect(DeLong([[1, 2, 3]], isPositive: [true, false, false]) == nil)
    #expect(DeLong([[1, 2, 3, 4], [1, 2, 3, 4]], isPositive: [true, false, false, true])?.p(0, 1) == nil)
  }

  @Test func `the best threshold is that of the highest sum of sensitivity and specificity`() throws {
    let (scores, positive) = (reference.roc.scores[0], reference.roc.positive)
    let best = try #require(YoudenThreshold(scores, isPositive: positive))
    func gain(_ threshold: Double) -> Double {
      let cases = zip(scores, positive)
      let hits = cases.count { $0 >= threshold && $1 }
      let clear = cases.count { $0 < threshold && !$1 }
      return Double(hits) / Double(best.found.of) + Double(clear) / Double(best.cleared.of)
    }
    let highest = try #require(scores.map(gain).max())
    #expect(abs(gain(best.threshold) - highest) < 1e-12)
    #expect(!scores.contains { $0 > best.threshold && gain($0) > highest - 1e-12 }, "the highest of equally good ones")
    #expect(best.found.count == zip(scores, positive).count { $0 >= best.threshold && $1 })
    #expect(YoudenThreshold([1, 2], isPositive: [true, true]) == nil)
  }

  @Test func `kappa agrees with statsmodels, with each kind of weights`() throws {
    for (weights, row) in zip(Kappa.Weights.allCases, reference.kappa.rows) {
      let kappa = try #require(Kappa(reference.kappa.first, reference.kappa.second, categories: [0, 1, 2, 3], weights: weights))
      expectClose([kappa.value, kappa.interval.lowerBound, kappa.interval.upperBound], row, "\(weights)")
    }
    #expect(Kappa([0, 0], [0, 0], categories: [0, 1], weights: .none) == nil, "one category has no kappa")
    #expect(Kappa([], [], categories: [0, 1], weights: .none) == nil)
    #expect(Kappa([0, 1, 1], [0, 1, 1], categories: [0, 1], weights: .linear)?.value == 1)
  }

  @Test func `intraclass correlations agree with pingouin and McGraw and Wong's intervals`() throws {
    for raters in reference.icc {
      let forms = try #require(IntraclassCorrelation(raters.ratings)).forms
      for (form, row) in zip(forms, raters.rows) {
        expectClose([form.value, form.f, form.p, form.interval.lowerBound, form.interval.upperBound], row, form.name)
      }
    }
    #expect(IntraclassCorrelation([[1, 2]]) == nil && IntraclassCorrelation([[1], [2]]) == nil && IntraclassCorrelation([]) == nil)
    #expect(IntraclassCorrelation([[3, 3], [3, 3]]) == nil)
    #expect(IntraclassCorrelation([[1, 1], [2, 2], [5, 5]])?.forms.map(\.value) == [1, 1, 1, 1, 1, 1])
  }

  @Test func `survival agrees with lifelines' Kaplan-Meier estimate, its log-log interval and the log-rank test`() throws {
    let reference = reference.survival
    let curve = try #require(KaplanMeier(times: reference.times, isEvent: reference.events))
    #expect(curve.steps.count == reference.rows.count)
    for (step, row) in zip(curve.steps, reference.rows) {
      expectClose([step.time, step.survival, step.interval?.lowerBound ?? 0, step.interval?.upperBound ?? 0], row, "at \(step.time)")
    }
    let test = try #require(
      LogRank(
        times: reference.times + reference.otherTimes, isEvent: reference.events + reference.otherEvents,
        groups: reference.times.map { _ in 0 } + reference.otherTimes.map { _ in 1 }))
    expectClose([test.statistic, test.p], reference.logrank)
    #expect(KaplanMeier(times: [], isEvent: []) == nil)
    #expect(KaplanMeier(times: [1, 2], isEvent: [false, false])?.steps.isEmpty == true)
    #expect(LogRank(times: [1, 2], isEvent: [true, true], groups: [0, 0]) == nil)
  }

  @Test func `mean, deviation and quantiles agree with NumPy, also of values drawn`() throws {
    let (values, row) = (reference.summary.values, reference.summary.row)
    let shares = [0, 0.1, 0.25, 0.5, 0.75, 1]
    let found = [Statistics.mean(values), Statistics.standardDeviation(values)] + shares.map { Statistics.quantile(values, $0) }
    expectClose(found.map { $0 ?? .nan }, row)
    let drawn = Resample(values.sorted(), Array(values.indices))
    expectClose([drawn.mean ?? .nan] + shares.map { drawn.quantile($0) ?? .nan }, [row[0]] + row[2...])
    let double = Resample([1, 2, 9], [2, 2, 0])
    #expect(double.quantile(0.5) == 9 && double.mean == 19.0 / 3 && Resample([], []).quantile(0.5) == nil)
    #expect(Statistics.standardDeviation([1]) == nil)
  }

  @Test func `lines agree with SciPy's regression, their intervals with the textbook`() throws {
    let (x, y) = (reference.line.x, reference.line.y)
    let fit = try #require(LinearFit(x, y))
    expectClose([fit.slope, fit.intercept, fit.determination, fit.slopeError], reference.line.row)
    for row in reference.line.ends {
      let interval = fit.interval(at: row[0])
      expectClose([interval.lowerBound, interval.upperBound], Array(row[1...]))
    }
    #expect(LinearFit([1, 2], [1, 2]) == nil && LinearFit([3, 3, 3], [1, 2, 3]) == nil)
    #expect(LinearFit([1, 2, 3], [5, 5, 5])?.slope == 0)
  }

  @Test func `Wilson's intervals agree with SciPy`() throws {
    for row in reference.wilson {
      let interval = try #require(Statistics.wilsonInterval(Int(row[0]), of: Int(row[1])))
      expectClose([interval.lowerBound, interval.upperBound], Array(row[2...]))
    }
    #expect(Statistics.wilsonInterval(0, of: 0) == nil)
  }
}
