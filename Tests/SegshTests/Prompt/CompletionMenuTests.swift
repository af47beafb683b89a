import Testing

@testable import Terminal
@testable import segsh

@Suite struct CompletionMenuTests {
  private func menu(_ names: [String], help: String = "") -> CompletionMenu {
    CompletionMenu(start: 0, items: names.map { CompletionMenu.Item(text: $0, help: help) })
  }

  @Test(arguments: [(["morph-open", "morph-close"], "morph-"), (["a"], "a"), (["a", "b"], ""), ([], "")])
  func `the common prefix is what all items start with`(names: [String], prefix: String) {
    #expect(menu(names).commonPrefix == prefix)
  }

  @Test func `explained items take a row each and are cut at the edge`() {
    let list = menu(["load", "save"], help: "Reads a picture from a file.").list(columns: 24, rows: 24)
    #expect(
      list == """
        load  Reads a picture …
        save  Reads a picture …

        """)
  }

  @Test func `a list fits where the terminal writes signs in more letters`() {
    let list = menu(["load"], help: "Reads a picture from a file.").list(columns: 24, rows: 24) { $0 == "…" ? "..." : $0 }
    #expect(list == "load  Reads a pictur...\n")
  }

  @Test func `unexplained items stand in columns, downwards`() {
    #expect(
      menu(["a1", "b2", "c3", "d4", "e5"]).list(columns: 13, rows: 24) == """
        a1  c3  e5
        b2  d4

        """)
  }

  @Test func `a list longer than the screen says so`() {
    let list = menu((0..<50).map { "name\($0)" }, help: "Help.").list(columns: 60, rows: 12)
    #expect(list.split(separator: "\n").count == 10)
    #expect(list.hasSuffix("… 41 more: type another letter\n"))
  }
}
