import Testing

@testable import segsh

@Suite struct MetaCommandTests {
  @Test(arguments: MetaCommand.allCases) func `every meta command is read by its name`(command: MetaCommand) {
    #expect(MetaCommand.read(" :\(command.rawValue)  rest of it ") == .command(command, rest: "rest of it"))
  }

  @Test func `a beginning that fits only one is enough`() {
    #expect(MetaCommand.read(":q") == .command(.quit, rest: ""))
    #expect(MetaCommand.read(":h") == .unknown("h", near: nil))
  }

  @Test func `an unknown one is answered with a near name`() {
    #expect(MetaCommand.read(":udno") == .unknown("udno", near: "undo"))
    #expect(MetaCommand.read(":") == .unknown("", near: nil))
  }

  @Test func `assignment and commands are none`() {
    #expect(MetaCommand.read(":= 3") == nil)
    #expect(MetaCommand.read("load x.png") == nil)
  }
}
