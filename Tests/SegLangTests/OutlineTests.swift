import SegLang
import Testing

@Suite("The outline of a script")
struct OutlineTests {
  private func outline(_ text: String) -> [String] {
    let tree = SyntaxTree(parsing: SourceText(text)) { toys[$0] != nil }
    return Outline(tree).items.map { item in
      switch item {
      case .gap: "gap"
      case .comment(let text, let line, let isOwnLine): "\(line) \(isOwnLine ? "comment" : "remark")\(text)"
      case .statement(let statement):
        "\(statement.line) "
          + (statement.isVersion
            ? "version" : statement.variable ?? statement.command.map { "\($0) \(statement.arguments)" } ?? "statement")
      }
    }
  }

  @Test func `has statements, comments and gaps in their order`() {
    let text = """
      seglang 1
      # Title
      # more

      ## Head
      x = load a.png  # remark
      if true {
        # inside
        print 1
      }
      # end
      """
    #expect(
      outline(text) == [
        "1 version", "2 comment Title", "3 comment more", "gap", "5 comment# Head", "6 x", "6 remark remark", "7 statement",
        "11 comment end",
      ])
  }

  @Test func `takes a command apart, without quotes and parentheses round its arguments`() throws {
    let tree = SyntaxTree(parsing: SourceText("save (x.lungs | threshold 3) \"a b.png\" within=(y > 2)")) { toys[$0] != nil }
    guard case .statement(let statement)? = Outline(tree).items.first else {
      Issue.record("no statement")
      return
    }
    #expect(statement.command == "save")
    #expect(statement.arguments.map(\.name) == [nil, nil, "within"])
    #expect(statement.arguments.map(\.text) == ["x.lungs | threshold 3", "a b.png", "y > 2"])
  }

  @Test func `of nothing is empty`() { #expect(outline("").isEmpty) }
}
