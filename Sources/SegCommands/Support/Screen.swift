import Glibc
import SegLang

/// The terminal that pictures are drawn on.
public struct Screen: Sendable {
  public var columns: Int
  public var rows: Int
  /// Size of a character in pixels.
  public var cellWidth: Int
  public var cellHeight: Int
  public var isColored: Bool
  public var isUnicode: Bool

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
  public static var current: Screen? {
    guard isatty(STDOUT_FILENO) == 1, let terminal = variable("TERM"), terminal != "dumb" else { return nil }
    var screen = Screen()
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 {
      screen.columns = Int(size.ws_col)
      screen.rows = Int(size.ws_row)
      if size.ws_xpixel > 0, size.ws_ypixel > 0 {
        screen.cellWidth = max(1, Int(size.ws_xpixel) / screen.columns)
        screen.cellHeight = max(1, Int(size.ws_ypixel) / screen.rows)
      }
    }
    screen.isColored = (variable("NO_COLOR") ?? "").isEmpty
    let locale = variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG") ?? ""
    screen.isUnicode = locale.lowercased().contains("utf")
    return screen
  }

  static func variable(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    return value
  }
}

/// The screen that the program lends to `show`; nil: pictures are told in words.
public enum ScreenService: ServiceKey {
  public static var fallback: Screen? { Screen.current }
}

/// How a terminal shows pictures.
enum Display: String, Choice {
  case auto, kitty, iterm, sixel, blocks, ascii, none

  var choiceHelp: String {
    switch self {
    case .auto: "what the terminal's environment promises"
    case .kitty: "kitty's protocol: kitty, Ghostty"
    case .iterm: "iTerm2's protocol: iTerm2, WezTerm"
    case .sixel: "sixels: foot, mlterm, xterm -ti vt340"
    case .blocks: "coloured half and quarter blocks"
    case .ascii: "letters and signs"
    case .none: "words alone"
    }
  }

  /// The way for a screen, by what its environment promises; never a protocol inside tmux or screen, which would swallow it.
  static func best(for screen: Screen) -> Display {
    let terminal = Screen.variable("TERM") ?? ""
    let program = Screen.variable("TERM_PROGRAM") ?? ""
    let isMultiplexed = Screen.variable("TMUX") != nil || terminal.hasPrefix("tmux") || terminal.hasPrefix("screen")
    if !isMultiplexed {
      if terminal == "xterm-kitty" || terminal == "xterm-ghostty" || program == "ghostty" { return .kitty }
      if program == "iTerm.app" || program == "WezTerm" { return .iterm }
      if terminal.hasPrefix("foot") || terminal.hasPrefix("mlterm") || terminal.contains("sixel") { return .sixel }
    }
    return screen.isUnicode ? .blocks : .ascii
  }
}
