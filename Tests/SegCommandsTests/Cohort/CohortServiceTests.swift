import Basics
import SegCommands
import SegLang
import SegValues
import TestSupport
import Testing

@testable import SegServices

/// The parts of a cohort run that a test reaches without running the program.
@Suite struct CohortServiceTests {
  private static func plan(count: Int, shard: CohortPlan.Shard? = nil, sample: CohortPlan.Sample? = nil) -> CohortPlan {
    CohortPlan(
      script: "s", parameters: [JSON.Member("least", "3")], caseCount: count, cases: "c", spacing: nil, values: [], isStrict: false,
      hidesNames: true, shard: shard, sample: sample)
  }

  @Test func `an interval becomes two columns next to its value`() {
    let record = Record([
      ("percent", 12.5), ("right", Record([("percent", 10.0)])), ("grade", "mild"), ("clear", false), ("spacing", Length.millimeters(0.2)),
      ("share", Percentage(0.25)), ("none", Double.nan), ("points", List([1.0, 2.0])),
      ("intervals", Record([("percent", List([3.0, 20.0])), ("right", Record([("percent", List([1.0, 30.0]))]))])),
      ("auc", Record([("value", 0.8), ("interval", List([0.7, 0.9]))])),
    ])
    let cells = Table.cells(of: record)
    #expect(
      cells.map { "\($0.key)=\(CSVText.text(ofCell: $0.value))" } == [
        "percent=12.5", "percent.low=3", "percent.high=20", "right.percent=10", "right.percent.low=1", "right.percent.high=30",
        "grade=mild",
        "clear=false", "spacing=0.2mm", "share=0.25", "none=", "points=[1, 2]", "auc.value=0.8", "auc.low=0.7", "auc.high=0.9",
      ])
  }

  @Test func `shards part the cases, and so do the shards of a sample`() {
    for sample in [nil, CohortPlan.Sample(count: 40, seed: 3)] {
      let whole = Self.plan(count: 101, sample: sample).numbers
      #expect(whole.count == (sample?.count ?? 101) && whole == whole.sorted() && Set(whole).count == whole.count)
      let parts = (1...7).compactMap { CohortPlan.Shard(number: $0, of: 7) }.map {
        Self.plan(count: 101, shard: $0, sample: sample).numbers
      }
      #expect(parts.flatMap { $0 }.sorted() == whole)
      #expect(parts.allSatisfy { abs($0.count - whole.count / 7) <= 1 })
    }
    #expect(Self.plan(count: 3, sample: CohortPlan.Sample(count: 9, seed: 1)).numbers == [1, 2, 3])
    #expect(Self.plan(count: 0).numbers.isEmpty)
    let (one, other) = (CohortPlan.Sample(count: 20, seed: 1), CohortPlan.Sample(count: 20, seed: 2))
    #expect(Self.plan(count: 500, sample: one).numbers != Self.plan(count: 500, sample: other).numbers)
  }

  @Test(arguments: ["0/3", "4/3", "1", "1/2/3", "a/b", "1/", "-1/2", "1/0"]) func `what is no shard is refused`(text: String) {
    #expect(CohortPlan.Shard(text) == nil)
  }

  @Test func `a merge takes the last line of each case as it was written`() throws {
    let folder = try TemporaryFolder()
    for shard in 1...2 {
      let plan = Self.plan(count: 5, shard: CohortPlan.Shard(number: shard, of: 2))
      let journal = try CohortJournal.start(plan, in: folder.file("parts/\(shard)"))
      try journal.append(CohortJournal.Model(name: "default", sha256: String(repeating: "a", count: 64)))
      for number in plan.numbers {
        var entry = CohortEntry(number: number, name: "input\(number).png")
        entry.outcome = .failed(code: "E301", reason: "not yet")
        try journal.append(entry)
        // The second line of a case counts.
        if number != 4 { entry.outcome = .row([JSON.Member("mean", .number(Double(number) / 3))]) }
        try journal.append(entry)
      }
      try journal.flush()
    }
    let summary = try CohortMerge.merge([folder.file("parts")], into: folder.file("whole"), formats: [.csv, .jsonl])
    #expect(summary.cases == 5 && summary.measured == 4 && summary.failed == 1)
    let lines = try folder.text(of: "whole/journal.jsonl").split(separator: "\n")
    #expect(lines.count == 1 + 1 + 5, "plan, model, cases")
    let parts = try (1...2).flatMap { try folder.text(of: "parts/\($0)/journal.jsonl").split(separator: "\n") }
    #expect(lines.dropFirst().allSatisfy(parts.contains))
    let journal = try #require(try CohortJournal.read(in: folder.file("whole")))
    #expect(journal.numbers == [1, 2, 3, 4, 5] && journal.failedCount == 1 && journal.models.count == 1 && journal.plan.shard == nil)
    #expect(try journal.entry(5)?.outcome == .row([JSON.Member("mean", .number(5.0 / 3))]))
    #expect(try folder.text(of: "whole/results.csv").hasPrefix("case,mean,doubt,duplicate_of,file_sha256,pixels_sha256\ninput1.png,0.333"))
    #expect(try folder.text(of: "whole/results.jsonl").split(separator: "\n").count == 4)
    #expect(try folder.text(of: "whole/failures.csv") == "case,code,reason\ninput4.png,E301,not yet\n")
  }

  @Test(arguments: [
    ("out/overlay.png", false), ("Doe_Jane-1.png", true), ("x-Doe_Jane-1-overlay.png", true), ("Doe_Jane-12.svg", true),
    ("p1-overlay.png", true),
    ("p12.png", false), ("up1.jpg", false), ("up1.png", false), ("u-p1.png", true), ("p1.png", true), ("out/p1.png", true),
    ("p1.png.svg", true),
    ("xDoe_Jane-1.png", true), ("table-1.csv", false),
  ])
  func `a file that is named after an input is found`(name: String, isNamedAfterInput: Bool) {
    var names = FileNames(hidesAll: true, .segsh)
    for input in ["xrays/Doe_Jane-1.png", "p1.png"] {
      _ = names.name(of: StepFile(role: .input, name: input, isDICOM: false, isArgument: true, byteCount: 1) { nil })
    }
    #expect(names.areGivenAway(by: name) == isNamedAfterInput)
    #expect(!FileNames(hidesAll: false, .segsh).areGivenAway(by: name))
  }

  @Test func `a plan is read back from its JSON, and says what differs`() throws {
    let plan = Self.plan(count: 9, shard: CohortPlan.Shard("2/3"), sample: CohortPlan.Sample(count: 5, seed: .max))
    #expect(try CohortPlan(JSON(parsing: Array(plan.json.text.utf8)), path: "") == plan)
    #expect(plan.changes(since: plan).isEmpty)
    #expect(
      Self.plan(count: 9).changes(since: plan) == [
        "the shard was 2/3 before, all cases now", "the sample was 5 cases with seed \(UInt64.max) before, all cases now",
      ])
    #expect(throws: CohortProblem.notARun("x")) { try CohortPlan(["a": 1], path: "x") }
    #expect(throws: CohortProblem.otherVersion("x")) { try CohortPlan(["segsh_cohort": 99], path: "x") }
  }

  @Test func `a journal keeps the last line of a case`() throws {
    let folder = try TemporaryFolder()
    var entry = CohortEntry(number: 3, name: "input3.png")
    entry.outcome = .failed(code: "E301", reason: "no")
    do {
      let journal = try CohortJournal.start(Self.plan(count: 5), in: folder.file("r"))
      try journal.append(entry)
      #expect(journal.failedCount == 1)
      #expect(throws: CohortProblem.inUse(folder.file("r"))) { try CohortJournal.open(in: folder.file("r")) }
    }
    let journal = try #require(try CohortJournal.open(in: folder.file("r")))
    #expect(try journal.entry(3) == entry)
    entry.outcome = .row([JSON.Member("x", 0.1), JSON.Member("t", "a\u{1B}\"\n")])
    entry.notes = ["n"]
    try journal.append(entry)
    #expect(journal.failedCount == 0 && journal.doneCount == 1)
    #expect(try journal.entry(3) == entry)
    #expect(try journal.entry(4) == nil)
    #expect(try CohortJournal.open(in: folder.file("nothing")) == nil)
    try folder.write("hello\n", to: "s/journal.jsonl")
    #expect(throws: CohortProblem.self) { try CohortJournal.open(in: folder.file("s")) }
    #expect(try folder.text(of: "s/journal.jsonl") == "hello\n")
  }

  @Test func `words of a job script are quoted for the shell`() {
    #expect(SlurmScript.quoted("a/b-1.seg") == "a/b-1.seg")
    #expect(SlurmScript.quoted("it's $HOME") == "'it'\\''s $HOME'")
    #expect(SlurmScript.quoted("") == "''")
  }
}
