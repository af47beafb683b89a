import Basics
import Network

/// A model that can be written as ONNX.
public protocol ExportableModel {
  /// The architecture, channels and width of the network.
  var configuration: UNetConfiguration { get }
  /// The side of the square that images are resampled to.
  var side: Int { get }
  /// What another program has to know to use the network as segsh does, by the keys of an exported file.
  var exchangeNotes: [(key: String, value: String)] { get }
  /// The model as an ONNX file.
  func onnx(version: String) throws -> [UInt8]
}

extension SegmentationModel: ExportableModel {
  /// The model as an ONNX file: input `image` 1×1×side×side, output `probabilities` of right lung, left lung and opacity, averaged over the image and its
  /// mirror image as ``Segmenter`` does. How images are prepared, and what becomes of the probabilities, is described in the file (``exchangeNotes``).
  /// - Parameter version: the version of the program.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`.
  public func onnx(version: String) throws -> [UInt8] {
    try ONNXExport.model(
      configuration, weights: weights, side: side, mirroredClasses: SegmentationChannel.mirrored,
      summary: "Lungs and opacity in frontal chest X-rays. Research use, not a diagnosis.", version: version, notes: exchangeNotes)
  }

  /// What another program has to know to use the network as segsh does, by the keys of an exported file.
  public var exchangeNotes: [(key: String, value: String)] {
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
      ("threshold_lungs", "\(thresholds.lungs)"), ("threshold_opacity", "\(thresholds.opacity)"),
      ("preprocessing", normalization.instructions(side: side)),
      ("postprocessing", postprocessing), ("not_included", "severity scores, prediction intervals and image check; segsh computes them"),
    ]
    return own + notes.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
  }
}

extension InputNormalization {
  /// How an image becomes the network's input, for other programs.
  func instructions(side: Int) -> String {
    let film = self == .image ? "Take the whole image." : "Remove uniform borders of the image; what remains is the film."
    let counted = self == .ellipse ? "the pixels whose centers lie in the ellipse inscribed in the square" : "all pixels"
    return """
      1. \(film) High values are bright (MONOCHROME2). 2. Resample it to \(side)×\(side) pixels by area means, whatever its aspect ratio. \
      3. p1 and p99 are the 1st and 99th percentile of \(counted), interpolated linearly between neighbors; padding does not count. \
      4. image = 2 * clip((value - p1) / (p99 - p1), 0, 1) - 1, as float32; where p1 = p99, image = -1 everywhere.
      """
  }
}

extension StructureModel: ExportableModel {
  /// The model as an ONNX file: input `image` 1×1×side×side, output `probabilities` of the structures, averaged over the image and its mirror image.
  /// - Parameter version: the version of the program.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`.
  public func onnx(version: String) throws -> [UInt8] {
    try ONNXExport.model(
      configuration, weights: weights, side: side, mirroredClasses: Array(structures.indices),
      summary: "Structures in frontal chest X-rays. Research use, not a diagnosis.", version: version, notes: exchangeNotes)
  }

  /// What another program has to know to use the network as segsh does, by the keys of an exported file.
  public var exchangeNotes: [(key: String, value: String)] {
    let names = structures.map(\.description).joined(separator: ", ")
    let postprocessing = """
      The channels are \(names). The mean over the image and its mirror image is part of the graph. 1. Interpolate probabilities bilinearly to the size of \
      the film. 2. A structure has a probability of at least \(threshold). 3. Drop its regions below \(StructureSegmenter.leastRegion) of its largest region, \
      and fill its holes. Structures may overlap.
      """
    let own: [(key: String, value: String)] = [
      ("architecture", configuration.architecture.rawValue), ("width", "\(configuration.width)"), ("input_size", "\(side)"),
      ("classes", names), ("normalization", normalization.rawValue), ("threshold", "\(threshold)"),
      ("preprocessing", normalization.instructions(side: side)), ("postprocessing", postprocessing),
    ]
    return own + notes.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
  }
}
