import Basics
import ImageOps
import Network

/// Estimates a reader score from the features of a prediction.
public struct ScoreEstimator: Sendable, Equatable {
  /// The regression from features to the score.
  public let regression: RidgeRegression
  /// The possible scores, such as 0...18.
  public let range: ClosedRange<Double>
  /// The results of cross-validation over patients; nil if the estimator was not cross-validated, such as the network's own estimate.
  public let validation: Validation?

  /// The results of a cross-validation.
  public struct Validation: Sendable, Equatable {
    /// The number of cases.
    public var cases: Int
    /// Pearson's correlation with the reader scores.
    public var pearson: Double
    /// The mean absolute error, in points of the score.
    public var meanAbsoluteError: Double
  }

  /// Estimates the score, clipped to the range; the middle of the range if features are not finite.
  public func estimate(_ features: SeverityFeatures) -> Double {
    let raw = regression.prediction(for: features.values)
    return raw.isFinite ? min(max(raw, range.lowerBound), range.upperBound) : (range.lowerBound + range.upperBound) / 2
  }

  /// What the network tells of a goal, taken as it is.
  static func told(_ goal: ReaderScores.Goal) -> ScoreEstimator {
    var weights = [Double](repeating: 0, count: SeverityFeatures.count)
    weights[SeverityFeatures.areaCount + goal.rawValue] = goal.full
    return ScoreEstimator(regression: RidgeRegression(weights: weights, bias: 0), range: 0...goal.full, validation: nil)
  }

  /// The mean of two estimates of one score.
  static func mean(_ a: ScoreEstimator, _ b: ScoreEstimator) -> ScoreEstimator {
    let weights = zip(a.regression.weights, b.regression.weights).map { ($0 + $1) / 2 }
    return ScoreEstimator(
      regression: RidgeRegression(weights: weights, bias: (a.regression.bias + b.regression.bias) / 2), range: a.range, validation: nil)
  }

  /// The straight line through the opaque share of both lungs.
  /// - Returns: nil with fewer than twelve examples.
  static func line(through examples: [Example], range: ClosedRange<Double>) -> ScoreEstimator? {
    line(through: examples, on: SeverityFeatures.shareIndex, range: range)
  }

  /// The straight line through one of the features, each example as important as it says.
  private static func line(through examples: [Example], on feature: Int, range: ClosedRange<Double>) -> ScoreEstimator? {
    guard examples.count >= 12,
      let line = RidgeRegression(
        rows: examples.map { [$0.features.values[feature]] }, targets: examples.map(\.score), importances: examples.map(\.importance),
        strength: 1e-6)
    else { return nil }
    var weights = [Double](repeating: 0, count: SeverityFeatures.count)
    weights[feature] = line.weights[0]
    return ScoreEstimator(regression: RidgeRegression(weights: weights, bias: line.bias), range: range, validation: nil)
  }

  /// The mean of a line through the opaque share of both lungs and a line through what the network tells of the goal.
  ///
  /// For a model that was trained on from another: what the network tells keeps its order, but its level follows the mix of cases that it learned from.
  /// - Returns: nil with fewer than twelve examples.
  static func meanOfLines(through examples: [Example], goal: ReaderScores.Goal) -> ScoreEstimator? {
    let range = 0...goal.full
    guard let share = line(through: examples, on: SeverityFeatures.shareIndex, range: range),
      let told = line(through: examples, on: SeverityFeatures.areaCount + goal.rawValue, range: range)
    else { return nil }
    return mean(share, told)
  }

  // MARK: Fitting

  /// How much clear films together count, relative to the cases that readers scored: there may be many more of them.
  static let clearShare = 0.5

  /// One case to learn from.
  struct Example {
    var patient: String
    var features: SeverityFeatures
    var score: Double
    /// How much it counts.
    var importance = 1.0
    /// Whether the score is a reader's own; one that was derived is learned from but not validated against.
    var isRead = true
  }

  /// Penalties that are tried, and weights of the areas relative to what the network tells by itself.
  private static let strengths = [0.01, 0.03, 0.1, 0.3, 1]
  private static let areaScales = [0, 0.1, 0.2, 0.5, 1]

  /// Fits a ridge regression whose penalties are chosen by ten-fold cross-validation over patients.
  /// - Returns: nil with fewer than twelve examples.
  static func fitted(to examples: [Example], range: ClosedRange<Double>) -> ScoreEstimator? {
    guard examples.count(where: \.isRead) >= 12, let width = examples.first?.features.values.count else { return nil }
    let patients = Array(Set(examples.map(\.patient))).sorted()
    var generator = SeededGenerator(seed: 20)
    let foldOfPatient = Dictionary(
      uniqueKeysWithValues: patients.shuffled(using: &generator).enumerated().map { ($0.element, $0.offset % 10) })
    let folds = examples.map { foldOfPatient[$0.patient] ?? 0 }

    func fit(_ indices: [Int], strength: Double, areaScale: Double) -> RidgeRegression? {
      RidgeRegression(
        rows: indices.map { examples[$0].features.values }, targets: indices.map { examples[$0].score },
        importances: indices.map { examples[$0].importance },
        featureScales: (0..<width).map { $0 < SeverityFeatures.areaCount ? areaScale : 1 }, strength: strength)
    }

    var best: (error: Double, strength: Double, areaScale: Double, predictions: [Double])?
    for areaScale in areaScales {
      for strength in strengths {
        var predictions = [Double](repeating: 0, count: examples.count)
        for fold in 0..<10 {
          guard let regression = fit(examples.indices.filter { folds[$0] != fold }, strength: strength, areaScale: areaScale) else {
            continue
          }
          for index in examples.indices where folds[index] == fold {
            let raw = regression.prediction(for: examples[index].features.values)
            predictions[index] = min(max(raw, range.lowerBound), range.upperBound)
          }
        }
        let read = examples.indices.filter { examples[$0].isRead }
        let squares = read.map { (predictions[$0] - examples[$0].score) * (predictions[$0] - examples[$0].score) }
        let error = squares.reduce(0, +)
        if error < best?.error ?? .infinity { best = (error, strength, areaScale, predictions) }
      }
    }
    guard let best, let regression = fit(Array(examples.indices), strength: best.strength, areaScale: best.areaScale) else {
      return nil
    }
    let read = examples.indices.filter { examples[$0].isRead }
    let errors = read.map { abs(best.predictions[$0] - examples[$0].score) }
    return ScoreEstimator(
      regression: regression, range: range,
      validation: Validation(
        cases: read.count, pearson: Statistics.pearson(read.map { best.predictions[$0] }, read.map { examples[$0].score }) ?? 0,
        meanAbsoluteError: Statistics.mean(errors) ?? 0))
  }
}

// MARK: - Files

extension ScoreEstimator: CustomStringConvertible {
  /// The range and the validation as JSON.
  public var description: String {
    var members = [JSON.Member("low", .number(range.lowerBound)), JSON.Member("high", .number(range.upperBound))]
    if let validation {
      members += [
        JSON.Member("cases", .number(Double(validation.cases))), JSON.Member("pearson", .number(validation.pearson)),
        JSON.Member("mean_absolute_error", .number(validation.meanAbsoluteError)),
      ]
    }
    return JSON.object(members).description
  }

  /// Weights and, last, the bias.
  func content(named name: String) -> Safetensors.Content {
    let values = (regression.weights + [regression.bias]).map { Float($0) }
    return Safetensors.Content(name: "severity.\(name)", shape: [values.count], values: values)
  }

  /// The estimator of that name in a model's file; nil where there is none.
  init?(named name: String, in file: Safetensors) throws {
    let key = "severity_\(name)"
    guard let text = file.metadata[key] else { return nil }
    guard let json = try? JSON(parsing: text), let low = json["low"]?.numberValue, let high = json["high"]?.numberValue, low < high
    else { throw ModelError.invalidMetadata(path: file.path, key: key, value: text, expected: "range and validation") }
    let values = try file.floats("severity.\(name)").map { Double($0) }
    guard let bias = values.last, values.allSatisfy(\.isFinite) else {
      throw ModelError.invalidMetadata(path: file.path, key: key, value: "empty", expected: "finite weights")
    }
    regression = RidgeRegression(weights: Array(values.dropLast()), bias: bias)
    range = low...high
    if let cases = json["cases"]?.integerValue, let pearson = json["pearson"]?.numberValue,
      let error = json["mean_absolute_error"]?.numberValue
    {
      validation = Validation(cases: cases, pearson: pearson, meanAbsoluteError: error)
    } else {
      validation = nil
    }
  }
}
