import SegLang
import Testing

@Suite("Completion and help")
struct CompletionTests {
  func session() -> Session {
    let session = ToySession().session()
    _ = session.execute("img = load a.png; mask = img | threshold 3; seg = img | segment; k = 3")
    return session
  }

  func texts(_ line: String) -> [String] {
    session().complete(line, at: line.utf8.count).candidates.map(\.text)
  }

  @Test func `commands by the type that the pipe brings`() {
    #expect(texts("img | ") == ["segment", "threshold", "save", "sweep"])
    #expect(texts("mask | m") == ["morph-open"])
    #expect(texts("seg | mo") == ["morph-open"])
    #expect(texts("x = (mask | ov") == ["overlay"])
    #expect(texts("print k; lo") == ["load", "log"])
  }

  @Test func `a command that takes something else is offered where nothing else fits, with what it is for`() {
    #expect(texts("mask | thr") == ["threshold"])
    let line = "mask | thr"
    let help = session().complete(line, at: line.utf8.count).candidates.first?.help
    #expect(help?.hasPrefix("For Image, not Mask. ") == true)
    #expect(!texts("mask | ").contains("threshold"))
  }

  @Test func `functions and constants of a module`() {
    let session = ToySession().session()
    session.modules = shelf(["zones.seg": "limits = [1, 2]\nfn grade(x) { return x }\nfn long-name(x) { return x }"])
    #expect(!session.execute("use \"zones.seg\" as z").hasErrors)
    func texts(_ line: String) -> [String] { session.complete(line, at: line.utf8.count).candidates.map(\.text) }
    #expect(texts("z.") == ["limits", "grade", "long-name"])
    #expect(texts("x = z.g") == ["grade"])
    #expect(texts("print 3 | z.l") == ["limits", "long-name"])
    #expect(texts("us") == ["use"])
  }

  @Test func `options that are not given yet, choices, variables that fit`() {
    #expect(texts("mask | morph-open ") == ["radius=", "shape=", "times="])
    #expect(texts("mask | morph-open shape=disk ") == ["radius=", "times="])
    #expect(texts("mask | morph-open shape=") == ["disk", "square", "tall-diamond"])
    #expect(texts("mask | morph-open shape=t") == ["tall-diamond"])
    #expect(texts("img | threshold within=") == ["mask", "seg", "it"])
    #expect(texts("morph-open ") == ["mask", "seg", "it", "radius=", "shape=", "times="])
    #expect(texts("mask | overlay outline=") == ["true", "false"])
    #expect(texts("mask | morph-open radius=") == ["1px"])
  }

  @Test func `inside a block, with 'it' as what the block works on`() {
    #expect(texts("[mask] | each { i").contains("it"))
    #expect(texts("[mask] | each { it | ") == ["morph-open", "overlay", "save", "sweep"])
    #expect(texts("[mask] | each { it.") == ["area"])
    #expect(texts("[mask] | each { x = it | morph-open shape=") == ["disk", "square", "tall-diamond"])
    #expect(texts("img | sweep t=1..3 { it.") == ["width", "height"])
    #expect(texts("[mask] | each { [img] | each { it.") == ["width", "height"])
  }

  @Test func `properties after a dot`() {
    #expect(texts("seg.") == ["lungs", "opacity"])
    #expect(texts("print seg.lungs.") == ["area"])
    #expect(texts("mask | overlay background=img.") == ["width", "height"])
    #expect(texts("print nothing.") == [])
  }

  @Test func `where files belong, with their extensions`() {
    let session = session()
    func extensions(_ line: String) -> [String]? { session.complete(line, at: line.utf8.count).fileExtensions }
    #expect(extensions("load ca") == ["png", "dcm"])
    #expect(extensions("load \"my fi") == ["png", "dcm"])
    #expect(session.complete("load \"my fi", at: 11).span == Span(6, 11))
    #expect(extensions("mask | save ") == ["png"])
    #expect(extensions("load a.png ") == nil)
    #expect(extensions("mask | morph-open ") == nil)
  }

  @Test func `commands are found by a word`() {
    #expect(toys.search("speck").map(\.name) == ["morph-open"])
    #expect(toys.search("mask").map(\.name) == ["morph-open", "overlay", "segment", "threshold"])
    #expect(toys.search("").isEmpty)
  }
}
