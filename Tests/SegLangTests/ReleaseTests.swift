import Testing

@testable import SegLang

@Suite("What a check held is let go")
struct ReleaseTests {
  @Test func `modules and their checks do not hold each other`() throws {
    weak var checks: ModuleChecks?
    weak var module: Checker?
    do {
      let tree = SyntaxTree(
        parsing: SourceText("use \"a.seg\" as a\nprint (a.f 1)"),
        using: shelf(["a.seg": "use \"b.seg\" as b\nfn f(x) { return b.g x }", "b.seg": "fn g(x) { return x }"]), isCommand: { _ in false })
      let checker = Checker(registry: toys, source: tree.source, mode: .script)
      #expect(!checker.check(tree).hasErrors)
      checks = checker.moduleChecks
      let used = try #require(tree.modules.loaded["a.seg"])
      _ = checker.moduleChecks.face(of: used, registry: toys)
      module = checker
      #expect(checks != nil && module != nil)
    }
    #expect(checks == nil)
    #expect(module == nil)
  }
}
