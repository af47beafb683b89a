import ImageOps

/// Lungs and opacity of one X-ray at the size of the image: as a model sees them, as a reader drew them, or the first corrected by the second.
public struct Segmentation: Sendable {
  public let size: Size
  public let spacing: Spacing
  /// 1 the patient's right lung, 2 the left. From a model each is in one piece, without holes.
  public let lungs: LabelImage
  /// Opacity inside the lungs.
  public let opacity: Mask
  /// What the model saw; nil where lungs and opacity were drawn.
  public let source: Source?
  /// How many times lungs or opacity were corrected since.
  public let corrections: Int
  /// As they were before the first correction; nil where there was none.
  private let original: Parts?
  /// What corrections drew in the opacity, whether it was so already or not; nil where there were none.
  private let drawn: DrawnOpacity?

  /// What a model saw in the image, and what the masks were cut from.
  public struct Source: Sendable {
    public let prediction: Prediction
    /// The part of the image that the prediction covers.
    public let frame: FilmFrame
    /// What made it: thresholds, estimators and notes; without weights.
    public let thresholds: SegmentationModel.Thresholds
    public let extentEstimator: ScoreEstimator?
    public let brixiaEstimator: ScoreEstimator?
    public let intervalRules: IntervalRules?
    /// What may be wrong with the image; nil where nothing seems so, or the model has no check.
    public let doubt: ImageCheck.Doubt?
  }

  /// Probabilities at working resolution.
  public struct Prediction: Sendable {
    /// Side of the square.
    public let side: Int
    /// Right lung, left lung and opacity, each `side * side` and row-major; the lungs each in one piece, without holes.
    public let planes: [Float]
    /// The encoder's pooled features, and those of the image alone where its mirror image took part.
    public let features: [Float]
    public let ownFeatures: [Float]
    /// Those of the mirror image alone; nil where it was not looked at.
    var flippedFeatures: [Float]? { features == ownFeatures ? nil : zip(features, ownFeatures).map { 2 * $0 - $1 } }
    /// What the network tells of readers' scores; nil where it was not taught.
    public let scores: [Double]?
  }

  private struct Parts: Sendable {
    let lungs: LabelImage
    let opacity: Mask
  }

  /// The pixels that a person drew as opacity, and as none; of two strokes the later one holds.
  struct DrawnOpacity: Sendable {
    var added: Mask
    var removed: Mask
  }

  /// Lungs and opacity that a model found, or with no source, that a reader drew.
  /// - Precondition: both images have one size.
  public init(lungs: LabelImage, opacity: Mask, source: Source? = nil) {
    self.init(lungs: lungs, opacity: opacity, source: source, corrections: 0, original: nil, drawn: nil)
  }

  private init(
    lungs: LabelImage, opacity: Mask, source: Source?, corrections: Int, original: Parts?, drawn: DrawnOpacity?
  ) {
    precondition(lungs.size == opacity.size, "lungs and opacity belong to one image")
    (size, spacing) = (lungs.size, lungs.spacing)
    (self.lungs, self.opacity, self.source, self.corrections) = (lungs, opacity, source, corrections)
    (self.original, self.drawn) = (original, drawn)
  }

  public var prediction: Prediction? { source?.prediction }
  public var doubt: ImageCheck.Doubt? { source?.doubt }

  /// The same with other lungs and opacity, one correction later.
  ///
  /// - Parameters:
  ///   - added: what was drawn as opacity.
  ///   - removed: what was drawn as none.
  func corrected(lungs: LabelImage, opacity: Mask, added: Mask? = nil, removed: Mask? = nil) throws -> Segmentation {
    var drawn = self.drawn ?? DrawnOpacity(added: Mask(size: size), removed: Mask(size: size))
    if let added { (drawn.added, drawn.removed) = try (drawn.added.union(added), drawn.removed.subtracting(added)) }
    if let removed { (drawn.added, drawn.removed) = try (drawn.added.subtracting(removed), drawn.removed.union(removed)) }
    return Segmentation(
      lungs: lungs, opacity: opacity, source: source, corrections: corrections + 1,
      original: original ?? Parts(lungs: self.lungs, opacity: self.opacity), drawn: drawn)
  }

  /// Another opacity of the same X-ray, such as one at another threshold, with the corrections applied on top: what was drawn as opacity is in it,
  /// inside the lungs, and what was drawn as none is not. The mask itself where the opacity was never corrected.
  /// - Throws: `ImageError.sizesDiffer`.
  public func applyingCorrections(to opacity: Mask) throws -> Mask {
    guard let drawn else { return opacity }
    let field = lungs.foreground
    let added = field.isEmpty ? drawn.added : try drawn.added.intersection(field)
    return try opacity.union(added).subtracting(drawn.removed)
  }

  /// As it was before the first correction; itself where there was none.
  public var uncorrected: Segmentation {
    original.map { Segmentation(lungs: $0.lungs, opacity: $0.opacity, source: source) } ?? self
  }

  /// The pixels whose opacity was decided by corrections; nil where there were none.
  var decidedOpacity: Mask? { original.flatMap { try? $0.opacity.symmetricDifference(opacity) } }

  /// Probability of opacity, whether in the lungs or not, at the size of the image. Computed when asked for; corrections do not change it.
  /// - Throws: `SegmentationError.hasNoProbability` where masks were drawn; `CancellationError`.
  public func probability(polling cancellation: Cancellation = .never) throws -> ProbabilityMap {
    try probability(of: .opacity, polling: cancellation)
  }

  /// Probability of one channel at the size of the image, bilinear between the network's pixels; 0 in the borders of the image.
  /// - Throws: as ``probability(polling:)``.
  public func probability(of channel: SegmentationChannel, polling cancellation: Cancellation = .never) throws -> ProbabilityMap {
    guard let source else { throw SegmentationError.hasNoProbability }
    let prediction = source.prediction
    let plane = prediction.side * prediction.side
    let start = channel.rawValue * plane
    var map = try ProbabilityMap(
      size: Size(width: prediction.side, height: prediction.side), pixels: Array(prediction.planes[start..<start + plane])
    ).resampled(to: source.frame.size, using: .bilinear, polling: cancellation)
    map = try source.frame.placed(map, in: size, with: 0, polling: cancellation)
    map.spacing = spacing
    return map
  }
}

/// What a segmentation cannot give.
public enum SegmentationError: Error, Equatable, CustomStringConvertible {
  /// It was drawn by a reader, so no network gave probabilities.
  case hasNoProbability

  public var description: String {
    switch self {
    case .hasNoProbability: "these masks were drawn by a reader, so there is no probability map; run `segment` on the image to get one"
    }
  }
}
