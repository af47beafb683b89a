import Foundation
import SegLang
import Testing

@testable import SegCommands

/// The scripts that the manual shows, run on phantoms.
@Suite("Example scripts")
struct ExampleScriptTests {
  static let folder = packageFolder + "/scripts/examples"
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".seg") }.sorted()

  /// What each script leaves behind.
  static let files = [
    "cohort.seg": ["cohort.csv", "cohort.csv.recipe.json"],
    "follow-up.seg": ["follow-up-after.png", "follow-up-before.png", "follow-up-change.png", "follow-up.csv", "follow-up.csv.recipe.json"],
    "quick-look.seg": ["quick-look.png"],
    "step-by-step.seg": [
      "step-1-xray.png", "step-2-smoothed.png", "step-3-dark.png", "step-4-inside.png", "step-5-opened.png", "step-6-mended.png",
      "step-7-guess.png", "step-8-network.png",
    ],
    "threshold-versus-model.seg": ["model.png", "threshold.png", "truth.png"], "which-level.seg": ["levels.png"], "zones.seg": [],
  ]

  private static func text(_ name: String) throws -> String { try String(contentsOfFile: folder + "/" + name, encoding: .utf8) }

  @Test func `are all tried here`() { #expect(Self.names == Self.files.keys.sorted()) }

  @Test(arguments: names) func `pass the strict check without a word`(name: String) throws {
    TestModel.prepare()
    let (_, report) = SyntaxTree.check(SourceText(try Self.text(name), name: name), against: .segsh)
    #expect(report.diagnostics.isEmpty, "\(Renderer().render(report.diagnostics))")
    #expect(report.parameters.allSatisfy { !$0.help.isEmpty && $0.standard != nil }, "every parameter has help and a default")
  }

  @Test(arguments: names) func `stand as the formatter would write them`(name: String) throws {
    let text = try Self.text(name)
    #expect(text.hasPrefix("seglang 1\n# "), "version, then what it is for")
    #expect(Formatter(registry: .segsh).format(text) { Registry.segsh[$0] != nil } == text)
  }

  @Test(arguments: names) func `run on phantoms`(name: String) throws {
    let shell = try Shell(.script)
    let outcome = try shell.execute(try Self.text(name))
    #expect(!outcome.hasErrors, "\(Renderer().render(outcome.diagnostics))")
    #expect(try FileManager.default.contentsOfDirectory(atPath: shell.folder).sorted() == Self.files[name])
  }

  @Test func `say which lung was not found, and go on`() throws {
    let right = "p = phantom size=128 opacity=20%\nscore = p.opacity | severity lungs=((p.lungs == 1) | connected-components)\n"
    let text = try Self.text("zones.seg").replacing("score = xray (image) | segment | severity\n", with: right)
    let shell = try Shell(.script)
    let outcome = try shell.execute(text)
    #expect(!outcome.hasErrors, "\(Renderer().render(outcome.diagnostics))")
    #expect(shell.written.contains("the left lung was not found\nA  right upper: "))
    #expect(!shell.written.contains("the right lung"))
  }

  @Test func `take the place of their phantoms' files`() throws {
    let shell = try Shell(.script)
    try shell.run("phantom size=128 | save case.png; phantom size=128 seed=2 | save other.png")
    let outcome = try shell.execute(try Self.text("quick-look.seg"), arguments: ["image": "case.png", "out": "look.png"])
    #expect(!outcome.hasErrors, "\(Renderer().render(outcome.diagnostics))")
    #expect(FileManager.default.fileExists(atPath: shell.path("look.png")))
    let cohort = try Shell(.script, folder: shell.folder)
    #expect(!(try cohort.execute(try Self.text("cohort.seg"), arguments: ["folder": "."])).hasErrors)
    #expect(try shell.text("cohort.csv").hasPrefix("case,percent,"))
  }
}
