import Basics

/// Renders diagnostics as text:
/// ```
/// error[E204]: unknown choice `otsoo` for `method`
///   lung.seg:7:24   mask = img | threshold otsoo
///                                          ^^^^^ one of: otsu li triangle yen
///   did you mean `otsu`?   help: ?threshold
/// ```
public struct Renderer: Sendable {
  /// Whether the text has ANSI colors.
  public var isColored: Bool
  /// Longest source line shown in full, in columns; a longer line is shortened around the place.
  public var width: Int

  /// Creates a renderer; a width below 40 becomes 40.
  public init(isColored: Bool = false, width: Int = 120) {
    self.isColored = isColored
    self.width = max(40, width)
  }

  /// The text of several diagnostics; empty when there are none.
  public func render(_ diagnostics: [Diagnostic]) -> String { diagnostics.map(render).joined() }

  /// The text of one diagnostic: message, source line with carets, notes, suggestions and help.
  public func render(_ diagnostic: Diagnostic) -> String {
    let wording = diagnostic.problem.wording
    let tint = diagnostic.severity == .error ? "31" : "33"
    var result =
      styled("\(diagnostic.severity.rawValue)[\(wording.code)]", "1;" + tint) + styled(": " + Self.safe(wording.message), "1") + "\n"
    if let source = diagnostic.source {
      result += excerpt(source, diagnostic.span, wording.label, tint)
      if let related = diagnostic.related { result += excerpt(source, related.span, related.label, "36") }
    }
    for note in wording.notes { result += "  note: " + Self.safe(note) + "\n" }
    var last: [String] = []
    if !wording.suggestions.isEmpty {
      last.append("did you mean " + wording.suggestions.map { styled("`\(Self.safe($0))`", "32") }.alternatives + "?")
    }
    if let help = wording.help { last.append("help: " + Self.safe(help)) }
    if !last.isEmpty { result += "  " + last.joined(separator: "   ") + "\n" }
    return result
  }

  private func excerpt(_ source: SourceText, _ span: Span, _ label: String, _ tint: String) -> String {
    let (line, column) = source.location(of: span.start)
    let lineSpan = source.span(ofLine: line)
    let start = min(max(span.start, lineSpan.start), lineSpan.end)
    let end = min(max(span.end, start), lineSpan.end)
    var before = Self.safe(source[Span(lineSpan.start, start)])
    var marked = Self.safe(source[Span(start, end)])
    var after = Self.safe(source[Span(end, lineSpan.end)])
    if Self.columns(before) + Self.columns(marked) + Self.columns(after) > width {
      if before.count > width / 2 { before = "…" + before.suffix(width / 2) }
      if marked.count > width { marked = marked.prefix(width - 1) + "…" }
      let room = max(8, width - before.count - marked.count)
      if after.count > room { after = after.prefix(room) + "…" }
    }
    let place = source.name.map { "  \(Self.safe($0)):\(line):\(column)   " } ?? (source.lineCount > 1 ? "  \(line):\(column)   " : "  ")
    let indent = String(repeating: " ", count: Self.columns(place) + Self.columns(before))
    let carets = String(repeating: "^", count: max(1, Self.columns(marked)))
    let tail = label.isEmpty ? "" : " " + Self.safe(label)
    return styled(place, "2") + before + marked + after + "\n" + indent + styled(carets + tail, tint) + "\n"
  }

  private func styled(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// Text of one line that a terminal shows as it is: tabs as two blanks, what it would obey as `·`.
  static func safe(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar == "\t" { result += "  " } else { result.unicodeScalars.append(TerminalText.isUnsafe(scalar) ? "·" : scalar) }
    }
    return result
  }

  /// Width of a text in terminal columns: East Asian wide characters and emoji take two, combining marks none.
  public static func columns(_ text: String) -> Int {
    text.reduce(0) { total, character in
      guard let scalar = character.unicodeScalars.first else { return total }
      switch scalar.value {
      case 0..<0x300: return total + 1
      case 0x300...0x36F, 0x200B...0x200F: return total
      case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xAC00...0xD7A3,
        0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
        return total + 2
      default: return total + 1
      }
    }
  }
}
