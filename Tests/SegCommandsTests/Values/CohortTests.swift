import Foundation
import ImageOps
import Platform
import SegLang
import Testing

@testable import SegCommands
@testable import SegServices
@testable import SegValues

@Suite("Cohorts: members, order, counts, failures")
struct CohortTests {
  private func compare(_ shell: Shell, _ name: String, in folders: [String]) throws -> RecipeReport {
    var services = Services()
    services[WorkingFolder.self] = shell.folder
    return try RecipeRun(of: shell.bytes(name), name: name, sidecar: shell.bytes(Recipe.sidecar(of: name))).compare(
      by: .segsh,
      in: folders, host: Host(services: services))
  }

  private func write(_ text: String, to name: String, in shell: Shell) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: shell.path(name)))
  }

  /// PNG, TIFF and DICOM, one without an ending, one that cannot be read, in a folder inside a folder.
  private func mixed(privacy: NamePrivacy = .hide) throws -> Shell {
    let shell = try Shell(privacy: privacy)
    try FileManager.default.createDirectory(atPath: shell.path("in/deep"), withIntermediateDirectories: true)
    try shell.run("for k in 1..3 { phantom size=64 seed=k | save \"in/case{k}.png\" }; phantom size=64 seed=10 | save in/case10.tif")
    try shell.run("phantom size=64 seed=11 | save in/deep/case1.png")
    let fixture = packageFolder + "/Tests/ImageOpsTests/Fixtures/codecs/mono16.dcm"
    try FileManager.default.copyItem(atPath: fixture, toPath: shell.path("in/IM0001"))
    try FileManager.default.copyItem(atPath: fixture, toPath: shell.path("in/case5.dcm"))
    try write("no image", to: "in/case4.png", in: shell)
    try write("notes", to: "in/notes.txt", in: shell)
    return shell
  }

  @Test(arguments: [NamePrivacy.hide, .show]) func `a cohort of several formats is replayed with exactly its members`(privacy: NamePrivacy)
    throws
  {
    let shell = try mixed(privacy: privacy)
    for (index, pattern) in ["in", "in/*", "in/**", "in/case*", "in/c*[13].*"].enumerated() {
      try shell.run("load-cases \"\(pattern)\" | each errors=keep { {mean: it.mean, name: it.name} } | save r\(index).csv")
    }
    if privacy == .hide { #expect(try shell.text("r0.csv").contains("\ninput1.dcm,")) }
    // What came later does not join.
    try shell.run("phantom size=64 seed=12 | save in/case12.png; phantom size=64 seed=13 | save in/case13.png")
    for index in 0..<5 {
      let report = try compare(shell, "r\(index).csv", in: [shell.folder])
      #expect(report.isIdentical, "r\(index).csv: \(report.text)")
    }
    // Renamed, and one moved into another folder: found by content.
    let elsewhere = try Shell()
    try FileManager.default.createDirectory(atPath: elsewhere.path("x/y"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: shell.path("in"), toPath: elsewhere.path("x/y/z"))
    for index in 0..<5 {
      let report = try compare(shell, "r\(index).csv", in: [elsewhere.folder])
      #expect(report.isIdentical, "r\(index).csv: \(report.text)")
    }
    for name in ["case1.png", "case3.png"] { try FileManager.default.removeItem(atPath: elsewhere.path("x/y/z/\(name)")) }
    let error = #expect(throws: InputFinder.Problem.self) { try compare(shell, "r0.csv", in: [elsewhere.folder]) }
    let text = "\(error.map { "\($0)" } ?? "")"
    #expect(text.hasPrefix("2 of 7 inputs were not found: `") && text.contains("Give their folder: --data DIR"), "\(text)")
  }

  @Test func `two cohorts of one script keep their own members`() throws {
    let shell = try mixed()
    try shell.run("a = load-cases in/case1.png | each { it.mean }; b = load-cases in/case[123].png | each { it.max }")
    try shell.run("{first: a[0].value, second: b[1].value, count: b.count} | save two.csv")
    let recipe = try Recipe(sidecar: shell.bytes("two.csv.recipe.json"))
    #expect(recipe.batches.map(\.members.count) == [1, 3])
    #expect(try compare(shell, "two.csv", in: [shell.folder]).isIdentical)
  }

  @Test func `names come in natural order, files without endings by their content, and what is no image is counted`() throws {
    let shell = try mixed()
    let cases = try #require(try shell.run("load-cases in") as? Cases)
    #expect(cases.paths.map(\.name) == ["IM0001", "case1.png", "case2.png", "case3.png", "case4.png", "case5.dcm", "case10.tif"])
    #expect(shell.notes.contains { $0.hasPrefix("1 file is no image: notes.txt; 1 folder was not searched: deep") })
    #expect(try shell.run("(glob in/case*.*)[5].name").oneLine == "case10.tif")
    let all = try #require(try shell.run("load-cases \"in/**/*.png\"") as? Cases)
    #expect(all.paths.map(\.text) == ["in/case1.png", "in/case2.png", "in/case3.png", "in/case4.png", "in/deep/case1.png"])
    // Files of one name are distinguished by their folders.
    #expect(all.labels == ["in/case1.png", "case2.png", "case3.png", "case4.png", "deep/case1.png"])
    #expect(try shell.failure("load-cases in/notes.txt").contains("no image in `in/notes.txt`, which matches 1 other file"))
    #expect(symlink("nowhere.png", shell.path("in/link.png")) == 0)
    #expect(try shell.failure("load in/link.png").contains("`in/link.png` is a link to `nowhere.png`, which does not exist"))
    let rows = try #require(try shell.run("load-cases in/link.png | each errors=keep { it.mean }") as? Table)
    #expect(rows.size == "1 file: 0 measured, 1 unreadable" && rows.csv.contains("is a link to `nowhere.png`"))
  }

  @Test func `names that are no UTF-8 are listed and opened`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 seed=1 | save a.png; phantom size=64 seed=2 | save b.png")
    for (byte, name) in [(0xF6, "a.png"), (0xE4, "b.png")] {
      let path: [CChar] =
        Array((shell.folder + "/R").utf8CString.dropLast()) + [CChar(truncatingIfNeeded: byte)] + Array("x.png".utf8CString)
      #expect(rename(shell.path(name), path) == 0)
    }
    let table = try #require(try shell.run("load-cases . | each { it.mean }") as? Table)
    #expect(table.rows.count == 2)
    let means = table.rows.compactMap { $0[1] as? Double }
    #expect(
      try Set(means) == Set([shell.number("(phantom size=64 seed=1).image.mean"), shell.number("(phantom size=64 seed=2).image.mean")]))
    try shell.run("load-cases . | each { it.mean } | save rows.csv")
    #expect(try compare(shell, "rows.csv", in: [shell.folder]).isIdentical)
    // As a terminal passes it: ambiguous here, and so refused.
    #expect(try shell.failure("load R\u{FFFD}x.png").contains("no file `R"))
    let path: [CChar] = Array((shell.folder + "/R").utf8CString.dropLast()) + [CChar(truncatingIfNeeded: 0xE4)] + Array("x.png".utf8CString)
    #expect(unlink(path) == 0)
    #expect(try shell.number("(load R\u{FFFD}x.png).width") == 64)
  }

  @Test func `a cohort's counts say what came of its files`() throws {
    func table(_ rows: [[(any Value)?]], columns: [String] = ["case", "percent", "grade", "error"], unreadable: Set<Int>? = [1]) -> Table {
      Table(columns: columns, rows: rows, rowName: "case", unreadable: unreadable)
    }
    let scored: [(any Value)?] = ["a", 12.0, "mild", nil]
    let broken: [(any Value)?] = ["b", nil, nil, "cannot read"]
    let empty: [(any Value)?] = ["c", nil, "no lungs found", nil]
    #expect(table([scored, broken, empty]).size == "3 files: 1 scored, 1 unreadable, 1 without lungs")
    #expect(table([scored, broken, empty], unreadable: []).size == "3 files: 1 scored, 1 failed, 1 without lungs")
    #expect(table([scored, scored], unreadable: nil).size == "2 cases: all scored")
    #expect(table([scored, broken, empty]).keeping([1, 2]).size == "2 files: 0 scored, 1 unreadable, 1 without lungs")
    #expect(table([scored, broken]).keeping([1, 0]).unreadable == [0])
    #expect(Table(columns: ["a"], rows: [[1.0]]).size == "1 row")
  }

  @Test func `CSV is what pandas, R and spreadsheets read`() {
    let table = Table(
      columns: ["case", "percent", "intervals.percent", "list"],
      rows: [
        ["=1+1", 12.5, List([1.0, 2.5]), List([1.0, 2.0])], ["-5", -5.0, nil, nil], ["@x", Double.nan, List([0.0, 3.0]), "a\"b"],
        ["+x", nil, nil, "line\nbreak"], ["\tx", 1.0, nil, "-"],
      ])
    #expect(
      table.csv == """
        case,percent,percent.low,percent.high,list
        '=1+1,12.5,1,2.5,"[1, 2]"
        -5,-5,,,
        '@x,,0,3,"a""b"
        '+x,,,,"line
        break"
        '\tx,1,,,'-

        """)
  }

  @Test func `intervals stand next to their values by one name, in files of each and save as in those of a cohort`() throws {
    let record = Record([
      ("case", "a"), ("percent", 5.0), ("right", Record([("percent", 4.0)])), ("auc", 0.8), ("auc.interval", List([0.7, 0.9])),
      ("intervals", Record([("percent", List([1.0, 9.0])), ("right", Record([("percent", List([2.0, 6.0]))]))])),
    ])
    let table = Table(records: [record])
    let columns = "case,percent,percent.low,percent.high,right.percent,right.percent.low,right.percent.high,auc,auc.low,auc.high"
    #expect(table.csv == columns + "\na,5,1,9,4,2,6,0.8,0.7,0.9\n")
    #expect(Table.cells(of: record).map(\.key).joined(separator: ",") == columns)
    // Where the name is taken, an interval keeps that of its own column.
    let taken = Table(columns: ["percent", "percent.low", "intervals.percent"], rows: [[5.0, 3.0, List([1.0, 9.0])]])
    #expect(taken.csv == "percent,percent.low,intervals.percent.low,intervals.percent.high\n5,3,1,9\n")
    let severity = Table(columns: ["score.percent", "score.intervals.percent"], rows: [[5.0, List([1.0, 9.0])], [nil, nil]])
    #expect(severity.csv == "score.percent,score.percent.low,score.percent.high\n5,1,9\n,,\n")
    #expect(severity.earlierCSV == "score.percent,score.intervals.percent.low,score.intervals.percent.high\n5,1,9\n,,\n")
  }

  // MARK: Locks

  private func lock(_ script: String, in shell: Shell) throws -> (lock: RunLock, outcome: Session.Outcome) {
    let recorder = StepRecorder(.segsh)
    var host = shell.host
    host.stepped = { recorder.take($0, $1) }
    let outcome = Session(registry: .segsh, host: host, mode: .script).execute(script)
    return (RunLock(script: script, parameters: [:], recorder: recorder, outcome: outcome), outcome)
  }

  @Test func `a case that fails is a row of the lock: the same failure is identical, another one and none are reported`() throws {
    let shell = try mixed()
    let script = "seglang 1\nrows = load-cases in | each { it.mean } errors=keep\n"
    let first = try lock(script, in: shell)
    #expect(!first.outcome.hasErrors && first.lock.run.failures.count == 1)
    let read = try RunLock(parsing: Array(first.lock.text.utf8), path: "x")
    #expect(read.run.failures == first.lock.run.failures && read.run.batches == first.lock.run.batches)
    func report(_ now: RunLock, script: String) -> ReplayReport { ReplayReport(subject: "x", of: now.run, script: now.script, with: read) }
    let same = report(try lock(script, in: shell).lock, script: script)
    #expect(same.isIdentical && same.text == "x: 2 steps identical, 1 case fails as before\n")
    try write("another broken one", to: "in/case4.png", in: shell)
    let other = report(try lock(script, in: shell).lock, script: script)
    #expect(!other.isIdentical && other.remarks.contains { $0.contains("input5.png has changed") }, "\(other.text)")
    try Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]).write(to: URL(fileURLWithPath: shell.path("in/case4.png")))
    let differently = report(try lock(script, in: shell).lock, script: script)
    #expect(differently.remarks.contains { $0.contains("case input5.png (5 of 7) fails with another error") }, "\(differently.text)")
    try shell.run("phantom size=64 seed=4 | save in/case4.png")
    let mended = report(try lock(script, in: shell).lock, script: script)
    #expect(!mended.isIdentical && mended.remarks.contains { $0.contains("case input5.png (5 of 7) no longer fails") }, "\(mended.text)")
    // A lock of another script never passes.
    let comment = script + "# a comment\n"
    #expect(!report(try lock(comment, in: shell).lock, script: comment).isIdentical)
  }
}
