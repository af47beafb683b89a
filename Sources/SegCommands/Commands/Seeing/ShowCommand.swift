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
    if display != .none, screen != nil || display != .auto,
      let picture = try Viewing.picture(of: value, over: context.ancestor(GrayImage.self))
    {
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
}
