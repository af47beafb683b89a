import ImageOps
import SegLang
import SegModel

/// `show`: a picture in the terminal, and in words.
struct ShowCommand: Command {
  static let category = Category.seeing
  static let summary = "Draws a picture in the terminal and says in words what it shows."
  static let discussion = """
    A mask, labels, a probability or a segmentation is drawn over the picture that it was made from. Below stand the words, in one line: size, window, area \
    by side and zone, largest region. Where the output is no terminal there are only the words. The terminal is asked once what it can show; display= or the \
    environment's SEGSH_DISPLAY says it instead. A drawing in characters is for orientation: judge by the file.
    """
  static let examples = [
    Example("phantom | show", "Shows a picture."), Example("phantom | segment | show", "Shows lungs and opacity over their X-ray."),
    Example("phantom | show display=none", "Describes a picture in words alone."),
  ]
  static let seeAlso = ["zoom", "overlay", "info", "view", "save"]

  @Input("Value to show.") var value: AnyValue
  @Option("How the terminal shows pictures.") var display = Display.auto

  func run(_ context: Context) throws {
    let value = value.value
    try TerminalPicture.write(display, try TextTwin.text(of: value, context), context) {
      try Viewing.picture(of: value, over: context.ancestor(GrayImage.self))
    }
  }
}
