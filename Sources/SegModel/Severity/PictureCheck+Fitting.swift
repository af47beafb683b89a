import ImageOps

extension PictureCheck {
  /// Share of proper pictures that may raise one doubt: the thresholds are set by it.
  private static let alarmShare = 0.005
  private static let strength = 1e-3
  /// With fewer pictures than this nothing can be said of false alarms.
  private static let fewestPictures = 24

  /// Fits the rules to pictures that are spoilt on purpose; thresholds and validation come from five-fold cross-validation over patients.
  ///
  /// The network must not be trained any further. Deterministic: what is drawn depends on the place of a picture in `samples`.
  /// - Parameter samples: proper pictures at the model's side with their patient.
  /// - Returns: nil with fewer than 24 pictures.
  /// - Throws: `CancellationError`.
  static func fitted(
    _ segmenter: Segmenter, to samples: [(patient: String, sample: TrainingSample)], polling cancellation: Cancellation
  ) throws -> PictureCheck? {
    guard samples.count >= fewestPictures else { return nil }
    var rows: [[Double]] = []
    var doubts: [Doubt?] = []
    var folds: [Int] = []
    let patients = Array(Set(samples.map(\.patient))).sorted()
    var generator = SeededGenerator(seed: 40)
    let foldOfPatient = Dictionary(
      uniqueKeysWithValues: patients.shuffled(using: &generator).enumerated().map { ($0.element, $0.offset % 5) })
    for (index, item) in samples.enumerated() {
      for example in try SpoiltPictures.examples(of: item.sample.pixels, side: item.sample.side, seed: 50 + UInt64(index)) {
        let prediction = try segmenter.predict(example.pixels, isMirrored: false, polling: cancellation)
        rows.append(prediction.ownFeatures.map { $0.isFinite ? Double($0) : 0 })
        doubts.append(example.doubt)
        folds.append(foldOfPatient[item.patient] ?? 0)
      }
    }
    func regressions(_ indices: [Int]) throws -> [RidgeRegression]? {
      try cancellation.check()
      return RidgeRegression.several(
        rows: indices.map { rows[$0] }, targets: Doubt.allCases.map { doubt in indices.map { doubts[$0] == doubt ? 1 : 0 } },
        strength: strength)
    }
    guard let final = try regressions(Array(rows.indices)) else { return nil }
    var validated: [[RidgeRegression]] = []
    for fold in 0..<5 { validated.append(try regressions(rows.indices.filter { folds[$0] != fold }) ?? final) }
    let proper = rows.indices.filter { doubts[$0] == nil }
    let thresholds = Doubt.allCases.indices.map { doubt in
      Statistics.quantile(proper.map { validated[folds[$0]][doubt].prediction(for: rows[$0]) }, 1 - alarmShare) ?? 1
    }
    let rulesOfFold = validated.map { zip($0, thresholds).map { Rule(regression: $0, threshold: $1) } }
    func shareRaising(_ indices: [Int]) -> Double {
      Double(indices.count { Self.doubt(rulesOfFold[folds[$0]], rows[$0]) != nil }) / Double(max(1, indices.count))
    }
    return PictureCheck(
      rules: zip(final, thresholds).map { Rule(regression: $0, threshold: $1) },
      validation: Validation(
        pictures: proper.count, falseAlarms: shareRaising(proper),
        found: Dictionary(
          uniqueKeysWithValues: Doubt.allCases.map { doubt in (doubt, shareRaising(rows.indices.filter { doubts[$0] == doubt })) })))
  }
}
