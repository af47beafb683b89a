import ImageOps
import SegLang
import SegValues

/// `window`: a display window, applied to the pixels.
struct WindowCommand: Command {
  static let category = Category.intensity
  static let summary = "Applies a display window (center and width)."
  static let discussion = """
    Values below the window become black, values above it white; the result ranges from 0 to 255. preset= selects a window or VOI LUT of the \
    file by number or name. Without options, the first of these applies, otherwise the range from the 0.5th to the 99.5th percentile. \
    Definition: DICOM PS3.3 C.11.2.1.2.1 (LINEAR); a window of the file follows its VOILUTFunction (LINEAR, LINEAR_EXACT or SIGMOID).
    """
  static let examples = [
    Example("phantom | window center=120 width=100", "Shows intensities from 70 to 170."),
    Example("phantom | window", "Applies the default window."),
  ]
  static let seeAlso = ["stretch-contrast", "invert"]
  static let keywords = ["brightness", "contrast", "level", "width", "voi"]

  @Input("Image to window.") var image: GrayImage
  @Option("Window center, the intensity shown as middle gray.") var center: Double?
  @Option("Window width.", in: 1...16_777_216) var width: Double?
  @Option("Window of the file: its number from 1, or its name.") var preset: WindowPreset?

  func run(_ context: Context) throws -> GrayImage {
    if preset != nil, center != nil || width != nil { throw CommandProblem.tooMany(["preset", "center and width"]) }
    if let center, let width { return try image.windowed(center: center, width: width) }
    if center != nil { throw CommandProblem.wantsAlso("center", "width") }
    if width != nil { throw CommandProblem.wantsAlso("width", "center") }
    let window = try preset.map { DisplayWindow(try $0.voi(of: image)) } ?? DisplayWindow(of: image)
    context.note(window.oneLine)
    if let voi = window.voi { return try image.shown(by: voi) }
    return try image.rescaled(from: window.range, to: 0...255)
  }
}
