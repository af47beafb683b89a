import Foundation
import TestSupport
import Testing

@testable import SegServices

/// Several readers of a worklist, their agreement, and what remains when the program is killed.
@Suite(.serialized) struct WorklistReaderTranscripts {
  private static let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Models")
    .standardized.path
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("ward"), withIntermediateDirectories: true)
    let made = try program.run(["-c", "for k in 1..3 { phantom seed=k size=128 | save \"ward/{k}.png\" }"], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
  }

  private func type(_ lines: String...) throws -> Program.Outcome {
    try program.run([], in: folder.url, input: lines.map { $0 + "\n" }.joined(), environment: ["SEGSH_MODELS": Self.models])
  }

  private func line(_ line: String) throws -> String {
    let outcome = try program.run(["-c", line], in: folder.url, environment: ["SEGSH_MODELS": Self.models])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test func `a reader sees nothing of what another decided, and the name is in the lineage`() throws {
    let a = try type(
      "worklist ward reader=A", "next", "better = seg | include rectangle [[40, 30], [60, 50]]", "accept", "comment apex is cut", "next",
      "accept")
    #expect(a.status == 0 && a.output.contains("case 1 corrected") && a.output.contains("case 2 accepted"), "\(a.output) \(a.errors)")
    #expect(a.output.contains("comment on case 1: apex is cut"))
    let b = try type("worklist ward reader=B", "next", "show")
    #expect(b.output.contains("3 cases: 3 waiting") && !b.output.contains("apex") && !b.output.contains("correct"), "\(b.output)")
    #expect(try line("(worklist ward reader=B)[0].percent == (worklist ward)[0].percent") == "true", "the model's score is no decision")
    #expect(try line("(worklist ward reader=A)[0].percent != (worklist ward)[0].percent") == "true")
    #expect(try line("(worklist ward reader=A)[0].comment") == "apex is cut")
    let results = try FileManager.default.subpathsOfDirectory(atPath: folder.file("worklist-results"))
    #expect(
      results.filter { $0.hasSuffix("segmentation.json") }.count == 2 && results.allSatisfy { $0.hasPrefix("reader-A") }, "\(results)")
    let recipe = try #require(results.first { $0.hasSuffix("severity.csv.recipe.json") })
    #expect(try folder.text(of: "worklist-results/\(recipe)").contains(#"review reader=\"A\""#))
    for wrong in ["", "a b", "../x"] {
      #expect(try type("worklist ward reader=\"\(wrong)\"").errors.contains("the reader is `\(wrong)`"))
    }
  }

  @Test func `two readers are compared, and their differences settled`() throws {
    #expect(try type("worklist ward reader=A", "next", "accept", "next", "accept", "next", "accept").status == 0)
    let b = try type(
      "worklist ward reader=B", "next", "accept", "next", "less = seg | exclude rectangle [[0, 0], [127, 64]]", "accept", "next", "accept")
    #expect(b.output.contains("case 2 corrected"), "\(b.output)")
    let table = "compare-readers ward A,B"
    #expect(try line("(\(table) | where { it.difference != 0 }).count") == "1")
    #expect(try line("(\(table))[0].dice_opacity") == "1")
    // By the masks themselves.
    func opacity(_ reader: String) throws -> String {
      let case2 = try FileManager.default.contentsOfDirectory(atPath: folder.file("worklist-results/reader-\(reader)"))
        .first { name in
          try line(
            "(load ward/2.png | load-annotations worklist-results/reader-\(reader)/\(name)/segmentation.json | severity).percent == (\(table))[1].\(reader == "A" ? "first" : "second")"
          ) == "true"
        }
      return "(load ward/2.png | load-annotations worklist-results/reader-\(reader)/\(try #require(case2))/segmentation.json).opacity"
    }
    let dice = try line("(compare (\(try opacity("A"))) (\(try opacity("B")))).dice")
    #expect(try line("(\(table))[1].dice_opacity") == dice)
    #expect(try line("(\(table) rows=summary)[4].value") == (try line("(\(table) | agree first,second)[0].bias")))
    #expect(try line("(\(table) rows=summary)[3].value") == (try line("(\(table) | agree first,second method=icc)[1].icc")))

    let settled = try type("worklist ward adjudicate=A,B", "next", "accept", "accept C", "accept B", "show")
    #expect(settled.output.contains("case 1 of 1: waiting") && settled.output.contains("`accept A` or `accept B`"), "\(settled.output)")
    #expect(settled.output.contains("`C` has no outlines here") && settled.output.contains("case 1 accepted"))
    #expect(try line("(worklist ward reader=consensus | where { it.status == \"accepted\" }).count") == "1")
    #expect(try line("(worklist ward reader=consensus)[1].percent == (\(table))[1].second") == "true")
    let third = try type(
      "worklist ward adjudicate=A,B reader=C", "next", "other = first_reader | exclude rectangle [[0, 64], [127, 127]]", "accept")
    #expect(third.output.contains("case 1 corrected"), "\(third.output)")
    #expect(try type("worklist ward adjudicate=A,B reader=A").errors.contains("is one of the two readers"))
    #expect(try type("worklist ward adjudicate=A").errors.contains("must be two different names"))
    #expect(try type("worklist ward", "next", "accept A").output.contains("in an adjudication"))
    #expect(try type("worklist ward adjudicate=A,B differ=100 dice=0", "next").output.contains("there is no case to open"))
  }

  @Test func `uncertain cases come first, scored where they were not`() throws {
    let order = "worklist ward order=uncertain"
    let widths = try line("\(order) | each { it.percent.high - it.percent.low }")
    #expect(try line("\(order) | each { it.percent.high - it.percent.low } | sort descending=true") == widths)
    #expect(try line("(worklist ward | where { it.percent > 0 }).count") == "3", "the scores are kept")
    try folder.write("no image\n", to: "ward/4.png")
    let broken = try program.run(["-c", "(\(order))[3].file"], in: folder.url, environment: ["SEGSH_MODELS": Self.models])
    #expect(broken.output.contains("4.png") && broken.errors.contains("could not be read"), "\(broken.output) \(broken.errors)")
  }

  @Test func `a state next to the X-rays goes on where the folder is copied to`() throws {
    #expect(try type("worklist ward reader=A state=ward/state.sqlite out=ward/results", "next", "accept").status == 0)
    try FileManager.default.moveItem(atPath: folder.file("ward"), toPath: folder.file("elsewhere"))
    let later = try type("worklist elsewhere reader=A state=elsewhere/state.sqlite out=elsewhere/results", "next", "previous")
    #expect(later.output.contains("3 cases: 2 waiting, 1 accepted") && later.output.contains("case 1 of 3: accepted"), "\(later.output)")
    #expect(later.output.contains("case 2 of 3: waiting"))
    #expect(!FileManager.default.fileExists(atPath: folder.file(".local/state/segsh/worklist.sqlite")))
  }

  @Test(arguments: ["seg = _", "px added to the opacity", "segmentation.json", "case 1 corrected"])
  func `nothing is lost when the program is killed at any step`(marker: String) throws {
    func session() throws -> PseudoTerminal {
      let terminal = try PseudoTerminal(program, in: folder.url, environment: ["SEGSH_MODELS": Self.models], columns: 200, rows: 60)
      try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
      return terminal
    }
    do {
      let terminal = try session()
      for line in ["worklist ward", "next", "better = seg | include rectangle [[40, 30], [60, 50]]", "accept"] {
        terminal.type(line + "\r")
      }
      try terminal.wait(for: marker)
      // Killed as it goes out of reach.
    }
    let after = try type("worklist ward", "worklist from=1", "show")
    #expect(after.status == 0, "\(after.errors)")
    let states: [String: [String]] = [
      "seg = _": ["waiting"], "px added to the opacity": ["waiting", "correcting"], "segmentation.json": ["correcting", "corrected"],
      "case 1 corrected": ["corrected"],
    ]
    #expect(states[marker, default: []].contains { after.output.contains("case 1 of 3: \($0)") }, "\(after.output)")
    if after.output.contains("case 1 of 3: correcting") {
      #expect(after.output.contains("corrections that were not accepted yet are made again") && after.output.contains("1 correction"))
      #expect(try type("worklist ward", "worklist from=1", "accept").output.contains("case 1 corrected"))
    }
    #expect(try line("(worklist ward).count") == "3")
  }
}
