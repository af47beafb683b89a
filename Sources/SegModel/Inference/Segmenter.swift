import Basics
import ImageOps
import Network

/// Segments lungs and opacity with a trained model. Load it once and use it for many images, also from several threads.
public final class Segmenter: Sendable {
  /// The model, without its weights.
  public let model: SegmentationModel
  private let network: InferenceNetwork

  /// Loads a model's file.
  /// - Parameters:
  ///   - modelPath: The path of the weights file; see ``ModelLibrary/path(of:)`` for models by name.
  ///   - keepsPacked: Whether to keep packed weights in the user's cache folder for later programs, about 50 MB per model.
  /// - Throws: `ModelError`, `FileError`, `SafetensorsError`, `NetworkError`.
  public init(modelPath: String, keepsPacked: Bool = false) throws {
    let file = try Safetensors(path: modelPath)
    model = try SegmentationModel(describedBy: file)
    network = try InferenceNetwork(
      model.configuration, reading: file, for: (height: model.side, width: model.side),
      cacheFolder: keepsPacked ? PackedWeightsCache.folder : nil)
  }

  /// Creates a segmenter from a model in memory. Throws `NetworkError` if a weight is missing or has another shape.
  public init(_ model: SegmentationModel) throws {
    var model = model
    network = try InferenceNetwork(model.configuration, weights: model.weights)
    // The network holds its own folded copy.
    model.weights = [:]
    self.model = model
  }

  /// Creates a segmenter with the same network and another opacity threshold, 0...1.
  public init(_ other: Segmenter, opacityThreshold: Float) {
    var model = other.model
    model.thresholds.opacity = opacityThreshold
    self.model = model
    network = other.network
  }

  /// Segments lungs and opacity in a frontal chest X-ray.
  ///
  /// Uniform borders are removed first (`FilmFrame`) if the model was trained so. The film is resampled to the model's square by area means and
  /// normalized by percentiles; probabilities are averaged over the square and its mirror image unless `isMirrored` is false. At working resolution
  /// each lung is reduced to its largest component and its holes are filled; probabilities are then interpolated bilinearly to the size of the image
  /// and thresholded. A pixel of both lungs belongs to the more probable one. Opacity counts only inside the lungs, in regions that are not too small
  /// (`Thresholds.leastRegion`, `.leastOpacity`). An image of one intensity usually has no lungs.
  /// - Parameter thresholds: Thresholds to use instead of the model's.
  /// - Throws: `CancellationError`.
  public func segment(_ image: GrayImage, isMirrored: Bool = true, thresholds: SegmentationModel.Thresholds? = nil) throws -> Segmentation {
    let thresholds = thresholds ?? model.thresholds
    let input = try model.normalization.input(of: image, side: model.side)
    let prediction = try predict(input.pixels, isMirrored: isMirrored, thresholds: thresholds)
    return try segmentation(
      from: prediction, frame: input.frame, size: image.size, spacing: image.spacing, examination: image.source?.examination,
      thresholds: thresholds)
  }

  /// Cuts what the network says at thresholds, at the size of the image. Lungs were cleaned already, at the threshold that they were predicted with.
  func segmentation(
    from prediction: Segmentation.Prediction, frame: FilmFrame, size: Size, spacing: Spacing, examination: Examination? = nil,
    thresholds: SegmentationModel.Thresholds
  ) throws -> Segmentation {
    let cut = try ProbabilityThreshold(side: model.side, planes: prediction.planes, thresholds: thresholds)
      .masks(at: frame.size)
    let field = LabelImage(size: frame.size, labels: cut.labels, names: LabelImage.lungNames, spacing: spacing)
    let found = try Self.withoutTraces(Mask(size: frame.size, words: cut.opacity, spacing: spacing), lungs: field, thresholds: thresholds)
    let lungs = try frame.placed(field, in: size, with: 0)
    let opacity = try frame.placed(found, in: size, with: false)
    return Segmentation(
      lungs: lungs, opacity: opacity,
      source: Segmentation.Source(
        prediction: prediction, frame: frame, thresholds: thresholds, extentEstimator: model.extentEstimator,
        brixiaEstimator: model.brixiaEstimator,
        intervalRules: model.intervalRules,
        doubt: examination.flatMap { ImageCheck.Doubt($0) }
          ?? model.imageCheck?.doubt(prediction.ownFeatures, flipped: prediction.flippedFeatures)))
  }

  /// The opacity in regions that are large enough to count; none where together they are not.
  private static func withoutTraces(_ opacity: Mask, lungs: LabelImage, thresholds: SegmentationModel.Thresholds) throws -> Mask {
    guard !opacity.isEmpty else { return opacity }
    let lungArea = lungs.labels.reduce(into: 0) { $0 += $1 == 0 ? 0 : 1 }
    func area(_ share: Float) -> Int { Int((Double(share) * Double(lungArea)).rounded(.up)) }
    let kept = thresholds.leastRegion > 0 ? try opacity.removingSmall(below: area(thresholds.leastRegion)) : opacity
    return kept.count < area(thresholds.leastOpacity) ? Mask(size: opacity.size, spacing: opacity.spacing) : kept
  }

  /// Applies the network to a normalized square and cleans the lungs.
  func predict(_ normalized: [Float], isMirrored: Bool = true, thresholds: SegmentationModel.Thresholds? = nil) throws
    -> Segmentation.Prediction
  {
    let mirrored = try MirroredPrediction.probabilities(of: normalized, side: model.side, network: network, isMirrored: isMirrored)
    return Segmentation.Prediction(
      side: model.side,
      planes: try LungCleaning.cleaned(
        mirrored.planes, side: model.side, threshold: (thresholds ?? model.thresholds).lungs),
      features: mirrored.features, ownFeatures: mirrored.ownFeatures, scores: model.scoreLayer?.scores(of: mirrored.features))
  }
}

/// Makes one piece without holes of each lung, in the probabilities themselves, so that what is interpolated from them is in one piece too.
enum LungCleaning {
  /// The three planes, with lung probabilities 0 in lesser pieces and certain in holes.
  static func cleaned(_ prediction: [Float], side: Int, threshold: Float) throws -> [Float] {
    let size = Size(width: side, height: side)
    var planes = prediction
    for lung in 0..<2 {
      let (own, other) = (lung * size.count, (1 - lung) * size.count)
      let found = prediction.withUnsafeBufferPointer { planes in
        Mask(size: size) { index in
          let probability = planes[own + index]
          let rival = planes[other + index]
          return probability >= threshold && (lung == 0 ? probability >= rival : probability > rival)
        }
      }
      let kept = try found.keepingLargest()
      let whole = try kept.fillingHoles()
      for row in 0..<size.height {
        for column in 0..<size.width {
          let index = row * size.width + column
          if found[row, column], !kept[row, column] {
            planes[own + index] = 0
          } else if whole[row, column], !kept[row, column] {
            planes[own + index] = 1
            planes[other + index] = 0
          }
        }
      }
    }
    return planes
  }
}
