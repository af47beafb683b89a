import Basics
internal import Platform

/// The terminal that images are drawn on.
public struct ImageScreen: Sendable {
  public var columns: Int
  public var rows: Int
  /// Size of a character in pixels.
  public var cellWidth: Int
  public var cellHeight: Int
  public var isColored: Bool
  public var isUnicode: Bool
  /// Whether it knows all colors, and not 256 alone.
  public var hasAllColors = true
  /// Whether it is the terminal behind standard output, which can be asked.
  package var isTerminal = false
  /// Whether the terminal itself told the size of its characters.
  private var knowsCell = false

  public init(columns: Int = 80, rows: Int = 24, cellWidth: Int = 10, cellHeight: Int = 20, isColored: Bool = true, isUnicode: Bool = true)
  {
    self.columns = columns
    self.rows = rows
    self.cellWidth = cellWidth
    self.cellHeight = cellHeight
    self.isColored = isColored
    self.isUnicode = isUnicode
  }

  /// The screen behind standard output; nil when that is no terminal, or a dumb one.
  public static var current: ImageScreen? {
    guard isatty(STDOUT_FILENO) == 1, let terminal = Environment.stated("TERM"), terminal != "dumb" else { return nil }
    var screen = ImageScreen()
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 {
      screen.columns = Int(size.ws_col)
      screen.rows = Int(size.ws_row)
      if size.ws_xpixel > 0, size.ws_ypixel > 0 {
        screen.cellWidth = max(1, Int(size.ws_xpixel) / screen.columns)
        screen.cellHeight = max(1, Int(size.ws_ypixel) / screen.rows)
        screen.knowsCell = true
      }
    }
    screen.isColored = Environment.stated("NO_COLOR") == nil
    screen.isUnicode = Terminal.current.isUnicode
    screen.hasAllColors =
      Environment.stated("TERM_PROGRAM") != "Apple_Terminal" && !["linux", "vt", "ansi"].contains { terminal.hasPrefix($0) }
    screen.isTerminal = true
    return screen
  }

  /// The best way to show images. The terminal is asked the first time, and the size of its characters taken over.
  package mutating func bestDisplay(unless isCancelled: () -> Bool) -> ImageDisplay {
    if let wanted = ImageDisplay.wanted { return wanted }
    let answers = isTerminal ? TerminalAnswers.current(unless: isCancelled) : nil
    if let cell = answers?.cell, !knowsCell { (cellWidth, cellHeight) = (cell.width, cell.height) }
    return ImageDisplay.best(for: self, answers: answers)
  }

}

/// How a terminal shows images.
package enum ImageDisplay: String, Sendable, CaseIterable {
  case auto, kitty, iterm, sixel, blocks, ascii, none

  /// Whether it shows real pixels.
  package var drawsPixels: Bool { [.kitty, .iterm, .sixel].contains(self) }

  /// The way that `SEGSH_DISPLAY` names; nil where it names none.
  package static var wanted: ImageDisplay? {
    Environment.stated("SEGSH_DISPLAY").flatMap { ImageDisplay(rawValue: $0.lowercased()) }.flatMap { $0 == .auto ? nil : $0 }
  }

  /// The way for a screen: what the user wants, or what the terminal answers, or, where it does not, what its environment promises.
  ///
  /// A multiplexer answers for itself, since it would swallow what is meant for the terminal around it.
  package static func best(for screen: ImageScreen, answers: TerminalAnswers?, variable: (String) -> String? = Environment.stated)
    -> ImageDisplay
  {
    if let answers, answers.isComplete {
      if answers.speaksKitty { return .kitty }
      if answers.name.hasPrefix("iTerm2") || answers.name.hasPrefix("WezTerm") { return .iterm }
      if answers.drawsSixels { return .sixel }
    } else if !isMultiplexed(variable) {
      let terminal = variable("TERM") ?? ""
      let program = variable("TERM_PROGRAM") ?? ""
      if terminal == "xterm-kitty" || terminal == "xterm-ghostty" || program == "ghostty" { return .kitty }
      if program == "iTerm.app" || program == "WezTerm" { return .iterm }
      if terminal.hasPrefix("foot") || terminal.hasPrefix("mlterm") || terminal.contains("sixel") { return .sixel }
    }
    return screen.isUnicode ? .blocks : .ascii
  }

  private static func isMultiplexed(_ variable: (String) -> String?) -> Bool {
    let terminal = variable("TERM") ?? ""
    return variable("TMUX") != nil || terminal.hasPrefix("tmux") || terminal.hasPrefix("screen")
  }
}
