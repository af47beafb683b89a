import ImageOps
import SegLang
import SegModel

/// Whether an image with a doubt is refused: `--strict`.
public enum StrictService: ServiceKey {
  public static var fallback: Bool { false }
}

/// `segment`: lungs and opacity by a network.
struct SegmentCommand: Command, StatesMemory {
  static let category = Category.segmentation
  static let summary = "Finds both lungs and the opacity in a frontal chest X-ray with a trained network."
  static let discussion = """
    Each lung is one piece without holes, and opacity counts inside the lungs only. Probabilities are averaged over the picture and its mirror image \
    unless mirror=false, which takes half the time. A pixel belongs to a lung, or is opaque, from the probability that the model brings (default: 0.5 and 0.4); \
    lung_level= and opacity_level= say another. Traces are left out: regions of opacity below a share of the lungs that the model brings (1 % as a rule), \
    and all of it where together it stays below another (2 %). The parts are properties: lungs, right, left, opacity, probability. An image that does not look like an \
    upright frontal chest X-ray, or whose DICOM header names another view, body part or modality or a patient under 18, is segmented with a warning that \
    the property doubt keeps; segsh --strict refuses it. For research; not a diagnosis.
    """
  static let examples = [
    Example("phantom | segment", "Segments a picture."), Example("seg = phantom | segment; seg.opacity", "Takes the opacity as a mask."),
  ]
  static let seeAlso = ["severity", "threshold", "overlay", "compare"]
  static let keywords = [
    "consolidation", "opacity", "opacities", "ground glass", "ground-glass", "ggo", "infiltrate", "infiltration", "haziness", "pneumonia",
    "covid", "network", "model", "predict", "prediction", "inference", "detect", "lung",
  ]

  @Input("Frontal chest X-ray.") var image: GrayImage
  @Option("Model: the name of one that came with the program, or the path of a weights file.") var model = ModelName.standard
  @Option("Whether the mirror image counts too.") var mirror = true
  @Option("Probability from which a pixel belongs to a lung; the model's own where none is given.", in: 0...1) var lungLevel: Double?
  @Option("Probability from which a pixel is opaque; the model's own where none is given.", in: 0...1) var opacityLevel: Double?

  static func prepare(options: [String]) {
    if !options.contains("model") { ModelShelf.prepare() }
  }

  /// Three copies of the image, and the network's feature maps, whose size is that of its input.
  func workingBytes(_ context: Context) -> Int { 12 * image.size.count + 48 << 20 }

  func run(_ context: Context) throws -> Segmentation {
    let segmenter = try ModelShelf.segmenter(model, context)
    var thresholds = segmenter.model.thresholds
    if let lungLevel { thresholds.lungs = Float(lungLevel) } else { context.remember("lung_level", cameTo: level(thresholds.lungs)) }
    if let opacityLevel {
      thresholds.opacity = Float(opacityLevel)
    } else {
      context.remember("opacity_level", cameTo: level(thresholds.opacity))
    }
    let segmentation = try segmenter.segment(image, isMirrored: mirror, thresholds: thresholds, polling: context.cancellation)
    if let doubt = segmentation.doubt {
      guard !context[StrictService.self] else { throw CommandProblem.doubted(doubt.finding) }
      context.note("\(doubt.finding): do not trust lungs and opacity before you have looked", about: image.source?.name)
    }
    return segmentation
  }

  private func level(_ threshold: Float) -> String { numberText(Double("\(threshold)") ?? Double(threshold)) }
}
