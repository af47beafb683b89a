import Testing

@testable import segsh

@Suite struct ScriptArgumentsTests {
  @Test func `params follow the script in both spellings`() throws {
    let arguments = try ScriptArguments(["a.seg", "--image", "x y.png", "--radius=3mm", "--outline", "--json", "--level", "-3"])
    #expect(arguments.script == "a.seg")
    #expect(arguments.values.map(\.name) == ["image", "radius", "outline", "level"])
    #expect(arguments.values.map(\.text) == ["x y.png", "3mm", nil, "-3"])
    #expect(arguments.printsJSON)
    #expect(!arguments.wantsHelp)
  }

  @Test func `threads are the program's own`() throws {
    var arguments = try ScriptArguments(["--threads", "2", "a.seg"])
    #expect(try arguments.takeThreads() == 2)
    #expect(arguments.values.isEmpty)
    var wrong = try ScriptArguments(["a.seg", "--threads", "two"])
    #expect(throws: (any Error).self) { try wrong.takeThreads() }
  }

  @Test func `a word that belongs nowhere is an error`() {
    #expect(throws: (any Error).self) { try ScriptArguments(["a.seg", "b.seg"]) }
    #expect(throws: (any Error).self) { try ScriptArguments(["a.seg", "-x"]) }
  }
}
