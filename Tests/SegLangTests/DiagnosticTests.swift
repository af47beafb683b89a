import Foundation
import SegLang
import Testing

/// All that a check says about a script, drawn.
func checked(_ script: String, _ mode: Mode = .script, named name: String? = "a.seg") -> String {
  Renderer().render(SyntaxTree.check(SourceText(script, name: name), against: toys, mode: mode).report.diagnostics)
}

@Suite("Diagnostics, as whole text")
struct DiagnosticTests {
  @Test func `a word that is no command but stands in the help of some leads to them`() {
    #expect(
      checked("print (1..3 | tries)") == """
        error[E101]: no command `tries`
          a.seg:1:15   print (1..3 | tries)
                                     ^^^^^
          note: commands whose help mentions it: sweep
          help: ? tries

        """)
  }

  @Test func `the shape of the design`() {
    #expect(
      checked("img = load a.png\n\nmask = img | threshold otsoo") == """
        error[E204]: unknown value `otsoo` for `method`
          a.seg:3:24   mask = img | threshold otsoo
                                              ^^^^^ one of: otsu li triangle yen
          did you mean `otsu`?   help: ?threshold

        """)
    #expect(
      checked("img = load a.png\nmask = img | threshold method=otsoo") == """
        error[E204]: unknown value `otsoo` for `method`
          a.seg:2:31   mask = img | threshold method=otsoo
                                                     ^^^^^ one of: otsu li triangle yen
          did you mean `otsu`?   help: ?threshold

        """)
  }

  @Test func `a place with tabs, wide characters and combining marks`() {
    #expect(
      checked("print \"胸部 e\u{301}\" +\tlungz") == """
        error[E102]: no variable `lungz`
          a.seg:1:16   print "胸部 e\u{301}" +  lungz
                                         ^^^^^

        """)
    #expect(
      checked("x = lungz", named: nil) == """
        error[E102]: no variable `lungz`
          x = lungz
              ^^^^^

        """)
  }

  @Test func `in color`() {
    let diagnostics = SyntaxTree.check(SourceText("print y"), against: toys).report.diagnostics
    #expect(
      Renderer(isColored: true).render(diagnostics)
        == "\u{1B}[1;31merror[E102]\u{1B}[0m\u{1B}[1m: no variable `y`\u{1B}[0m\n\u{1B}[2m  \u{1B}[0mprint y\n        \u{1B}[31m^\u{1B}[0m\n"
    )
  }

  @Test func `as JSON`() {
    let diagnostics = SyntaxTree.check(SourceText("img = load a.png\nimg | morph-opne", name: "a.seg"), against: toys).report.diagnostics
    #expect(
      diagnostics.map(\.json.text) == [
        #"{"code": "E101", "severity": "error", "message": "no command `morph-opne`", "file": "a.seg", "line": 2, "column": 7, "end_line": 2, "end_column": 17, "suggestions": ["morph-open"]}"#
      ])
  }

  @Test func `control characters never reach the terminal`() {
    #expect(!checked("x = \u{1B}]0;hi\u{7}", named: "a\u{1B}.seg").unicodeScalars.contains("\u{1B}"))
  }

  @Test(arguments: [
    ("x = )", "E002"), ("x = 3 3", "E001"), ("print \"a", "E003"), ("print (1", "E004"), ("print \"\\q\"", "E006"),
    ("left-lung = 3", "E007"), ("if = 3", "E008"), ("use \"a.seg\" as a", "E115"), ("x = 1 + load a.png", "E010"),
    ("load \"a\"b", "E011"), ("threshold(img, 3)", "E011"), ("| threshold 3", "E012"), ("seglang 2", "E013"), ("x.y = 3", "E014"),
    ("lod a.png", "E101"), ("print morph-opne", "E101"), ("x = y", "E102"), ("x = (load a).wdth", "E103"), ("load a color=3", "E104"),
    ("param x: Lenght", "E105"), ("x = 1\nx = 2", "E106"), ("x := 1", "E107"), ("load = 3", "E108"), ("print _3", "E109"),
    ("print it", "E110"),
    ("a = 1\nx = load a", "E112"), ("fn f(a, a) { return a }", "E113"), ("print {a: 1, a: 2}", "E113"),
    ("x = load", "E201"), ("x = load a b", "E202"), ("x = (load a) | morph-open", "E203"), ("x = \"a\" | threshold 3", "E203"),
    ("x = load a | threshold 3 | morph-open shape=dsk", "E204"), ("x = load a | threshold 3 | morph-open radius=0.1px", "E205"),
    ("x = load a | threshold 3 | morph-open radius=3m", "E206"), ("x = 3m", "E206"),
    ("x = load a | threshold 3 method=li method=li", "E207"), ("x = load a | threshold 3 | morph-open radius=3", "E208"),
    ("x = load a | threshold 3 --method li", "E209"), ("x = 3 | load a", "E210"),
    ("x = load a | threshold 3 | morph-open times=1.5", "E211"),
    ("x = load a | save b.png", "E212"), ("x = load a | threshold 3 | morph-open times=two", "E213"), ("x = 3 + true", "E214"),
    ("if 3 { }", "E215"), ("x = 3[1]", "E216"), ("for i in 3 { }", "E217"), ("return 3", "E218"), ("break", "E221"),
    ("if true { continue }", "E221"), ("for i in 1..2 { [1] | each { break } }", "E221"),
    ("x = load a | threshold method=", "E219"), ("if true { param x }", "E220"), ("x = 1\nx", "W401"),
  ])
  func `every kind of mistake has its code`(_ script: String, _ code: String) {
    let diagnostics = SyntaxTree.check(SourceText(script), against: toys).report.diagnostics
    #expect(diagnostics.map(\.code) == [code], "\(script)\n\(Renderer().render(diagnostics))")
  }

  @Test func `all errors of a text at once, one a statement at most`() {
    let diagnostics = SyntaxTree.check(SourceText("x = lungz\ny = (3\nz = loda a\nprint 3 +\n"), against: toys).report.diagnostics
    #expect(diagnostics.map(\.code) == ["E102", "E002", "E002"])
    let more = SyntaxTree.check(SourceText("x = lungz + opacty\ny = 3 3\nz = loda a\nprint 3 + )"), against: toys).report.diagnostics
    #expect(more.map(\.code) == ["E102", "E102", "E001", "E101", "E002"])
  }

  @Test func `a bracket that something else stands in the way of`() {
    #expect(
      checked("x = (3\nprint 4") == """
        error[E002]: expected `)`, found `print`
          a.seg:2:1   print 4
                      ^^^^^ `)` goes here
          a.seg:1:5   x = (3
                          ^ the matching bracket

        """)
  }

  @Test func `near names`() {
    #expect(nearNames(to: "threshhold", in: toys.names) == ["threshold"])
    #expect(nearNames(to: "laod", in: toys.names) == ["load"])
    #expect(nearNames(to: "seg", in: toys.names) == ["segment"])
    #expect(nearNames(to: "", in: toys.names) == [])
    #expect(nearNames(to: "zz", in: toys.names) == [])
  }
}

@Suite("The reference")
struct ReferenceTests {
  @Test func `Docs/reference/Language.md lists every code, and no other`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    func codes(_ path: String) throws -> Set<String> {
      let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
      return Set(text.matches(of: /\b[EW][0-9]{3}\b/).map { String($0.output) })
    }
    let documented = try codes("Docs/reference/Language.md")
    let known = try codes("Sources/SegLang/Diagnostics/Wording.swift")
    #expect(known.count > 50)
    #expect(documented == known)
  }
}
