import SegLang

struct Completer {
  let session: Session
  func menu(_ text: String, _ cursor: Int) -> CompletionMenu { CompletionMenu(start: cursor) }
}
