import Basics
import SegLang
import Testing

/// Corpus text with random bytes changed, and random text from the grammar's words.
func mutants(_ count: Int, seed: UInt64) -> [String] {
  var random = SeededGenerator(seed: seed)
  let words =
    [
      "if", "else", "for", "in", "fn", "return", "param", "print", "it", "not", "and", "load", "threshold", "morph-open", "x", "img", "_1",
      "3", "2mm", "p99", "40%",
    ]
    + [
      "(", ")", "[", "]", "{", "}", "|", ";", ",", ":", "=", ":=", "..", ".", "\"", "'", "\\", "#", " ", " ", "\n", "\t", "--", "-", "é",
      "\u{1F1E9}", "\0", "\r\n",
    ]
  return (0..<count).map { index in
    if index % 2 == 0 {
      return (0..<Int.random(in: 0..<40, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }.joined()
    }
    var bytes = Array((corpus.randomElement(using: &random) ?? "").utf8)
    for _ in 0..<Int.random(in: 1..<6, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.remove(at: place)
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.insert(contentsOf: Array((words.randomElement(using: &random) ?? "").utf8), at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

@Suite("Syntax")
struct SyntaxTests {
  func parse(_ text: String) -> SyntaxTree { SyntaxTree(parsing: SourceText(text)) { toys[$0] != nil } }

  @Test(arguments: corpus) func `the tree holds every byte, and the corpus has no syntax errors`(_ text: String) {
    let tree = parse(text)
    #expect(tree.text == text)
    #expect(tree.diagnostics.isEmpty, "\(Renderer().render(tree.diagnostics))")
  }

  @Test func `any text at all is read, checked, run, formatted and completed without a crash, and the tree holds every byte`() {
    for (index, text) in mutants(3000, seed: 7).enumerated() {
      let tree = parse(text)
      #expect(tree.text == text, "mutant \(index)")
      var end = 0
      for token in tree.tokens {
        #expect(token.span.start == end && !token.span.isEmpty, "mutant \(index)")
        end = token.span.end
      }
      _ = Renderer().render(tree.check(against: toys, mode: .prompt).diagnostics)
      let formatted = Formatter(registry: toys).format(tree)
      let again = Formatter(registry: toys).format(formatted) { toys[$0] != nil }
      #expect(formatted == again, "mutant \(index)")
      if !text.contains("while") { _ = ToySession().session().execute(text) }
      _ = ToySession().session().complete(text, at: text.utf8.count / 2)
    }
  }

  @Test(arguments: ["(", "[", "{a: ", "not ", "-", "\"{", "if true {", "x[", "x.y"]) func `deep nesting is an error, not a crash`(
    _ opening: String
  ) {
    let tree = parse("x = " + String(repeating: opening, count: 20000))
    #expect(tree.diagnostics.contains { $0.code == "E005" } || !tree.diagnostics.isEmpty)
    let block = parse(String(repeating: opening, count: 20000))
    #expect(block.text.utf8.count == opening.utf8.count * 20000)
  }

  @Test(arguments: [
    ("a-", "b"), ("x + ", "y"), ("f (", "3"), ("load (", "a"), ("threshold (3) (", "x"), ("not ", "x"), ("x.y", ""), ("x[0]", ""),
    ("load a | ", "load b"),
  ])
  func `long chains are an error or are read, in little time`(_ piece: String, _ last: String) {
    let text = String(repeating: piece, count: 5000) + last
    let (tree, report) = SyntaxTree.check(SourceText(text), against: toys, mode: .prompt)
    #expect(tree.text == text)
    _ = Renderer().render(report.diagnostics)
    let nested = String(repeating: piece, count: 50) + last + String(repeating: ")", count: piece.contains("(") ? 50 : 0)
    _ = ToySession().session().execute(nested)
  }

  @Test(arguments: [
    ("img |", true), ("img | # more", true), ("if true {", true), ("x = [1,", true), ("print (1 +", true), ("fn f(a", true),
    ("if true { print \"", true),
    ("img", false), ("x = )", false), ("print \"a", false), ("", false), ("if true { }", false),
  ])
  func `the prompt goes on reading inside brackets and after a bar`(_ text: String, _ expected: Bool) {
    #expect(ToySession().session().isIncomplete(text) == expected)
  }

  @Test func `the first word decides how a line is read`() throws {
    let session = ToySession().session()
    _ = session.execute("a = 5; b = 2; img = load a.png")
    #expect(session.execute("a-b").last as? Double == 3)
    #expect(session.execute("a -3").last as? Double == 2)
    #expect(session.execute("a - b*2").last as? Double == 1)
    #expect(session.execute("-a + 1").last as? Double == -4)
    #expect(session.execute("7 % 4").last as? Double == 3)
    #expect(session.execute("7%4").last as? Double == 3)
    #expect((session.execute("40%").last as? Percentage)?.fraction == 0.4)
    for text in ["7%-4", "7 %-4", "7 % -4", "7 % - 4"] { #expect(session.execute(text).last as? Double == -1, "\(text)") }
    for text in ["-7 % 4", "-7%4"] { #expect(session.execute(text).last as? Double == 1, "\(text)") }
    for text in ["40%-10%", "40% - 10%"] {
      #expect(abs(((session.execute(text).last as? Percentage)?.fraction ?? 0) - 0.3) < 1e-12, "\(text)")
    }
    for text in ["40%-a", "40%-(a)", "40%-10%-5"] { #expect(session.execute(text).diagnostics.map(\.code) == ["E016"], "\(text)") }
    #expect(session.execute("5 % -a").last as? Double == 0)
    #expect(!session.execute(String(repeating: "7%-", count: 50_000) + "4").diagnostics.isEmpty)
    #expect(session.execute("2^3^2").last as? Double == 512)
    #expect(session.execute("-2^2").last as? Double == -4)
    #expect(session.execute("1 + 2 * 3 == 7 and not 1 > 2").last as? Bool == true)
    #expect((session.execute("threshold img -3").last as? Stencil)?.area == 6)
    #expect(session.execute("\"a{b}\" + \"c\"").last as? String == "a2c")
    #expect(session.execute("load it.png#2").hasErrors == false)
  }
}

@Suite("Formatting")
struct FormatterTests {
  func format(_ text: String) -> String { Formatter(registry: toys).format(text) { toys[$0] != nil } }

  @Test func `one form, with comments and single blank lines`() {
    #expect(
      format(
        """


        # top
        x=3;y =  x+1 # why


        if  x>2 {print x
        # inside

        y := [1,2 , 3]
        }else{ }
        load   a.png|  threshold   3  --method   li |
          morph-open radius=3 # last
        fn f( a:Mask ,b=3px ){ return a }
        m = [
          1, 2]
        # end
        """) == """
          # top
          x = 3
          y = x + 1  # why

          if x > 2 {
            print x
            # inside

            y := [1, 2, 3]
          } else {}
          load a.png |
            threshold 3 method=li |
            morph-open radius=3px  # last
          fn f(a: Mask, b = 3px) {
            return a
          }
          m = [
            1,
            2,
          ]
          # end

          """)
  }

  @Test(arguments: corpus) func `formatting twice is formatting once, and keeps what the text means`(_ text: String) {
    let once = format(text)
    #expect(format(once) == once)
    let before = SyntaxTree(parsing: SourceText(text)) { toys[$0] != nil }
    let after = SyntaxTree(parsing: SourceText(once)) { toys[$0] != nil }
    func comments(_ tree: SyntaxTree) -> [String] { tree.tokens.filter { $0.kind == .comment }.map { tree.source[$0.span] } }
    #expect(comments(before) == comments(after))
    func words(_ tree: SyntaxTree) -> [String] {
      tree.tokens.filter { [.identifier, .commandName, .keyword, .text, .number].contains($0.kind) }.map { tree.source[$0.span] }
    }
    #expect(words(before) == words(after))
  }

  @Test func `a text with errors comes back as it was`() {
    #expect(format("x  = )") == "x  = )")
  }
}
