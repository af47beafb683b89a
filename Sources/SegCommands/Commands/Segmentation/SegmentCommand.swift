import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// Whether an image with a doubt is refused: `--strict`.
public enum StrictService: ServiceKey {
  public static var fallback: Bool { false }
}

/// `segment`: lungs and opacity by a network.
struct SegmentCommand: Command, StatesMemory {
  static let category = Category.segmentation
  static let summary = "Segments lungs and opacity in a frontal chest X-ray with a neural network."
  static let discussion = """
    Each lung is one region without holes; opacity is limited to the lungs. Predictions for the image and its mirror image are averaged unless \
    mirror=false, which takes half the time. Thresholds come from the model (the shipped one: 0.5 for lungs and 0.6 for opacity) unless lung_threshold= \
    and opacity_threshold= state others. Traces of opacity are dropped: regions below a fraction of the lungs set by the model (typically 1 %), \
    and all opacity if the total stays below another (2 %). Properties: lungs, right, left, opacity, probability. An image that does not look \
    like an upright frontal chest X-ray, or whose DICOM header states another view, body part or modality or an age under 18, is segmented with \
    a warning, which the property doubt keeps; segsh --strict refuses it. structures= adds the structures of a second model, trained by \
    `segsh train --labels`: each is a property with its name, such as heart, and changes no severity. For research; not a diagnosis.
    """
  static let examples = [
    Example("phantom | segment", "Segments an X-ray."), Example("seg = phantom | segment; seg.opacity", "Extracts the opacity as a mask."),
  ]
  static let seeAlso = ["severity", "threshold", "overlay", "compare"]
  static let keywords = [
    "consolidation", "opacity", "opacities", "ground glass", "ground-glass", "ggo", "infiltrate", "infiltration", "haziness", "pneumonia",
    "covid", "network", "model", "predict", "prediction", "inference", "detect", "lung",
  ]

  @Input("Frontal chest X-ray.") var image: GrayImage
  @Option("Name of a shipped model, or path of a weights file.") var model = ModelName.standard
  @Option("Model of further structures, such as the heart: a file, or the name of a shipped model. Default: none.")
  var structures: ModelName?
  @Option("Average with the prediction for the mirror image.") var mirror = true
  @Option("Probability threshold of the lungs. Default: set by the model.", in: 0...1) var lungThreshold: Double?
  @Option("Probability threshold of the opacity. Default: set by the model.", in: 0...1) var opacityThreshold: Double?

  static func prepare(options: [String]) {
    if !options.contains("model") { ModelCache.prepare() }
  }

  /// Three copies of the image, and the network's feature maps, whose size is that of its input.
  func workingBytes(_ context: Context) -> Int { 12 * image.size.count + 48 << 20 }

  func run(_ context: Context) throws -> Segmentation {
    // Before the main model, which a lineage's reader finds last.
    let structureSegmenter = try structures.map { try ModelCache.structureSegmenter($0, context) }
    let segmenter = try ModelCache.segmenter(model, context)
    var thresholds = segmenter.model.thresholds
    if let lungThreshold {
      thresholds.lungs = Float(lungThreshold)
    } else {
      context.remember("lung_threshold", cameTo: level(thresholds.lungs))
    }
    if let opacityThreshold {
      thresholds.opacity = Float(opacityThreshold)
    } else {
      context.remember("opacity_threshold", cameTo: level(thresholds.opacity))
    }
    let segmentation = try segmenter.segment(image, isMirrored: mirror, thresholds: thresholds)
    try Self.check(segmentation, of: image, context)
    guard let structureSegmenter else { return segmentation }
    let found = try structureSegmenter.segment(image, isMirrored: mirror)
    for name in structureSegmenter.model.structures where found[name]?.isEmpty ?? true { context.note("no \(name.words) found") }
    return segmentation.with(structures: found)
  }

  /// Notes the doubt about an image, or refuses it.
  /// - Throws: `CommandProblem.doubted` under `--strict`.
  static func check(_ segmentation: Segmentation, of image: GrayImage, _ context: Context) throws {
    guard let doubt = segmentation.doubt else { return }
    context[DoubtService.self](doubt)
    guard !context[StrictService.self] else { throw CommandProblem.doubted(doubt.finding) }
    context.note("\(doubt.finding): review the segmentation before using it", about: image.source?.name)
  }

  private func level(_ threshold: Float) -> String { NumberFormat.exact(Double("\(threshold)") ?? Double(threshold)) }
}
