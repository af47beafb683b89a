import Basics
internal import Platform

/// What the three standard streams are connected to, and what may be written there.
package struct Terminal: Sendable {
  /// A person types and reads: standard input and standard error are terminals.
  package let isInteractive: Bool
  package let outputIsTerminal: Bool
  package let errorIsTerminal: Bool
  /// Whether the terminal moves its cursor: not for TERM=dumb.
  package let movesCursor: Bool
  /// Whether it is written in color: not with NO_COLOR, nor on a dumb terminal.
  package let isColored: Bool
  /// Whether it shows more than ASCII.
  package let isUnicode: Bool

  package static let current = Terminal()

  private init() {
    setlocale(LC_CTYPE, "")
    outputIsTerminal = isatty(STDOUT_FILENO) == 1
    errorIsTerminal = isatty(STDERR_FILENO) == 1
    isInteractive = isatty(STDIN_FILENO) == 1 && errorIsTerminal
    let kind = Environment["TERM"] ?? "dumb"
    movesCursor = errorIsTerminal && kind != "dumb" && !kind.isEmpty
    isColored = movesCursor && Environment.stated("NO_COLOR") == nil
    isUnicode = nl_langinfo(Int32(CODESET)).map { String(cString: $0) == "UTF-8" } ?? false
  }

  /// Width in columns as it is now, at least 20.
  package var columns: Int {
    var size = winsize()
    for stream in [STDERR_FILENO, STDOUT_FILENO] where ioctl(stream, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
      return max(20, Int(size.ws_col))
    }
    return max(20, Environment["COLUMNS"].flatMap { Int($0) } ?? 80)
  }

  /// Height in rows as it is now, at least 8.
  package var rows: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0 ? max(8, Int(size.ws_row)) : 24
  }

  /// Text in a color or weight, where there are colors.
  package func styled(_ text: String, _ style: Style) -> String {
    isColored ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  package enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case yellow = "33"
    case cyan = "36"
  }

  /// The text with what a terminal without Unicode cannot show put into ASCII.
  package func shown(_ text: String) -> String {
    guard !isUnicode else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.isASCII { result.unicodeScalars.append(scalar) } else { result += Self.ascii[scalar] ?? "?" }
    }
    return result
  }

  private static let ascii: [Unicode.Scalar: String] = [
    "…": "...", "²": "^2", "³": "^3", "×": "x", "·": "-", "—": "-", "–": "-", "→": "->", "°": " deg", "±": "+-", "µ": "u", "≥": ">=",
    "≤": "<=",
    "“": "\"", "”": "\"", "‘": "'", "’": "'", "█": "#", "░": ".", "▏": "|", "▕": "|", "σ": "sigma",
  ]
}
