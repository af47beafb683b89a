import SegLang
import Testing

@Suite("Warnings of a file's check")
struct LintTests {
  func codes(_ script: String) -> [String] {
    SyntaxTree.check(SourceText(script, name: "a.seg"), against: toys, lints: true).report.diagnostics.map(\.code)
  }

  @Test func `values that nothing uses, and scripts that show nothing`() {
    #expect(codes("seglang 1\nx = 1\nprint 2") == ["W402"])
    #expect(codes("seglang 1\nx = 1\nx := x + 1\nprint 2") == ["W402"])
    #expect(codes("seglang 1\nx = 1\nprint x") == [])
    #expect(codes("seglang 1\nx = 1\nload a.png | threshold (x) | save b.png") == [])
    #expect(codes("seglang 1\nm = load a.png\nload b.png | threshold 3 within=(m > 2) | save b.png") == [])
    #expect(codes("seglang 1\nk = 2\nprint ([1] | each { it + k })") == [])
    #expect(codes("seglang 1\nk = 2\nprint \"{k}\"") == [])
    #expect(codes("seglang 1\nparam k: Number = 2\nprint 1") == ["W402"])
    #expect(codes("seglang 1\nfn f(a) {\n  b = a\n  return a\n}\nprint (f 1)") == ["W402"])
    #expect(codes("seglang 1\nfor i in 1..2 { x = i }\nprint 1") == ["W402"])
    #expect(codes("seglang 1\nx = 1\ny = x") == ["W403"])
    #expect(codes("seglang 1\nlimits = [1, 2]\nfn f(a) { return a }") == [])
    #expect(codes("seglang 1\n[1] | each { print it }") == [])
    #expect(codes("seglang 1\nx = 1\nprint y") == ["W402", "E102"])
  }

  @Test func `a missing version, with the line that mends it`() {
    let report = SyntaxTree.check(SourceText("print 1"), against: toys, lints: true).report
    #expect(report.diagnostics.map(\.code) == ["W404"])
    #expect(report.diagnostics.first?.fix?.replacement == "seglang 1\n")
    #expect(codes("") == [] && codes("# nothing\n") == [])
  }

  @Test func `mm on a picture whose file cannot say how large a pixel is`() {
    #expect(codes("seglang 1\nload a.png | threshold 3 | morph-open radius=2mm | save b.png") == ["W406"])
    #expect(codes("seglang 1\nload a.png | threshold 3 | morph-open radius=2px | save b.png") == [])
    #expect(codes("seglang 1\nload a.dcm | threshold 3 | morph-open radius=2mm | save b.png") == [])
    #expect(codes("seglang 1\nimg = load \"a.png\"\nm = (img > 3) and not (img > 4)\nm | morph-open radius=2mm | save b.png") == ["W406"])
    #expect(codes("seglang 1\nimg = load a.png\nm = img > 3\nmorph-open m radius=2mm | save b.png") == ["W406"])
  }

  @Test func `labels that a command takes as one mask`() {
    #expect(codes("seglang 1\nload a.png | segment | morph-open | save b.png") == ["W405"])
    #expect(codes("seglang 1\n(load a.png | segment).opacity | morph-open | save b.png") == [])
  }

  @Test func `do not keep a text from running, and are not told when it runs`() {
    #expect(output("x = 1\nprint 2") == "2\n")
  }
}
