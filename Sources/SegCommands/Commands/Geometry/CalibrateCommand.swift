import ImageOps
import SegLang

/// `calibrate`: states the size of a pixel.
struct CalibrateCommand: Command, StatesMemory {
  static let category = Category.geometry
  static let summary = "States how large a pixel is, so that lengths and areas can be given and told in mm."
  static let discussion = """
    Use it where a file does not say its spacing, or where the magnification is known: what was measured on an object of known size counts as \
    calibrated. With detector=true the length holds at the detector and overstates the patient by the magnification.
    """
  static let examples = [
    Example("phantom | calibrate 0.3mm | morph-open radius=2mm", "Gives a radius in mm."),
    Example(
      "p = phantom size=256; m = p | threshold p90 | calibrate 1.4mm detector=true; m.area_mm2",
      "States the spacing at the detector, and measures with it."),
  ]
  static let seeAlso = ["load", "info"]
  static let keywords = ["spacing", "pixel-size", "millimeters"]

  static let spacing = SpacingEffect.gives

  @Input("Picture whose pixels are meant.") var picture: AnyPicture
  @Argument("Side of a pixel, in mm or cm.") var spacing: Length
  @Option("Whether the length holds at the detector and not in the patient.") var detector = false

  static func outputType(for input: ValueType?) -> ValueType { AnyPicture.kept(input) }

  func workingBytes(_ context: Context) -> Int { 0 }

  func run(_ context: Context) throws -> AnyPicture { picture.with(spacing: try spacing.pixelSpacing(atDetector: detector)) }
}

extension Length {
  /// The length as the side of a square pixel.
  /// - Throws: `CommandProblem.outOfRange` unless it is in mm or cm, above 0 and at most 1 m.
  func pixelSpacing(atDetector: Bool) throws -> Spacing {
    guard unit != .px, let side = pixels(millimetresPerPixel: 1), side > 0, side <= 1000 else {
      throw CommandProblem.outOfRange("spacing", oneLine, "a length in mm above 0, such as 0.14mm")
    }
    return atDetector ? .detectorPlane(row: side, column: side) : .calibrated(row: side, column: side)
  }
}
