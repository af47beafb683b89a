import Foundation
import Testing

@testable import segsh

@Suite struct ManPageTests {
  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Docs/segsh.1")
    .standardized.path

  /// `SEGSH_UPDATE_DOCS=1` writes it again.
  @Test func `the manual page says what program and commands say`() throws {
    let text = ManPage.text
    if ProcessInfo.processInfo.environment["SEGSH_UPDATE_DOCS"] == "1" {
      try text.write(toFile: Self.path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: Self.path, encoding: .utf8) == text, "stale: run the tests with SEGSH_UPDATE_DOCS=1")
  }

  @Test func `it names every subcommand, command and meta command`() {
    let text = ManPage.text
    for subcommand in Segsh.configuration.subcommands {
      let name = subcommand.configuration.commandName ?? ""
      #expect(text.components(separatedBy: ".SS segsh \(name)\n").count == 2, "\(name)")
    }
    for name in HelpPages.names { #expect(text.contains(name.replacing("-", with: "\\-"))) }
    for command in MetaCommand.allCases { #expect(text.contains(".B :\(command.rawValue)")) }
  }

  @Test func `its lines are roff: ASCII, and no control line by accident`() {
    for line in ManPage.text.split(separator: "\n") {
      #expect(line.utf8.allSatisfy { $0 < 128 }, "\(line)")
      if line.hasPrefix(".") {
        #expect([".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".br", ".\\\""].contains { line.hasPrefix($0) }, "\(line)")
      }
      #expect(!line.hasPrefix("'"))
    }
  }
}
