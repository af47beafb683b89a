import Foundation
import SegLang
import Testing

@testable import SegCommands

@Suite("The manual")
struct ManualTests {
  /// `SEGSH_UPDATE_DOCS=1` writes it anew.
  @Test("Docs/Commands.md says what the commands say")
  func commands() throws {
    TestModel.prepare()
    let path = packageFolder + "/Docs/Commands.md"
    let text = Manual.markdown(of: .segsh)
    if ProcessInfo.processInfo.environment["SEGSH_UPDATE_DOCS"] == "1" { try text.write(toFile: path, atomically: true, encoding: .utf8) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text, "stale: run the tests with SEGSH_UPDATE_DOCS=1")
  }

  @Test("a page has usage, parameters, examples")
  func page() throws {
    let page = Manual.page(of: try #require(Registry.segsh["morph-open"]))
    #expect(
      page.hasPrefix(
        "morph-open - Removes what the footprint does not fit into.\n\n"
          + "  PICTURE | morph-open [radius=RADIUS] [shape=disk|square|diamond|line] [angle=ANGLE] [pattern=PATTERN]\n"))
    #expect(page.contains("Default 1px."))
    #expect(page.contains("Gives what it was given: Mask or Labels or Image."))
    #expect(page.split(separator: "\n").allSatisfy { $0.count <= 110 })
  }
}
