import SegLang
import Testing

@testable import SegCommands

@Suite("Former names")
struct RenamedNamesTests {
  static let commands = RenamedNames.segsh.commands.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  static let options = RenamedNames.segsh.options.sorted { $0.key < $1.key }.flatMap { command, names in
    names.sorted { $0.key < $1.key }.map { (command, $0.key, $0.value) }
  }

  @Test(arguments: commands) func `of a command is gone, and an error states the present one`(old: String, new: String) throws {
    #expect(Registry.segsh[old] == nil && Registry.segsh[new] != nil)
    let failure = try Shell().failure("x = (phantom size=32).image; x | \(old)")
    #expect(failure.contains("`\(old)` is now called `\(new)`"), "\(failure)")
  }

  @Test func `of a command without an input is found, too`() throws {
    #expect(try Shell().failure("fragility").contains("`fragility` is now called `sensitivity`"))
    #expect(try Shell().failure("compare-pictures 1 2").contains("`compare-pictures` is now called `compare-images`"))
  }

  @Test(arguments: options) func `of an option is gone, and an error states the present one`(command: String, old: String, new: String)
    throws
  {
    let signature = try #require(Registry.segsh[command])
    let names = signature.parameters.map(\.name)
    #expect(!names.contains(old) && names.contains(new))
    let failure = try Shell().failure("x = (phantom size=32).image; x | \(command) \(old)=1")
    #expect(failure.contains("the option `\(old)` of `\(command)` is now called `\(new)`"), "\(failure)")
  }

  static let choices = RenamedNames.segsh.choices.flatMap { command, options in
    options.flatMap { option, names in names.map { (command, option, $0.key, $0.value) } }
  }

  @Test(arguments: choices.indices) func `of a choice is gone, and an error states the present one`(index: Int) throws {
    let (command, option, old, new) = Self.choices[index]
    let parameter = try #require(Registry.segsh[command]?.parameters.first { $0.name == option })
    #expect(!parameter.choices.map(\.name).contains(old) && parameter.choices.map(\.name).contains(new))
    let failure = try Shell().failure("x = (phantom size=32).image; x | \(command) \(option)=\(old)")
    #expect(failure.contains("the value `\(old)` of `\(option)` is now called `\(new)`"), "\(failure)")
  }

  @Test func `may be the name of a variable`() throws {
    #expect(try Shell().number("distance = 3; distance + 1") == 4)
  }
}
