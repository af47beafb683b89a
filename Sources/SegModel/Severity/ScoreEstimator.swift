import ImageOps

/// Estimates a reader's score from a prediction's features, and says how far off it was on cases it had not learned from.
public struct ScoreEstimator: Sendable, Equatable {
  public let regression: RidgeRegression
  /// The scores that exist, for example 0...18.
  public let range: ClosedRange<Double>
  /// How it did in cross-validation over the patients it was fitted to.
  public let validation: Validation

  public struct Validation: Sendable, Equatable {
    public var cases: Int
    public var pearson: Double
    public var meanAbsoluteError: Double
    /// Nine of ten errors were no larger (the conformal quantile of the absolute errors).
    public var error90: Double
  }

  /// A score and the interval that contains the reader's nine times out of ten.
  public struct Estimate: Sendable, Equatable {
    public let value: Double
    public let interval: ClosedRange<Double>
  }

  public func estimate(_ features: SeverityFeatures) -> Estimate {
    let raw = regression.prediction(for: features.values)
    func clamped(_ value: Double) -> Double { min(max(value, range.lowerBound), range.upperBound) }
    // Features of a damaged picture may be beyond all numbers; the middle with full uncertainty is then all that can be said.
    guard raw.isFinite else { return Estimate(value: (range.lowerBound + range.upperBound) / 2, interval: range) }
    return Estimate(value: clamped(raw), interval: clamped(raw - validation.error90)...clamped(raw + validation.error90))
  }

  // MARK: Fitting

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

  /// Penalties that are tried, and weights of the encoder's features relative to the areas'.
  private static let strengths = [0.03, 0.1, 0.3, 1, 3]
  private static let pooledScales = [0, 0.05, 0.1, 0.2]

  /// Fits a ridge regression whose penalties are chosen by ten-fold cross-validation over patients.
  /// - Returns: nil with fewer than twelve examples.
  static func fitted(to examples: [Example], range: ClosedRange<Double>) -> ScoreEstimator? {
    guard examples.count(where: \.isRead) >= 12, let width = examples.first?.features.values.count else { return nil }
    let patients = Array(Set(examples.map(\.patient))).sorted()
    var generator = SeededGenerator(seed: 20)
    let foldOfPatient = Dictionary(
      uniqueKeysWithValues: patients.shuffled(using: &generator).enumerated().map { ($0.element, $0.offset % 10) })
    let folds = examples.map { foldOfPatient[$0.patient] ?? 0 }

    func fit(_ indices: [Int], strength: Double, pooledScale: Double) -> RidgeRegression? {
      RidgeRegression(
        rows: indices.map { examples[$0].features.values }, targets: indices.map { examples[$0].score },
        importances: indices.map { examples[$0].importance },
        featureScales: (0..<width).map { $0 < SeverityFeatures.areaCount ? 1 : pooledScale }, strength: strength)
    }

    var best: (error: Double, strength: Double, pooledScale: Double, predictions: [Double])?
    for pooledScale in pooledScales {
      for strength in strengths {
        var predictions = [Double](repeating: 0, count: examples.count)
        for fold in 0..<10 {
          guard let regression = fit(examples.indices.filter { folds[$0] != fold }, strength: strength, pooledScale: pooledScale) else {
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
        if error < best?.error ?? .infinity { best = (error, strength, pooledScale, predictions) }
      }
    }
    guard let best, let regression = fit(Array(examples.indices), strength: best.strength, pooledScale: best.pooledScale) else {
      return nil
    }
    let read = examples.indices.filter { examples[$0].isRead }
    let errors = read.map { abs(best.predictions[$0] - examples[$0].score) }.sorted()
    let rank = min(errors.count, Int((0.9 * Double(errors.count + 1)).rounded(.up)))
    return ScoreEstimator(
      regression: regression, range: range,
      validation: Validation(
        cases: read.count, pearson: Statistics.pearson(read.map { best.predictions[$0] }, read.map { examples[$0].score }) ?? 0,
        meanAbsoluteError: Statistics.mean(errors) ?? 0, error90: errors[rank - 1]))
  }
}

// MARK: - Files

extension ScoreEstimator: CustomStringConvertible {
  /// Range and validation as JSON.
  public var description: String {
    let json: JSON = [
      "low": .number(range.lowerBound), "high": .number(range.upperBound), "cases": .number(Double(validation.cases)),
      "pearson": .number(validation.pearson), "mean_absolute_error": .number(validation.meanAbsoluteError),
      "error90": .number(validation.error90),
    ]
    return json.description
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
    guard let json = try? JSON(parsing: text), let low = json["low"]?.numberValue, let high = json["high"]?.numberValue, low < high,
      let cases = json["cases"]?.integerValue, let pearson = json["pearson"]?.numberValue,
      let error = json["mean_absolute_error"]?.numberValue, let error90 = json["error90"]?.numberValue, error90 >= 0
    else { throw ModelError.invalidMetadata(path: file.path, key: key, value: text, expected: "range and validation") }
    let values = try file.floats("severity.\(name)").map { Double($0) }
    guard let bias = values.last, values.allSatisfy(\.isFinite) else {
      throw ModelError.invalidMetadata(path: file.path, key: key, value: "empty", expected: "finite weights")
    }
    regression = RidgeRegression(weights: Array(values.dropLast()), bias: bias)
    range = low...high
    validation = Validation(cases: cases, pearson: pearson, meanAbsoluteError: error, error90: error90)
  }
}
