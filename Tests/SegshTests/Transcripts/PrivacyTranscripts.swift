import Foundation
import TestSupport
import Testing

/// What the program writes of files whose names, folders and headers identify a patient.
@Suite(.serialized) struct PrivacyTranscripts {
  private static let marks = ["Doe_Jane", "1950", "Richard", "Roe", "Smith", "MRN-4711"]
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let ward = folder.url.appendingPathComponent("Doe_Jane 1950")
    try FileManager.default.createDirectory(at: ward, withIntermediateDirectories: false)
    for (name, seed) in [("Richard_7", "1"), ("Roe", "2")] {
      _ = try program.run(["phantom", "Doe_Jane 1950/\(name).png", "--size", "64", "--seed", seed], in: folder.url)
    }
    try folder.write("no image", to: "Doe_Jane 1950/Smith.png")
  }

  /// Texts of all files but those that were made at first.
  private func written(before: Set<String>) throws -> [(name: String, text: String)] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).filter { !before.contains($0) }.compactMap { name in
      guard let data = FileManager.default.contents(atPath: folder.url.appendingPathComponent(name).path) else { return nil }
      return (name, String(decoding: data, as: UTF8.self).withoutEncodedData)
    }
  }

  private func expectNoMarks(before: Set<String>, least: Int) throws {
    let files = try written(before: before)
    #expect(files.count >= least, "\(files.map(\.name))")
    for (name, text) in files { for mark in Self.marks { #expect(!text.contains(mark), "\(name) contains \(mark)") } }
  }

  @Test func `a cohort's table, report, lock and replay name no patient`() throws {
    try folder.write(
      """
      seglang 1
      param input: Glob
      rows = load-cases (input) | each errors=keep { it | segment | severity }
      rows | save rows.csv
      rows | save rows.json
      rows | report cohort.html
      rows | plot x=case y=percent | save plot.svg
      print rows.count

      """, to: "cohort.seg")
    let before = Set(try FileManager.default.subpathsOfDirectory(atPath: folder.url.path))
    let run = try program.run(["run", "cohort.seg", "--lock", "--input", "Doe_Jane 1950/*"], in: folder.url)
    #expect(run.status == 4, "\(run.errors)")
    let replay = try program.run(["replay", "cohort.seg", "--data", "Doe_Jane 1950"], in: folder.url)
    #expect(replay.status == 0 || replay.status == 4, "\(replay.errors)")
    try expectNoMarks(before: before, least: 6)
  }

  @Test(
    .enabled(if: Chromium.path != nil && FileManager.default.isExecutableFile(atPath: "/usr/bin/pdftotext"), "needs Chromium and pdftotext")
  )
  func `a cohort's PDF names no patient and carries its recipe`() throws {
    let run = try program.run(
      ["-c", "load-cases \"Doe_Jane 1950/R*\" | each { it | segment | severity } | report cohort.pdf"], in: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    let text = try Program(executable: "/usr/bin/pdftotext").run(["cohort.pdf", "-"], in: folder.url).output
    #expect(text.contains("attached to this PDF as recipe.txt"))
    let list = try Program(executable: "/usr/bin/pdfdetach").run(["-saveall", "cohort.pdf"], in: folder.url)
    #expect(list.status == 0, "\(list.errors)")
    let recipe = try folder.text(of: "recipe.txt")
    #expect(recipe.contains("load-cases") && recipe.contains("# input "))
    for mark in Self.marks { #expect(!text.withoutEncodedData.contains(mark) && !recipe.withoutEncodedData.contains(mark), "\(mark)") }
  }

  @Test func `history and saved scripts name no patient`() throws {
    let before = Set(try FileManager.default.subpathsOfDirectory(atPath: folder.url.path))
    let terminal = try PseudoTerminal(program, [], in: folder.url)
    try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    terminal.type("x = load \"Doe_Jane 1950/Richard_7.png\"\r")
    try terminal.waitForPrompt(after: "Image 64x64")
    terminal.type("rows = load-cases \"Doe_Jane 1950/R*\" | each { it.mean }\r")
    try terminal.wait(for: "_2 Table>")
    terminal.type(":save session.seg\r")
    try terminal.waitForPrompt(after: "wrote session.seg")
    terminal.type(":history\r")
    try terminal.waitForPrompt(after: "load IMAGE")
    try expectNoMarks(before: before, least: 2)
  }

  @Test func `an evaluation's table numbers cases and patients, unless names are wanted`() throws {
    for name in ["images", "lungs", "opacity"] {
      try FileManager.default.createDirectory(
        at: folder.url.appendingPathComponent("data/opacity/\(name)"), withIntermediateDirectories: true)
    }
    for (name, seed) in [("Richard_7", "3"), ("Roe", "4"), ("Smith", "5")] {
      let paths = ["images", "lungs", "opacity"].map { "data/opacity/\($0)/\(name).png" }
      let made = try program.run(
        ["phantom", paths[0], "--lungs", paths[1], "--opacity", paths[2], "--size", "64", "--seed", seed], in: folder.url)
      #expect(made.status == 0, "\(made.errors)")
    }
    try folder.write(
      "set,file,patient,fold,view,finding\nopacity,Richard_7.png,MRN-4711,0,PA,x\nopacity,Roe.png,Doe_Jane,0,PA,x\nopacity,Smith.png,MRN-4711,0,PA,x\n",
      to: "data/cases.csv")
    let before = Set(try FileManager.default.subpathsOfDirectory(atPath: folder.url.path))
    let hidden = try program.run(["evaluate", "--data", "data", "--csv", "cases.csv", "--plots", "plots"], in: folder.url)
    #expect(hidden.status == 0 && hidden.errors.contains("--names writes them"), "\(hidden.errors)")
    try expectNoMarks(before: before, least: 3)
    let rows = try folder.text(of: "cases.csv").split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").prefix(2).joined(separator: ",")
    }
    #expect(rows == ["opacity/case1,patient1", "opacity/case2,patient2", "opacity/case3,patient1"])
    let named = try program.run(["evaluate", "--data", "data", "--csv", "named.csv", "--names"], in: folder.url)
    #expect(named.status == 0 && !named.errors.contains("--names"))
    #expect(try folder.text(of: "named.csv").contains("opacity/Roe.png,Doe_Jane,"))
  }
}
