import Foundation
import SegLang
import Testing

@testable import SegCommands
@testable import SegServices

@Suite("The manual")
struct ManualTests {
  /// `SEGSH_UPDATE_DOCS=1` writes it again.
  @Test func `Docs/Commands.md says what the commands say`() throws {
    TestModel.prepare()
    let path = packageFolder + "/Docs/Commands.md"
    let text = Manual.markdown(of: .segsh)
    if ProcessInfo.processInfo.environment["SEGSH_UPDATE_DOCS"] == "1" { try text.write(toFile: path, atomically: true, encoding: .utf8) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text, "stale: run the tests with SEGSH_UPDATE_DOCS=1")
  }

  @Test func `a page has usage, parameters, examples`() throws {
    let page = Manual.page(of: try #require(Registry.segsh["morph-open"]), columns: 110)
    #expect(
      page.hasPrefix(
        "morph-open - Applies a morphological opening: removes details smaller than the footprint.\n\n"
          + "  IMAGE | morph-open [radius=RADIUS] [shape=disk|square|diamond|line] [angle=ANGLE] [footprint=FOOTPRINT]\n"))
    #expect(page.contains("Default: 1px."))
    #expect(page.contains("Returns the type of its input: Mask, Labels or Image."))
    #expect(page.split(separator: "\n").allSatisfy { $0.count <= 110 })
  }

  @Test func `the overview names known commands of every task, and fits on a screen of 80 by 24 with room for the prompt`() {
    let lines = Manual.overview(of: .segsh, columns: 79).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 20 && lines.allSatisfy { $0.count <= 79 }, "\(lines.count) lines")
    for task in Manual.tasks {
      for name in task.commands { #expect(Registry.segsh[name] != nil, "\(name)") }
    }
  }

  @Test(arguments: [40, 60, 79, 80, 100, 120, 200]) func `no line is longer than the screen unless a word is`(columns: Int) {
    func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\n" } }
    let pages = Registry.segsh.signatures.map { (Manual.page(of: $0, columns: columns), Manual.page(of: $0, columns: 10_000)) }
    let lists = [
      (Manual.overview(of: .segsh, columns: columns), Manual.overview(of: .segsh)),
      (Manual.list(of: .segsh, columns: columns), Manual.list(of: .segsh)),
    ]
    for (page, wide) in pages + lists {
      #expect(words(page) == words(wide), "no word is broken or lost")
      for line in page.split(separator: "\n") where line.count > columns {
        #expect((words(String(line)).map(\.count).max() ?? 0) > columns - 8, "\(line)")
      }
    }
  }
}
