import Basics
internal import CReadline
internal import Platform

/// The prompt's editor: GNU readline with the user's key bindings, and completions from the language.
///
/// There is one for the process, used from one thread.
package final class ReadlineEditor: LineEditor {
  private let completions: (_ text: String, _ cursor: Int) -> CompletionMenu

  /// The version of GNU readline.
  package static var version: String { segsh_editor_version().map { String(cString: $0) } ?? "unknown" }

  /// - Parameter completions: what fits at a byte offset of a text.
  /// - Returns: nil when readline cannot start.
  package init?(completions: @escaping (_ text: String, _ cursor: Int) -> CompletionMenu) {
    self.completions = completions
    // readline keeps the name's address.
    guard let name = strdup("segsh"), segsh_editor_start(name) else { return nil }
    // The editor outlives every call of the handler: it is taken away in `deinit`.
    segsh_editor_on_completion(
      { context in
        guard let context else { return }
        Unmanaged<ReadlineEditor>.fromOpaque(context).takeUnretainedValue().complete()
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit { segsh_editor_on_completion(nil, nil) }

  package func readLine(prompt: String, until file: Int32?) -> LineInput {
    let typed = TypedAhead.take()
    if !typed.isEmpty { typed.withUnsafeBufferPointer { segsh_editor_type($0.baseAddress, Int32(clamping: $0.count)) } }
    var line: UnsafeMutablePointer<CChar>?
    let status = segsh_editor_read(prompt, file ?? -1, &line)
    defer { free(line) }
    switch status {
    case .interrupted: return .interrupted
    case .ended: return .end
    case .woken: return .woken
    case .entered: return line.map { .line(String(cString: $0)) } ?? .end
    }
  }

  package func remember(_ entry: String) { segsh_editor_remember(entry) }

  /// Puts in what all completions share; where that is nothing new, lists them.
  private func complete() {
    guard let typed = segsh_editor_text() else { return }
    let text = String(cString: typed)
    let cursor = Int(segsh_editor_cursor())
    let menu = completions(text, cursor)
    let start = min(max(0, menu.start), cursor)
    let word = String(decoding: Array(text.utf8)[start..<cursor], as: UTF8.self)
    guard let first = menu.items.first else { return segsh_editor_ring() }
    if menu.items.count == 1 {
      let rest = text.utf8.dropFirst(cursor)
      let suffix = rest.starts(with: first.suffix.utf8) ? "" : first.suffix
      return segsh_editor_replace(Int32(start), Int32(cursor), (first.whole ?? first.text) + suffix)
    }
    let prefix = menu.commonPrefix
    if prefix.count > word.count {
      return segsh_editor_replace(Int32(start), Int32(cursor), menu.written(prefix))
    }
    let terminal = Terminal.current
    segsh_editor_show_below(menu.list(columns: terminal.columns, rows: terminal.rows, shown: { terminal.shown(TerminalText.cleaned($0)) }))
  }
}
