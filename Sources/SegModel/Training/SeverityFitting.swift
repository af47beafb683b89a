import ImageOps

/// Fits the estimators of readers' scores to the predictions of a trained network.
enum SeverityFitting {
  /// Gives a model the estimators that its training cases allow: none where too few have scores.
  ///
  /// Cases whose geographic extent is unknown but whose Brixia score is known take part in the extent with what the line through the cases that have
  /// both says, at half weight, and have no part in its validation.
  /// - Parameter cases: scored cases with their pictures at the model's side.
  static func fit(
    _ model: inout SegmentationModel, to cases: [(record: CaseRecord, sample: TrainingSample)], polling cancellation: Cancellation
  )
    throws
  {
    let segmenter = try Segmenter(model)
    var features: [SeverityFeatures] = []
    for item in cases {
      let prediction = try segmenter.predict(item.sample.pixels, polling: cancellation)
      features.append(
        SeverityFeatures(
          zones: try LungZones(prediction, thresholds: model.thresholds), pixelCount: model.side * model.side, pooled: prediction.features))
    }
    let records = cases.map(\.record)
    model.brixiaEstimator = ScoreEstimator.fitted(
      to: zip(records, features).compactMap { record, features in
        record.brixia.map { ScoreEstimator.Example(patient: record.patient, features: features, score: $0) }
      }, range: 0...18)

    let both = records.filter { $0.geographicExtent != nil && $0.brixia != nil }
    let line = RidgeRegression(
      rows: both.map { [$0.brixia ?? 0] }, targets: both.map { $0.geographicExtent ?? 0 }, strength: 1e-6)
    model.extentEstimator = ScoreEstimator.fitted(
      to: zip(records, features).compactMap { record, features in
        if let extent = record.geographicExtent {
          return ScoreEstimator.Example(patient: record.patient, features: features, score: extent)
        }
        guard let brixia = record.brixia, let line else { return nil }
        let extent = min(max(line.prediction(for: [brixia]), 0), 8)
        return ScoreEstimator.Example(patient: record.patient, features: features, score: extent, importance: 0.5, isRead: false)
      }, range: 0...8)
  }
}
