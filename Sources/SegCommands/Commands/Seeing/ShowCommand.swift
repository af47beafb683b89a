import ImageOps
import Plotting
import SegLang
import SegModel

/// `show`: a picture in the terminal, and in words.
struct ShowCommand: Command {
  static let category = Category.seeing
  static let summary = "Draws a picture in the terminal and says in words what it shows."
  static let discussion = """
    A mask, labels, a probability or a segmentation is drawn over the picture that it was made from. Below stand the words, in one line: size, window, area \
    by side and zone, largest region. A plot is drawn in characters where the terminal shows no pictures. Where the output is no terminal there are only \
    the words. The terminal is asked once what it can show; display= or the environment's SEGSH_DISPLAY says it instead. A drawing in characters is for \
    orientation: judge by the file.
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
    if let plot = value as? Plot, try show(plot, on: context[ScreenService.self], context) { return }
    try TerminalPicture.write(display, try TextTwin.text(of: value, context), context) {
      try Viewing.picture(of: value, over: context.ancestor(GrayImage.self))
    }
  }

  /// Draws a plot in characters, which say more than its picture would where a terminal has only these.
  /// - Returns: False where it is to be shown as a picture, or in words.
  private func show(_ plot: Plot, on screen: Screen?, _ context: Context) throws -> Bool {
    var screen = screen
    let way = display == .auto ? screen?.bestDisplay(unless: context.isCancelled) ?? .blocks : display
    guard way == .blocks || way == .ascii else { return false }
    let rows = min(16, max(6, (screen?.rows ?? 24) - 8))
    context.write(
      try plot.figure.text(
        columns: (screen?.columns ?? 73) - 1, rows: rows, isUnicode: way == .blocks && screen?.isUnicode ?? true,
        isColored: screen?.isColored ?? false))
    return true
  }
}
