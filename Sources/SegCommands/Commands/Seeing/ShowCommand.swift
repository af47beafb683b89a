import ImageOps
import Plotting
import SegLang
import SegModel

/// `show`: a picture in the terminal, and in words.
struct ShowCommand: Command {
  static let category = Category.seeing
  static let summary = "Draws a value in the terminal and says in words what it shows."
  static let discussion = """
    A mask, labels, a probability or a segmentation is drawn over the picture that it was made from, with a line that says what its colours mean; cases and \
    lists of pictures side by side. Below stand the words, in one line: size, window, area by side and zone, largest region. A histogram or a profile is drawn \
    as its plot, in characters where the terminal shows no pictures; any other table as its rows, as many as fit. Where the output is no terminal there are \
    only the words. The terminal is asked once what it can show; display= or the environment's SEGSH_DISPLAY says it instead. A drawing in characters is for \
    orientation: judge by the file.
    """
  static let examples = [
    Example("phantom | show", "Shows a picture."), Example("phantom | segment | show", "Shows lungs and opacity over their X-ray."),
    Example("phantom | histogram | show", "Shows a histogram."),
    Example("phantom | show display=none", "Describes a picture in words alone."),
  ]
  static let seeAlso = ["zoom", "overlay", "info", "view", "save"]
  static let keywords = ["display", "look", "draw"]

  @Input("Value to show.") var value: AnyValue
  @Option("How the terminal shows pictures.") var display = Display.auto

  func run(_ context: Context) throws {
    let value = value.value
    let screen = context[ScreenService.self]
    var words = try TextTwin.text(of: value, context)
    if let sweep = value as? Sweep, let screen {
      // The sheet has to stay in sight above its rows.
      let rows = sweep.table.fitted(width: screen.columns - 1, height: screen.rows / 3)
      words = (["\(Sweep.typeName) \(sweep.oneLine)"] + rows).joined(separator: "\n")
    }
    if let table = value as? Table, !table.isCurve, let screen, display != .none {
      let rows = table.fitted(width: screen.columns - 1, height: screen.rows - 3)
      return context.write((["\(Table.typeName) \(table.size)"] + rows).joined(separator: "\n") + "\n")
    }
    let curve = try TablePlot.curve(in: value)
    // Off the terminal a plot is its drawing in characters, a curve the words for it.
    if let plot = value as? Plot ?? (screen == nil && display == .auto ? nil : curve), let text = try characters(of: plot, screen, context)
    {
      context.draw(text)
      if curve != nil { context.write(TerminalPicture.wrapped(words, on: screen) + "\n") }
      return
    }
    let legend = screen.flatMap { TerminalLegend.text(for: value, on: $0) }
    try TerminalPicture.write(display, words, legend: legend, context) {
      if let sheet = try ContactSheet(of: value, polling: context.cancellation) {
        let count = (value as? any Sequential).flatMap { try? $0.elements().count } ?? sheet.tiles.count
        if count > sheet.tiles.count { context.note("the first \(sheet.tiles.count) of \(count) are drawn") }
        return try sheet.picture(polling: context.cancellation)
      }
      return try Viewing.picture(of: curve ?? value, over: context.ancestor(GrayImage.self))
    }
  }

  /// A plot in characters, which say more than its picture would where a terminal has only these; nil where it is to be shown as a picture, or in words.
  private func characters(of plot: Plot, _ screen: Screen?, _ context: Context) throws -> String? {
    var screen = screen
    let way = display == .auto ? screen?.bestDisplay(unless: context.isCancelled) ?? .blocks : display
    guard way == .blocks || way == .ascii else { return nil }
    let rows = min(16, max(6, (screen?.rows ?? 24) - 8))
    return try plot.figure.text(
      columns: (screen?.columns ?? 73) - 1, rows: rows, isUnicode: way == .blocks && screen?.isUnicode ?? true,
      isColored: screen?.isColored ?? false)
  }
}
