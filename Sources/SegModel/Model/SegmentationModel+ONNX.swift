import Basics
import Network

extension SegmentationModel {
  /// The model as an ONNX file: input `image` 1×1×side×side, output `probabilities` of right lung, left lung and opacity, averaged over the image and its
  /// mirror image as ``Segmenter`` does. How images are prepared, and what becomes of the probabilities, is described in the file (``exchangeNotes``).
  /// - Parameter version: the version of the program.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`.
  public func onnx(version: String) throws -> [UInt8] {
    let channels = SegmentationChannel.allCases
    // In a mirror image the right lung is where the left one was.
    let mirrored = channels.map { channel in
      switch channel {
      case .rightLung: SegmentationChannel.leftLung.rawValue
      case .leftLung: SegmentationChannel.rightLung.rawValue
      case .opacity: SegmentationChannel.opacity.rawValue
      }
    }
    return try ONNXExport.model(
      configuration, weights: weights, side: side, mirroredClasses: mirrored,
      summary: "Lungs and opacity in frontal chest X-rays. Research use, not a diagnosis.", version: version, notes: exchangeNotes)
  }

  /// What another program has to know to use the network as segsh does, by the keys of an exported file.
  public var exchangeNotes: [(key: String, value: String)] {
    let film = normalization == .image ? "Take the whole image." : "Remove uniform borders of the image; what remains is the film."
    let counted = normalization == .ellipse ? "the pixels whose centers lie in the ellipse inscribed in the square" : "all pixels"
    let preprocessing = """
      1. \(film) High values are bright (MONOCHROME2). 2. Resample it to \(side)×\(side) pixels by area means, whatever its aspect ratio. \
      3. p1 and p99 are the 1st and 99th percentile of \(counted), interpolated linearly between neighbors; padding does not count. \
      4. image = 2 * clip((value - p1) / (p99 - p1), 0, 1) - 1, as float32; where p1 = p99, image = -1 everywhere.
      """
    let postprocessing = """
      The channels are 0 right lung, 1 left lung (the patient's sides), 2 opacity. The mean over the image and its mirror image is part of the graph. \
      1. At \(side)×\(side), keep of each lung (probability of at least \(thresholds.lungs)) the largest component and fill its holes. \
      2. Interpolate probabilities bilinearly to the size of the film. 3. A lung has a probability of at least \(thresholds.lungs); where both have, the \
      larger one counts. 4. Opacity has at least \(thresholds.opacity), inside the lungs only. 5. Drop regions of opacity below \
      \(thresholds.leastRegion) of the lung area, and all opacity if the rest is below \(thresholds.leastOpacity) of it.
      """
    let own: [(key: String, value: String)] = [
      ("architecture", configuration.architecture.rawValue), ("width", "\(configuration.width)"), ("input_size", "\(side)"),
      ("classes", SegmentationChannel.allCases.map(\.name).joined(separator: ", ")), ("normalization", normalization.rawValue),
      ("threshold_lungs", "\(thresholds.lungs)"), ("threshold_opacity", "\(thresholds.opacity)"), ("preprocessing", preprocessing),
      ("postprocessing", postprocessing), ("not_included", "severity scores, prediction intervals and image check; segsh computes them"),
    ]
    return own + notes.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
  }
}
