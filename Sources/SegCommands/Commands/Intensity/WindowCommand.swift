import ImageOps
import SegLang

/// `window`: the window of a viewer, made part of the picture.
struct WindowCommand: Command {
  static let category = Category.intensity
  static let summary = "Shows a range of intensities from black to white."
  static let discussion = """
    What lies outside becomes black or white; the result runs from 0 to 255. Without center and width the file's own window is taken, or else the \
    range from the 0.5th to the 99.5th percentile. Definition: DICOM PS3.3 C.11.2.1.2.1.
    """
  static let examples = [
    Example("phantom | window center=120 width=100", "Stretches the intensities from 70 to 170."),
    Example("phantom | window", "Stretches what the picture holds."),
  ]
  static let seeAlso = ["stretch", "invert"]

  @Input("Picture to show.") var image: GrayImage
  @Option("Intensity that becomes middle gray.") var center: Double?
  @Option("Number of intensities from black to white.", in: 1...16_777_216) var width: Double?

  func run(_ context: Context) throws -> GrayImage {
    if let center, let width { return try image.windowed(center: center, width: width, polling: context.cancellation) }
    if center != nil { throw CommandProblem.wantsAlso("center", "width") }
    if width != nil { throw CommandProblem.wantsAlso("width", "center") }
    let window = try DisplayWindow(of: image, polling: context.cancellation)
    context.note(window.oneLine)
    return try image.rescaled(from: window.range, to: 0...255, polling: context.cancellation)
  }
}
