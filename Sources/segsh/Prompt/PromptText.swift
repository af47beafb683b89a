import Basics
import ImageOps
import SegLang
import SegServices
import Terminal

/// The prompt: the lesson, the place in a worklist or the case at hand and what `it` is, `p01 _7 Mask> `, or `segsh> ` while there is nothing.
struct PromptText {
  let text: String

  static let continuation = "  ... "

  /// - Parameters:
  ///   - lesson: Where a running lesson, or an open worklist, is.
  ///   - hidesPatients: Whether a DICOM file is shown by the start of its digest and not by its name.
  init(_ session: Session, _ terminal: Terminal, lesson: String?, hidesPatients: Bool) {
    guard let it = session.it else {
      text = terminal.promptStyled(terminal.shown(TerminalText.cleaned(lesson ?? "segsh")), .bold) + "> "
      return
    }
    var name = TerminalText.cleaned(lesson ?? session.step(of: "it").flatMap { Self.caseName($0, hidesPatients) } ?? "")
    let rest = "_\(it.number) \(type(of: it.value).typeName)"
    if name.count > 24 { name = name.prefix(21) + "..." }
    if name.count + rest.count + 3 > terminal.columns / 2 { name = "" }
    text = (name.isEmpty ? "" : terminal.promptStyled(terminal.shown(name), .bold) + " ") + rest + "> "
  }

  /// The name of the file that a step's image was read from, without its extension; `DICOM 3fa2` for one that may name a patient.
  private static func caseName(_ step: Step, _ hidesPatients: Bool) -> String? {
    CaseTitle.text(of: step) { $0 == .dicom && hidesPatients }.map { Path($0).stem }
  }
}

extension Terminal {
  /// Styled text for a prompt: the bytes that take no room on the screen are marked for the line editor.
  fileprivate func promptStyled(_ text: String, _ style: Style) -> String {
    isColored ? "\u{1}\u{1B}[\(style.rawValue)m\u{2}\(text)\u{1}\u{1B}[0m\u{2}" : text
  }
}
