import ImageOps
import SegLang
import SegModel

/// `show`: a picture in the terminal, and in words.
struct ShowCommand: Command {
  static let category = Category.seeing
  static let summary = "Draws a picture in the terminal and says in words what it shows."
  static let discussion = """
    A mask, labels, a probability or a segmentation is drawn over the picture that it was made from. Below stand the words: size, window, area by side and \
    zone, largest region. Where the output is no terminal there are only the words. A drawing in characters is for orientation: judge by the file.
    """
  static let examples = [
    Example("phantom | show", "Shows a picture."), Example("phantom | segment | show", "Shows lungs and opacity over their X-ray."),
    Example("phantom | show display=none", "Describes a picture in words alone."),
  ]
  static let seeAlso = ["overlay", "info", "save"]

  @Input("Value to show.") var value: AnyValue
  @Option("How the terminal shows pictures.") var display = Display.auto

  func run(_ context: Context) throws {
    let value = value.value
    let screen = context[ScreenService.self]
    // A way that was asked for is taken even where there is no terminal: into a file, for a test.
    if display != .none, screen != nil || display != .auto, let picture = try picture(of: value, context) {
      let screen = screen ?? Screen()
      let display = display == .auto ? Display.best(for: screen) : display
      if let text = try TerminalPicture.text(of: picture, on: screen, as: display) {
        context.write(text)
      } else {
        context.note("chafa's library is not installed, so there are only words (libchafa.so.0)")
      }
    }
    context.write(try TextTwin.lines(of: value, context).joined(separator: "\n") + "\n")
  }

  private func picture(of value: any Value, _ context: Context) throws -> ColorImage? {
    switch value {
    case let picture as ColorImage: return picture
    case let image as GrayImage: return ColorImage(image, showing: try DisplayWindow(of: image).range)
    case let phantom as Phantom: return ColorImage(phantom.image, showing: try DisplayWindow(of: phantom.image).range)
    default:
      guard let shape = Drawable(value) else { return nil }
      let beneath = context.ancestor(GrayImage.self).flatMap { $0.size == shape.size ? $0 : nil }
      let background = beneath ?? GrayImage(size: shape.size)
      let range = try beneath.map { try DisplayWindow(of: $0).range }
      return try background.overlaid(with: shape.layers(OverlayStyle()), showing: range ?? 0...255)
    }
  }
}
