import Basics
import ImageOps

/// Lungs, opacity and structures of an X-ray at the size of the image: from a model, drawn by a reader, or from a model and corrected.
public struct Segmentation: Sendable {
  /// The size of the image in pixels.
  public let size: Size
  /// Distance between pixel centers in mm, with its provenance.
  public let spacing: Spacing
  /// Label 1 is the patient's right lung, 2 the left. From a model, each is connected and without holes.
  public let lungs: LabelImage
  /// The opacity inside the lungs.
  public let opacity: Mask
  /// The structures that were segmented or drawn, such as the heart; they may overlap the lungs and each other.
  public let structures: [StructureName: Mask]
  /// The model's prediction; nil if lungs and opacity were drawn.
  public let source: Source?
  /// The number of corrections since.
  public let corrections: Int
  /// As they were before the first correction; nil where there was none.
  private let original: Parts?
  /// What corrections drew in the opacity, whether it was so already or not; nil where there were none.
  private let drawn: DrawnOpacity?

  /// A model's prediction for the image, and what the masks were derived from.
  public struct Source: Sendable {
    /// The probabilities and features.
    public let prediction: Prediction
    /// The part of the image that the prediction covers.
    public let frame: FilmFrame
    /// The thresholds of the masks.
    public let thresholds: SegmentationModel.Thresholds
    /// The estimator of the geographic extent; nil if the model has none.
    public let extentEstimator: ScoreEstimator?
    /// The estimator of the Brixia score; nil if the model has none.
    public let brixiaEstimator: ScoreEstimator?
    /// The interval rules; nil for a model that is not calibrated.
    public let intervalRules: IntervalRules?
    /// A reason to doubt that the image is suitable; nil if there is none, or the model has no check.
    public let doubt: ImageCheck.Doubt?
  }

  /// A network's prediction at working resolution.
  public struct Prediction: Sendable {
    /// The side of the square in pixels.
    public let side: Int
    /// Probabilities of right lung, left lung and opacity, each `side * side` and row-major; each lung is connected and without holes.
    public let planes: [Float]
    /// The encoder's pooled features, averaged over the image and its mirror image if both were predicted.
    public let features: [Float]
    /// The encoder's pooled features of the image alone.
    public let ownFeatures: [Float]
    /// Those of the mirror image alone; nil where it was not looked at.
    var flippedFeatures: [Float]? { features == ownFeatures ? nil : zip(features, ownFeatures).map { 2 * $0 - $1 } }
    /// The reader scores that the network predicts, as shares of the full scores; nil if it was not trained on scores.
    public let scores: [Double]?
  }

  private struct Parts: Sendable {
    let lungs: LabelImage
    let opacity: Mask
    let structures: [StructureName: Mask]
  }

  /// The pixels that a person drew as opacity, and as none; of two strokes the later one holds.
  struct DrawnOpacity: Sendable {
    var added: Mask
    var removed: Mask
  }

  /// Creates a segmentation from a model (with `source`) or from drawn masks.
  /// - Precondition: All masks have the same size.
  public init(lungs: LabelImage, opacity: Mask, source: Source? = nil, structures: [StructureName: Mask] = [:]) {
    self.init(lungs: lungs, opacity: opacity, structures: structures, source: source, corrections: 0, original: nil, drawn: nil)
  }

  private init(
    lungs: LabelImage, opacity: Mask, structures: [StructureName: Mask], source: Source?, corrections: Int, original: Parts?,
    drawn: DrawnOpacity?
  ) {
    precondition(lungs.size == opacity.size && structures.values.allSatisfy { $0.size == lungs.size }, "masks belong to one image")
    self.structures = structures
    (size, spacing) = (lungs.size, lungs.spacing)
    (self.lungs, self.opacity, self.source, self.corrections) = (lungs, opacity, source, corrections)
    (self.original, self.drawn) = (original, drawn)
  }

  /// The model's probabilities and features; nil if masks were drawn.
  public var prediction: Prediction? { source?.prediction }
  /// A reason to doubt that the image is suitable; nil if there is none, or masks were drawn.
  public var doubt: ImageCheck.Doubt? { source?.doubt }

  /// Returns the segmentation with further structures, which replace those of the same name; not a correction.
  /// - Precondition: Masks of the size of the image.
  public func with(structures: [StructureName: Mask]) -> Segmentation {
    let all = self.structures.merging(structures) { $1 }
    return Segmentation(
      lungs: lungs, opacity: opacity, structures: all, source: source, corrections: corrections,
      original: original.map { Parts(lungs: $0.lungs, opacity: $0.opacity, structures: $0.structures.merging(structures) { $1 }) },
      drawn: drawn)
  }

  /// The same with another mask of a structure, one correction later.
  func corrected(_ structure: StructureName, _ mask: Mask) -> Segmentation {
    var all = structures
    all[structure] = mask
    return Segmentation(
      lungs: lungs, opacity: opacity, structures: all, source: source, corrections: corrections + 1, original: originalParts, drawn: drawn)
  }

  private var originalParts: Parts { original ?? Parts(lungs: lungs, opacity: opacity, structures: structures) }

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
      lungs: lungs, opacity: opacity, structures: structures, source: source, corrections: corrections + 1, original: originalParts,
      drawn: drawn)
  }

  /// Applies the corrections of opacity to another opacity mask of the same X-ray, such as one at another threshold: drawn opacity is added inside
  /// the lungs, erased opacity removed. Returns the mask unchanged if opacity was never corrected.
  /// - Throws: `ImageError.sizesDiffer`.
  public func applyingCorrections(to opacity: Mask) throws -> Mask {
    guard let drawn else { return opacity }
    let added = lungs.isEmpty ? drawn.added : try lungs.foreground(within: drawn.added)
    return try opacity.union(added).subtracting(drawn.removed)
  }

  /// The segmentation before the first correction; itself if there was none.
  public var uncorrected: Segmentation {
    original.map { Segmentation(lungs: $0.lungs, opacity: $0.opacity, source: source, structures: $0.structures) } ?? self
  }

  /// The pixels whose opacity was decided by corrections; nil where there were none.
  var decidedOpacity: Mask? { original.flatMap { try? $0.opacity.symmetricDifference(opacity) } }

  /// Computes the probability of opacity at the size of the image, inside and outside the lungs; corrections do not change it.
  /// - Throws: `SegmentationError.hasNoProbability` if masks were drawn; `CancellationError`.
  public func probability() throws -> ProbabilityMap {
    try probability(of: .opacity)
  }

  /// Computes the probability of one channel at the size of the image, bilinear between the network's pixels; 0 in the borders of the image.
  /// - Throws: As ``probability()``.
  public func probability(of channel: SegmentationChannel) throws -> ProbabilityMap {
    guard let source else { throw SegmentationError.hasNoProbability }
    let prediction = source.prediction
    let plane = prediction.side * prediction.side
    let start = channel.rawValue * plane
    var map = try ProbabilityMap(
      size: Size(width: prediction.side, height: prediction.side), pixels: Array(prediction.planes[start..<start + plane])
    ).resampled(to: source.frame.size, using: .bilinear)
    map = try source.frame.placed(map, in: size, with: 0)
    map.spacing = spacing
    return map
  }
}

/// An error of a segmentation.
public enum SegmentationError: Error, Equatable, CustomStringConvertible {
  /// The masks were drawn by a reader, so there are no probabilities.
  case hasNoProbability

  /// The reason and a way out, as an English clause.
  public var description: String {
    switch self {
    case .hasNoProbability: "these masks were drawn by a reader, so there is no probability map; run `segment` on the image to get one"
    }
  }
}
