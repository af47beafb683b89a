/// Where lines come from.
package protocol LineEditor {
  /// Shows the prompt and waits for a line, or until a file becomes readable; what was typed by then comes back with the next prompt.
  func readLine(prompt: String, until file: Int32?) -> LineInput
  /// Keeps an entry for the arrow keys.
  func remember(_ entry: String)
}

/// What came instead of, or as, a line.
package enum LineInput: Equatable {
  /// Without the line feed at its end; pasted text may hold more inside.
  case line(String)
  case end
  /// Ctrl-C: what was typed is gone.
  case interrupted
  /// The file became readable.
  case woken
}

extension LineEditor {
  package func readLine(prompt: String) -> LineInput { readLine(prompt: prompt, until: nil) }
}

/// Reads standard input as it comes: no prompt, no echo, no history. For pipes and files, and the reference that the other editor is compared with.
package struct PlainEditor: LineEditor {
  package init() {}

  package func readLine(prompt: String, until file: Int32?) -> LineInput {
    Swift.readLine(strippingNewline: true).map { .line($0) } ?? .end
  }
  package func remember(_ entry: String) {}
}
