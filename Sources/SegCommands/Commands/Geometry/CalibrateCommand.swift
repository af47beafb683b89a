import ImageOps
import SegLang
import SegValues

/// `calibrate`: states the size of a pixel.
struct CalibrateCommand: Command, StatesMemory {
  static let category = Category.geometry
  static let summary = "Sets the pixel spacing, so that lengths and areas can be given and measured in mm."
  static let discussion = """
    Use it if a file does not state its spacing or if the magnification is known: spacing measured on an object of known size counts as \
    calibrated. With detector=true the spacing applies at the detector; lengths in the patient are then overestimated by the magnification.
    """
  static let examples = [
    Example("phantom | calibrate 0.3mm | morph-open radius=2mm", "Opens with a radius in mm."),
    Example(
      "p = phantom size=256; m = p | threshold p90 | calibrate 1.4mm detector=true; m.area_mm2",
      "Sets the spacing at the detector and measures an area."),
  ]
  static let seeAlso = ["load", "info"]
  static let keywords = ["spacing", "pixel-size", "millimeters"]

  static let spacing = SpacingEffect.gives

  @Input("Image, mask or labels to calibrate.") var image: AnyImage
  @Argument("Pixel spacing in mm or cm.") var spacing: Length
  @Option("State the spacing at the detector, not in the patient.") var detector = false

  static func outputType(for input: ValueType?) -> ValueType { AnyImage.kept(input) }

  func workingBytes(_ context: Context) -> Int { 0 }

  func run(_ context: Context) throws -> AnyImage { image.with(spacing: try spacing.pixelSpacing(atDetector: detector)) }
}
