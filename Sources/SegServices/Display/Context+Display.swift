import ImageOps
import SegLang
import SegValues
import Terminal

/// The screen that the program lends to `show`; nil: images are told in words.
public enum ScreenService: ServiceKey {
  public static var fallback: ImageScreen? { ImageScreen.current }
}

/// What a notebook shows below a cell.
public enum InlineDrawing: Sendable {
  case picture(ColorImage)
  case svg(String)
  case html(String)
}

/// Shows drawings with the words for them where images stand between lines, as in a notebook; nil elsewhere.
public enum InlineDisplayService: ServiceKey {
  public static var fallback: (@Sendable (InlineDrawing, String) -> Void)? { nil }
}

extension ImageDisplay: Choice {
  package var choiceHelp: String {
    switch self {
    case .auto: "the best mode that the terminal supports"
    case .kitty: "kitty graphics protocol: kitty, Ghostty, Konsole"
    case .iterm: "iTerm2 inline images: iTerm2, WezTerm"
    case .sixel: "Sixel graphics: foot, mlterm, xterm -ti vt340, tmux in these"
    case .blocks: "colored block characters"
    case .ascii: "ASCII characters"
    case .none: "a text description"
    }
  }
}

extension Context {
  /// Words as the screen that the program lends is to show them, broken at blanks; as they are where there is none.
  package func wrapped(_ words: String) -> String {
    self[ScreenService.self].map { Layout.wrapped(words, columns: $0.columns + 1, indent: 0) } ?? words
  }

  /// Draws an image on the screen that the program lends, where there is one and more than words is wanted, and writes the words for it below.
  ///
  /// A way that was asked for is taken even where there is no terminal: into a file, for a test. The image leaves room for the words, which are broken at
  /// blanks on a terminal and stay one line elsewhere.
  /// - Parameters:
  ///   - legend: a line between both, where the image has colors.
  ///   - grid: the rows and columns to mark.
  ///   - picture: nil for what is no image.
  package func show(
    _ display: ImageDisplay, _ words: String, legend: String? = nil, grid: CoordinateGrid? = nil, picture: () throws -> ColorImage?
  ) throws {
    if display == .auto, let inline = self[InlineDisplayService.self], var picture = try picture() {
      if let grid { picture.draw(grid) }
      try checkCancellation()
      return inline(.picture(picture), words)
    }
    let lent = self[ScreenService.self]
    let words = wrapped(words)
    defer { write(words + "\n") }
    guard display != .none, lent != nil || display != .auto, let picture = try picture() else { return }
    var screen = lent ?? ImageScreen()
    let display = display == .auto ? screen.bestDisplay(unless: isCancelled) : display
    guard display != .none else { return }
    let legend = display == .ascii ? nil : legend
    screen.rows = max(screen.rows / 2, screen.rows - words.count { $0 == "\n" } - (legend == nil ? 0 : 1))
    if let text = try TerminalImage.text(of: picture, on: screen, as: display, grid: grid) {
      draw(text + (legend.map { $0 + "\n" } ?? ""))
    } else {
      note("images are described in words because the Chafa library is not installed (libchafa.so.0)")
    }
  }
}

extension Context {
  /// The grid that an option `grid=` asks for on an image.
  /// - Throws: `CommandProblem.outOfRange` for a distance that would cover the image with lines.
  package func grid(every distance: Length, over size: Size, _ spacing: Spacing) throws -> CoordinateGrid {
    let step = try wholePixels(distance, on: spacing, for: "grid")
    guard let grid = CoordinateGrid(every: step, over: size) else {
      throw CommandProblem.outOfRange(
        "grid", distance.oneLine, "at least \(CoordinateGrid.leastStep(over: size))px for an image of \(size)")
    }
    return grid
  }
}
