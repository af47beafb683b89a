import SegCommands
import SegLang
import TestSupport
import Testing

@testable import segsh

@Suite struct LineCompleterTests {
  private let completer = LineCompleter(session: Session(registry: .segsh))

  private func texts(_ line: String) -> [String] { completer.menu(line, line.utf8.count).items.map(\.text) }

  @Test func `meta commands complete where a line starts with a colon`() {
    #expect(texts(":") == MetaCommand.allCases.map { ":\($0.rawValue)" })
    #expect(texts("  :sa") == [":save"])
    #expect(texts(":undo ") == ["list"])
    #expect(texts(":time o") == ["on", "off"])
    #expect(texts(":save x.seg --w") == ["--why"])
    #expect(texts(":quit ") == [])
  }

  @Test func `the expression of :type completes like any other`() {
    let menu = completer.menu(":type phant", 11)
    #expect(menu.items.map(\.text) == ["phantom"])
    #expect(menu.start == 6)
  }

  @Test func `a question mark completes commands`() {
    #expect(texts("?morph-o") == ["morph-open"])
    #expect(texts("? thresh").first == "threshold")
    #expect(completer.menu("?morph-o", 8).start == 1)
  }

  @Test func `words that stand alone are offered where a line begins`() {
    let completer = LineCompleter(session: Session(registry: .segsh), words: [("hint", "Helps.")])
    #expect(completer.menu("hi", 2).items.map(\.text) == ["hint", "histogram", "hit-or-miss"])
    #expect(!completer.menu("phantom | hi", 12).items.contains { $0.text == "hint" })
  }

  @Test func `offsets of a text that goes on are those of its last line`() {
    let completer = LineCompleter(session: Session(registry: .segsh), before: "if true {\n")
    let menu = completer.menu("  phant", 7)
    #expect(menu.items.map(\.text) == ["phantom"])
    #expect(menu.start == 2)
  }

  @Test func `files complete by extension, folders always, blanks in quotes`() throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "a b.png", "a.txt", ".hidden.png"] { try folder.write("", to: name) }
    let path = folder.url.path
    let items = FileCompletion.items("\(path)/a", extensions: ["png"], isQuoted: false)
    #expect(items.map(\.label) == ["a b.png", "a.png"])
    #expect(items.first?.whole == "\"\(path)/a b.png\"")
    #expect(FileCompletion.items("\(path)/a", extensions: [], isQuoted: true).map(\.suffix) == ["\" ", "\" ", "\" "])
    #expect(FileCompletion.items("\(path)/.h", extensions: [], isQuoted: false).map(\.label) == [".hidden.png"])
  }
}
