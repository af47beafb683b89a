import ImageOps

/// What a model sees in one X-ray: the lungs and the opacity in them, at the size of the picture.
public struct Segmentation: Sendable {
  public let size: Size
  public let spacing: Spacing
  /// 1 the patient's right lung, 2 the left; each in one piece, without holes.
  public let lungs: LabelImage
  /// Opacity inside the lungs.
  public let opacity: Mask
  /// The probabilities that they were cut from.
  public let prediction: Prediction
  /// What made it: thresholds, estimators and notes; without weights.
  public let thresholds: SegmentationModel.Thresholds
  public let extentEstimator: ScoreEstimator?
  public let brixiaEstimator: ScoreEstimator?
  /// What may be wrong with the picture; nil where nothing seems so, or the model has no check.
  public let doubt: PictureCheck.Doubt?

  /// Probabilities at working resolution.
  public struct Prediction: Sendable {
    /// Side of the square.
    public let side: Int
    /// Right lung, left lung and opacity, each `side * side` and row-major; the lungs each in one piece, without holes.
    public let planes: [Float]
    /// The encoder's pooled features, and those of the picture alone where its mirror image took part.
    public let features: [Float]
    public let ownFeatures: [Float]
  }

  /// Probability of opacity, whether in the lungs or not, at the size of the picture. Computed when asked for.
  /// - Throws: `CancellationError`.
  public func probability(polling cancellation: Cancellation = .never) throws -> ProbabilityMap {
    try probability(of: .opacity, polling: cancellation)
  }

  /// Probability of one channel at the size of the picture, bilinear between the network's pixels.
  public func probability(of channel: SegmentationChannel, polling cancellation: Cancellation = .never) throws -> ProbabilityMap {
    let plane = prediction.side * prediction.side
    let start = channel.rawValue * plane
    var map = try ProbabilityMap(
      size: Size(width: prediction.side, height: prediction.side), pixels: Array(prediction.planes[start..<start + plane])
    ).resampled(to: size, using: .bilinear, polling: cancellation)
    map.spacing = spacing
    return map
  }
}
