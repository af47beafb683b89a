import Basics
import ImageOps

extension LungZones {
  /// Counts a prediction at working resolution beneath lungs and opacity brought to its size.
  /// - Parameter decided: where a reader has decided, so that the opacity is certain or certainly absent.
  init(
    lungs: LabelImage, opacity: Mask, prediction: Segmentation.Prediction, thresholds: SegmentationModel.Thresholds, decided: Mask? = nil
  ) {
    self.init()
    let plane = prediction.side * prediction.side
    lungs.labels.withUnsafeBufferPointer { labels in
      prediction.planes.withUnsafeBufferPointer { planes in
        count(labels, width: prediction.side) { zone, pixel, row, column in
          let isDecided = decided?[row, column] ?? false
          let probability =
            isDecided ? (opacity[row, column] ? 1 : 0) : planes[SegmentationChannel.opacity.rawValue * plane + pixel]
          zone.area += 1
          if opacity[row, column] { zone.opaque += 1 }
          if probability >= thresholds.certainOpacity { zone.certain += 1 }
          if probability >= thresholds.possibleOpacity { zone.possible += 1 }
          zone.probability += Double(probability)
        }
      }
    }
  }

  /// Counts a prediction, whose lungs are clean, with lungs and opacity cut from it.
  /// - Throws: `CancellationError`.
  init(_ prediction: Segmentation.Prediction, thresholds: SegmentationModel.Thresholds) throws {
    let size = Size(width: prediction.side, height: prediction.side)
    let cut = ProbabilityThreshold(side: prediction.side, planes: prediction.planes, thresholds: thresholds)
    let masks = try cut.masks(at: size)
    self.init(
      lungs: LabelImage(size: size, labels: masks.labels), opacity: Mask(size: size, words: masks.opacity), prediction: prediction,
      thresholds: thresholds)
  }
}
