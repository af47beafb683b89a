extension SeverityFeatures {
  /// The features of a prediction whose zones were counted at working resolution; nil if the network predicts no scores.
  init?(_ prediction: Segmentation.Prediction, zones: LungZones) {
    guard let scores = prediction.scores else { return nil }
    self.init(zones: zones, pixelCount: prediction.side * prediction.side, scores: scores)
  }
}
