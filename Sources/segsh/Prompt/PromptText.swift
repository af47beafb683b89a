import ImageOps
import SegLang

/// The prompt: the case at hand and what `it` is, `p01 _7 Mask> `, or `segsh> ` while there is nothing.
struct PromptText {
  let text: String

  static let continuation = "  ... "

  init(_ session: Session, _ terminal: Terminal) {
    guard let it = session.it else {
      text = terminal.promptStyled("segsh", .bold) + "> "
      return
    }
    var name = session.step(of: "it").flatMap(Self.caseName) ?? ""
    let rest = "_\(it.number) \(it.typeName)"
    if name.count > 24 { name = name.prefix(21) + "..." }
    if name.count + rest.count + 3 > terminal.columns / 2 { name = "" }
    text = (name.isEmpty ? "" : terminal.promptStyled(terminal.shown(name), .bold) + " ") + rest + "> "
  }

  /// The name of the file that a step's picture was read from, without its extension.
  private static func caseName(_ step: Step) -> String? {
    for ancestor in step.ancestry.reversed() {
      if let source = (ancestor.value as? GrayImage)?.source { return Path(source.name).stem }
    }
    return nil
  }
}

extension Terminal {
  /// Styled text for a prompt: the bytes that take no room on the screen are marked for the line editor.
  fileprivate func promptStyled(_ text: String, _ style: Style) -> String {
    isColored ? "\u{1}\u{1B}[\(style.rawValue)m\u{2}\(text)\u{1}\u{1B}[0m\u{2}" : text
  }
}
