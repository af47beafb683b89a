import SegLang
import Terminal

/// What Tab offers: the language's own completions, files where the language says that files belong, and what starts with a colon or a question mark.
struct LineCompleter {
  let session: Session
  /// The lines before, of a text that is not complete yet; each ends in a line feed.
  var before = ""
  /// Words that stand alone on a line, such as those that steer a lesson, with what they do.
  var words: [(name: String, help: String)] = []

  func menu(_ text: String, _ cursor: Int) -> CompletionMenu {
    let typed = String(decoding: text.utf8.prefix(cursor), as: UTF8.self)
    let blanks = typed.utf8.prefix { $0 == 32 }.count
    let line = typed.dropFirst(blanks)
    if line.hasPrefix(":"), !line.hasPrefix(":=") { return meta(typed, from: blanks) }
    if before.isEmpty, line.hasPrefix("?") { return help(typed) }
    var menu = language(text, cursor, prefix: before)
    if before.isEmpty, !line.contains(" ") {
      let fitting = words.filter { $0.name.hasPrefix(line) }
      menu.items.insert(contentsOf: fitting.map { CompletionMenu.Item(text: $0.name, suffix: "", help: $0.help) }, at: 0)
    }
    return menu
  }

  /// Completions of the language in the part of a text that starts at an offset.
  private func language(_ text: String, _ cursor: Int, prefix: String, from offset: Int = 0) -> CompletionMenu {
    let part = prefix + String(decoding: text.utf8.dropFirst(offset), as: UTF8.self)
    let shift = offset - prefix.utf8.count
    let completion = session.complete(part, at: cursor - shift)
    var menu = CompletionMenu(start: max(0, completion.span.start + shift))
    menu.items = completion.candidates.map {
      CompletionMenu.Item(text: $0.text, suffix: suffix(of: $0), help: $0.help)
    }
    if let extensions = completion.fileExtensions {
      let bytes = Array(part.utf8)
      let start = min(completion.span.start, bytes.count)
      let isQuoted = start > 0 && [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[start - 1])
      let typed = String(decoding: bytes[start..<min(max(start, cursor - shift), bytes.count)], as: UTF8.self)
      menu.isQuoted = isQuoted
      let files = FileCompletion.items(typed, extensions: extensions, isQuoted: isQuoted)
      menu.items.insert(contentsOf: files, at: completion.candidates.firstIndex { $0.kind == .option } ?? completion.candidates.count)
    }
    return menu
  }

  private func suffix(of candidate: Completion.Candidate) -> String {
    candidate.isComplete && candidate.kind != .property ? " " : ""
  }

  // MARK: Colon and question mark

  private func meta(_ typed: String, from start: Int) -> CompletionMenu {
    guard let blank = typed.utf8.dropFirst(start).firstIndex(of: 32) else {
      let names = MetaCommand.allCases.map { CompletionMenu.Item(text: ":\($0.rawValue)", help: $0.summary) }
      return CompletionMenu(start: start, items: names.filter { $0.text.hasPrefix(typed.dropFirst(start)) })
    }
    let wordStart = typed.utf8.lastIndex(of: 32).map { typed.utf8.distance(from: typed.utf8.startIndex, to: $0) + 1 } ?? start
    let word = String(decoding: typed.utf8.dropFirst(wordStart), as: UTF8.self)
    func words(_ words: [String]) -> CompletionMenu {
      CompletionMenu(start: wordStart, items: words.filter { $0.hasPrefix(word) }.map { CompletionMenu.Item(text: $0) })
    }
    guard case .command(let command, let rest)? = MetaCommand.read(typed) else { return CompletionMenu(start: wordStart) }
    switch command {
    case .undo: return words(["list"])
    case .time: return words(["on", "off"])
    case .thumbnails: return words(DisplaySettings.values(of: "thumbnail"))
    case .set:
      let settings = DisplaySettings.names.flatMap { name in
        DisplaySettings.values(of: name).map { CompletionMenu.Item(text: "\(name)=\($0)", help: DisplaySettings.help(name)) }
      }
      return CompletionMenu(start: wordStart, items: settings.filter { $0.text.hasPrefix(word) })
    case .type:
      return language(
        typed, typed.utf8.count, prefix: "", from: typed.utf8.distance(from: typed.utf8.startIndex, to: blank) + 1)
    case .save:
      let previous = rest.split(separator: " ").dropLast(word.isEmpty ? 0 : 1).last
      if previous == "--why" { return words(session.variables.map(\.name)) }
      if word.hasPrefix("-") { return words(["--why", "--replace"]) }
      return CompletionMenu(start: wordStart, items: FileCompletion.items(word, extensions: ["seg"], isQuoted: false))
    case .cohort:
      if word.hasPrefix("-") { return words(["--out"]) }
      return CompletionMenu(start: wordStart, items: FileCompletion.items(word, extensions: ["csv"], isQuoted: false))
    case .redo, .history, .debug, .help, .quit: return CompletionMenu(start: wordStart)
    }
  }

  private func help(_ typed: String) -> CompletionMenu {
    let word = String(typed.reversed().prefix { $0 != " " && $0 != "?" }.reversed())
    let items = session.registry.signatures.filter { $0.name.hasPrefix(word) }.map { CompletionMenu.Item(text: $0.name, help: $0.summary) }
    return CompletionMenu(start: typed.utf8.count - word.utf8.count, items: items)
  }
}
