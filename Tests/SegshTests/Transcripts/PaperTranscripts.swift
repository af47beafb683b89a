import Foundation
import TestSupport
import Testing

/// `scripts/examples/paper`: tables, figures and a paragraph from a folder of X-rays and a table of outcomes, by one command that can be verified.
@Suite struct PaperTranscripts {
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardized
    for name in ["study.seg", "paper.seg", "Makefile"] {
      let text = try String(contentsOf: root.appendingPathComponent("scripts/examples/paper/\(name)"), encoding: .utf8)
      try folder.write(text, to: name)
    }
    try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("xrays"), withIntermediateDirectories: true)
    try #require(segsh("run", "study.seg").status == 0)
  }

  private func segsh(_ arguments: String...) throws -> Program.Outcome { try program.run(arguments, in: folder.url) }

  private func text(_ name: String) throws -> String { try String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8) }

  @Test func `one command writes the paper, which is verified later, elsewhere, and with an input gone`() throws {
    #expect(try segsh("check", "paper.seg", "study.seg").status == 0)
    let run = try segsh("run", "paper.seg", "--lock")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("Results. Of 16 patients, ") && run.output.contains("limits of agreement"))
    let table = try text("table-1.csv")
    #expect(table.hasPrefix("died,column,n,missing,") && table.contains("true,sex,"))
    #expect(try text("table-1-tests.csv").contains("Fisher's exact"))
    for figure in ["roc.svg", "bland-altman.svg", "survival.svg"] {
      #expect(try text(figure).hasPrefix("<svg") || text(figure).contains("<svg"))
    }
    let verified = try segsh("replay", "paper.seg", "--verify")
    #expect(verified.status == 0 && verified.output.contains("identical"), "\(verified)")
    let figure = try segsh("replay", "roc.svg", "--verify")
    #expect(figure.status == 0 && figure.output.contains("shapes identical"), "\(figure)")

    // For an archive: the files that the script writes, described with what they were made from.
    let crate = "ro-crate-metadata.json"
    let described = try segsh("replay", "paper.seg", "--verify", "--ro-crate", ".")
    #expect(described.status == 0 && described.errors.contains("describes 9 files"), "\(described)")
    #expect(try !text(crate).contains("p16.png") && text(crate).contains("\"input1.png\"") && text(crate).contains("\"model default\""))
    let survival = try text("survival.svg")
    try folder.write(survival + " ", to: "survival.svg")
    let changed = try segsh("replay", "paper.seg", "--verify", "--ro-crate", ".")
    #expect(
      changed.status == 0 && changed.errors.contains("1 file is left out: not in the folder, or not what the script writes now"),
      "\(changed)")
    #expect(try !text(crate).contains("survival.svg"))
    try folder.write(survival, to: "survival.svg")
    #expect(try segsh("replay", "roc.svg", "--verify", "--ro-crate", ".").errors.contains("but roc.svg is not a script"))
    #expect(try segsh("replay", "paper.seg", "--ro-crate", ".").status == 2)
    let library = Program(executable: "/usr/bin/env")
    if try library.run(["python3", "-c", "import rocrate"], in: folder.url).status == 0 {
      let program = "from rocrate.rocrate import ROCrate; c = ROCrate('.'); print(*sorted(e.id for e in c.data_entities))"
      let read = try library.run(["python3", "-c", program], in: folder.url)
      #expect(read.output.contains("bland-altman.svg paper.seg paper.seg.lock roc.svg table-1-tests.csv"), "\(read)")
    } else {
      print("skipped: python3 has no rocrate")
    }

    // From another folder, with the inputs elsewhere.
    try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("later"), withIntermediateDirectories: true)
    for name in ["paper.seg", "paper.seg.lock", "roc.svg", "table-1.csv", "table-1.csv.recipe.json"] {
      let files = FileManager.default
      try files.moveItem(at: folder.url.appendingPathComponent(name), to: folder.url.appendingPathComponent("later/\(name)"))
    }
    let elsewhere = try segsh("replay", "later/paper.seg", "--verify", "--data", ".")
    #expect(elsewhere.status == 0 && elsewhere.output.contains("identical"), "\(elsewhere)")
    let cells = try segsh("replay", "later/table-1.csv", "--verify", "--data", ".")
    #expect(cells.status == 0 && cells.output.contains("cells identical"), "\(cells)")

    // An input that is gone is named.
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("outcomes.csv"))
    let missing = try segsh("replay", "later/roc.svg", "--verify", "--data", ".")
    #expect(missing.status != 0 && (missing.output + missing.errors).contains(".csv"), "\(missing)")
    let script = try segsh("replay", "later/paper.seg", "--verify", "--data", ".")
    #expect(script.status != 0 && (script.output + script.errors).contains("outcomes.csv"), "\(script)")
  }

  @Test func `make builds the paper once, again when an outcome changes, and verifies it`() throws {
    let programs = URL(fileURLWithPath: program.path).deletingLastPathComponent().path
    func make(_ target: String...) throws -> Program.Outcome {
      try Program(executable: "/usr/bin/make").run(target, in: folder.url, environment: ["PATH": "\(programs):/usr/bin:/bin"])
    }
    let first = try make()
    #expect(first.status == 0 && FileManager.default.fileExists(atPath: folder.file("paper.seg.lock")), "\(first)")
    #expect(try text("methods.txt").contains("Results. Of 16 patients, "))
    #expect(try make("--question").status == 0)
    #expect(try make("verify").status == 0)
    let later = [FileAttributeKey.modificationDate: Date().addingTimeInterval(5)]
    try FileManager.default.setAttributes(later, ofItemAtPath: folder.file("outcomes.csv"))
    #expect(try make("--question").status == 1)
  }

  @Test func `a description leaves out files that are named after inputs, and is not written of results that differ`() throws {
    try FileManager.default.moveItem(
      at: folder.url.appendingPathComponent("xrays/p3.png"), to: folder.url.appendingPathComponent("Doe_Jane.png"))
    try folder.write(
      """
      seglang 1
      x = load Doe_Jane.png
      x | invert | save "{x.stem}-inverted.png"
      x | flip | save flipped.png

      """, to: "flip.seg")
    #expect(try segsh("run", "flip.seg", "--lock").status == 0)
    let described = try segsh("replay", "flip.seg", "--verify", "--ro-crate", ".")
    #expect(described.status == 0 && described.errors.contains("1 file is left out: named after an input"), "\(described)")
    let crate = try text("ro-crate-metadata.json")
    #expect(!crate.contains("Doe") && crate.contains("\"flipped.png\"") && crate.contains("\"input1.png\""))
    try folder.write(text("flip.seg").replacing("flip |", with: "flip | invert |"), to: "flip.seg")
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("ro-crate-metadata.json"))
    let differs = try segsh("replay", "flip.seg", "--verify", "--ro-crate", ".")
    #expect(differs.status == 3 && differs.errors.contains("is not written, because not everything is identical"), "\(differs)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("ro-crate-metadata.json")))
  }
}
