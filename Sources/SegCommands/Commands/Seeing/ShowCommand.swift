import ImageOps
import Plotting
import SegLang
import SegModel
import SegServices
import SegValues
import Terminal

/// `show`: an image in the terminal, and in words.
struct ShowCommand: Command {
  static let category = Category.seeing
  static let summary = "Displays a value in the terminal with a description in words."
  static let discussion = """
    A mask, labels, a probability map or a segmentation is overlaid on its image, with a color key; cases and lists of images are shown side by \
    side. One line of text follows: size, window, area by side and zone, largest region. Histograms and profiles are plotted, with characters if \
    the terminal cannot display images; other tables are printed as far as they fit. If the output is not a terminal, only the text is written. The \
    terminal is queried once for its graphics; display= or SEGSH_DISPLAY overrides the answer. grid= marks rows and columns at multiples of a \
    distance. Character graphics are for orientation only: review the image file.
    """
  static let examples = [
    Example("phantom | show", "Shows an image."), Example("phantom | segment | show", "Shows lungs and opacity on the X-ray."),
    Example("phantom | histogram | show", "Shows a histogram."),
    Example("phantom | segment | show grid=100px", "Shows rows and columns every 100 px, to read off coordinates."),
    Example("phantom | show display=none", "Describes an image in words only."),
  ]
  static let seeAlso = ["zoom", "overlay", "info", "view", "save"]
  static let keywords = ["display", "look", "draw"]

  @Input("Value to display.") var value: AnyValue
  @Option("Terminal graphics to use.") var display = ImageDisplay.auto
  @Option("Distance between the lines of a coordinate grid. Default: no grid.", in: 1...100_000) var grid: Length?

  func run(_ context: Context) throws {
    let value = value.value
    let screen = context[ScreenService.self]
    let grid = try grid.map { try self.grid($0, value, context) }
    var words = try AltText.text(of: value, context)
    if grid == nil, display == .auto, let inline = context[InlineDisplayService.self], let drawing = try NotebookValue.drawing(of: value) {
      return inline(drawing, words)
    }
    if let sweep = value as? Sweep, let screen {
      // The sheet has to stay in sight above its rows.
      let rows = sweep.table.fitted(width: screen.columns - 1, height: screen.rows / 3)
      words = (["\(Sweep.typeName) \(sweep.oneLine)"] + rows).joined(separator: "\n")
    }
    // Whoever sees no images gets each of them in words.
    if screen == nil || display == .none {
      words = ([words] + (try ContactSheet.words(for: value, lungs: context.lungs))).joined(separator: "\n")
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
      if curve != nil { context.write(context.wrapped(words) + "\n") }
      return
    }
    let legend = screen.flatMap { TerminalLegend.text(for: value, on: $0) }
    try context.show(display, words, legend: legend, grid: grid) {
      if let sheet = try ContactSheet(of: value) {
        let count = (value as? any Sequential).flatMap { try? $0.elements().count } ?? sheet.tiles.count
        if count > sheet.tiles.count { context.note("the first \(sheet.tiles.count) of \(count) are shown") }
        return try sheet.picture()
      }
      return try Viewing.picture(of: curve ?? value, over: context.ancestor(GrayImage.self))
    }
  }

  /// - Throws: `CommandProblem.notAnImage` for a value that is not one image.
  private func grid(_ distance: Length, _ value: any Value, _ context: Context) throws -> CoordinateGrid {
    guard type(of: value).isImageLike, let pixels = value as? any PixelValue else {
      throw CommandProblem.notAnImage(type(of: value).typeName)
    }
    return try context.grid(every: distance, over: pixels.size, pixels.spacing)
  }

  /// A plot in characters, which say more than its image would where a terminal has only these; nil where it is to be shown as an image, or in words.
  private func characters(of plot: Plot, _ screen: ImageScreen?, _ context: Context) throws -> String? {
    var screen = screen
    let way = display == .auto ? screen?.bestDisplay(unless: context.isCancelled) ?? .blocks : display
    guard way == .blocks || way == .ascii else { return nil }
    let rows = min(16, max(6, (screen?.rows ?? 24) - 8))
    return try plot.figure.text(
      columns: (screen?.columns ?? 73) - 1, rows: rows, isUnicode: way == .blocks && screen?.isUnicode ?? true,
      isColored: screen?.isColored ?? false)
  }
}
