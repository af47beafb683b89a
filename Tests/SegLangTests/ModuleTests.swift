import Foundation
import SegLang
import TestSupport
import Testing

/// Modules that are texts by their names.
func shelf(_ files: [String: String]) -> ModuleLoader {
  ModuleLoader { path, _ in
    guard let text = files[path] else { return .failure(.missing(near: nearNames(to: path, in: files.keys.sorted()))) }
    return .success(ModuleLoader.File(identity: path, name: path, text: text))
  }
}

@Suite("Modules")
struct ModuleTests {
  let zones = """
    seglang 1
    use "names.seg" as n
    limits = [25, 50]
    half = limits[0] / 2
    fn grade(percent: Number, low = 10) {
      if percent > limits[1] { return n.long }
      return "mild {percent | twice}{low}"
    }
    fn twice(x: Number) { return x * 2 }
    fn all(xs: List) { return xs | each { it | twice } }
    expect half == 12.5
    """
  let names = "long = \"severe\"\nfn shout(x: Text) { return x + \"!\" }"

  func run(_ script: String, _ files: [String: String]? = nil, mode: Mode = .script) -> String {
    let toy = ToySession()
    let session = toy.session(mode)
    session.modules = shelf(files ?? ["zones.seg": zones, "names.seg": names])
    let outcome = session.execute(script, named: "a.seg")
    return toy.written + Renderer().render(outcome.diagnostics)
  }

  func codes(_ script: String, _ files: [String: String]) -> [String] {
    let report = SyntaxTree.check(SourceText(script, name: "a.seg"), against: toys, using: shelf(files)).report
    return report.diagnostics.map { "\($0.source?.name ?? "") \($0.code)" }
  }

  @Test func `give functions and constants under their name`() {
    #expect(
      run(
        """
        use "zones.seg" as z
        use "names.seg" as n
        print (z.grade 60)
        print (5 | z.grade low=3)
        print z.limits[1] + z.half
        print (z.all [1, 2])
        print ([n.long] | each { it | n.shout })
        x = z.twice -3
        print "{x} {(z.twice 4)}"
        """) == "severe\nmild 103\n62.5\n[2, 4]\n[severe!]\n-6 8\n")
  }

  @Test func `are checked with those that use them, and errors are told in their own file`() {
    #expect(codes("use \"m.seg\" as m\nx = m.k\nprint x", ["m.seg": "k = lungz"]) == ["m.seg E102"])
    #expect(codes("use \"m.seg\" as m\nprint m.j", ["m.seg": "k = 1"]) == ["a.seg E103"])
    #expect(codes("use \"m.seg\" as m\nprint (1 | m.g)", ["m.seg": "fn f(x) { return x }"]) == ["a.seg E101"])
    #expect(codes("use \"m.seg\" as m\nprint (m.f \"a\")", ["m.seg": "fn f(x: Number) { return x }"]) == ["a.seg E203"])
    #expect(codes("use \"m.seg\" as m\nprint (m.f 1) + \"a\"", ["m.seg": "fn f(x: Number) { return x }"]) == ["a.seg E214"])
    #expect(codes("use \"m.seg\" as m\nprint m.f", ["m.seg": "fn f(x: Number) { return x }"]).allSatisfy { $0.hasPrefix("a.seg") })
    #expect(codes("use \"m.seg\" as m", ["m.seg": "print 3"]) == ["m.seg E220"])
    #expect(codes("use \"m.seg\" as m", ["m.seg": "k = 1\nfn f() { k := 2; return k }"]) == ["m.seg E114"])
    #expect(codes("use \"m.seg\" as load", ["m.seg": "k = 1"]) == ["a.seg E108"])
    #expect(codes("if true { use \"m.seg\" as m }", ["m.seg": "k = 1"]) == ["a.seg E220"])
    #expect(codes("use m.seg as m", ["m.seg": "k = 1"]) == ["a.seg E002"])
    #expect(codes("use \"m.seg\"", ["m.seg": "k = 1"]) == ["a.seg E002"])
    #expect(codes("use \"m.seg\" as m\nm = 3", ["m.seg": "k = 1"]) == ["a.seg E113"])
  }

  @Test func `that are missing, or use each other in a circle, are told with their names`() {
    #expect(
      run("use \"zonse.seg\" as z") == """
        error[E115]: there is no file `zonse.seg`
          a.seg:1:5   use "zonse.seg" as z
                          ^^^^^^^^^^^ searched in the folder of the file that uses it
          did you mean `zones.seg`?

        """)
    // What it would hold is not told as missing too.
    #expect(codes("use \"n\" as z\nprint (z.f (3))\nprint z.k\nx = 3 | z.g 4\nprint x", [:]) == ["a.seg E115"])
    let circle = run("use \"a\" as a", ["a": "use \"b\" as b", "b": "use \"c\" as c", "c": "use \"a\" as a"])
    #expect(circle.contains("error[E117]: modules use each other in a cycle"))
    #expect(circle.contains("a uses b uses c uses a"))
    let chain = Dictionary((0..<40).map { ("m\($0)", "use \"m\($0 + 1)\" as m") }) { first, _ in first }
    #expect(run("use \"m0\" as m", chain).contains("error[E118]: modules are nested more than 16 levels"))
    let many = Dictionary((0..<80).map { ("m\($0)", "k = 1") }) { first, _ in first }
    #expect(run((0..<80).map { "use \"m\($0)\" as m\($0)" }.joined(separator: "\n"), many).contains("more than 64 modules"))
  }

  @Test func `run once, however many use them`() {
    let files = ["a": "use \"c\" as c\nx = c.n", "b": "use \"c\" as c\ny = c.n", "c": "fn f() { log \"made\"; return 1 }\nn = (f)"]
    let toy = ToySession()
    let session = toy.session()
    session.modules = shelf(files)
    for line in ["use \"a\" as a; use \"b\" as b", "use \"c\" as c", "a.x + b.y + c.n"] {
      let outcome = session.execute(line)
      #expect(!outcome.hasErrors, "\(Renderer().render(outcome.diagnostics))")
    }
    #expect(session.result(1)?.oneLine == "3")
    #expect(toy.notes == ["made"])
    #expect(session.undo() != nil && session.undo() != nil)
    #expect(session.execute("c.n").hasErrors)
    #expect(!session.execute("a.x").hasErrors)
  }

  @Test func `a saved session holds what it used of them`() throws {
    let session = ToySession().session()
    session.modules = shelf(["zones.seg": zones, "names.seg": names])
    for line in ["use \"zones.seg\" as z", "xs = [1, 60] | each { it | z.grade }", "ys = z.all [4]", "k = z.half + xs.count"] {
      let outcome = session.execute(line)
      #expect(!outcome.hasErrors, "\(Renderer().render(outcome.diagnostics))")
    }
    let script = try #require(session.script())
    let again = ToySession().session(.script)
    let outcome = again.execute(script)
    #expect(!outcome.hasErrors, "\(script)\(Renderer().render(outcome.diagnostics))")
    for name in ["xs", "ys"] { #expect(again[name]?.oneLine == session[name]?.oneLine, "\(script)") }
  }

  @Test func `are files beside the one that uses them`() throws {
    let folder = try TemporaryFolder()
    try folder.write("use \"deep.seg\" as d\nk = d.k + 1", to: "lib/m.seg")
    try folder.write("k = 1", to: "lib/deep.seg")
    let toy = ToySession()
    let outcome = toy.session(.script).execute("use \"lib/m.seg\" as m\nprint m.k", named: folder.file("main.seg"))
    #expect(toy.written == "2\n", "\(Renderer().render(outcome.diagnostics))")
    let report = SyntaxTree.check(SourceText("use \"lib/n.seg\" as m", name: folder.file("main.seg")), against: toys).report
    #expect(report.diagnostics.map(\.code) == ["E115"])
    #expect(report.diagnostics.first?.problem.wording.suggestions == ["lib/m.seg"])
    #expect(
      SyntaxTree.check(SourceText("use \"lib\" as m", name: folder.file("main.seg")), against: toys).report.diagnostics.map(\.code) == [
        "E116"
      ]
    )
  }

  @Test func `are formatted like the rest`() {
    let formatted = Formatter(registry: toys).format("use   \"m.seg\"   as m # why\nx = m.k\n") { toys[$0] != nil }
    #expect(formatted == "use \"m.seg\" as m  # why\nx = m.k\n")
  }
}
