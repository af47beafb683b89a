import SegLang
import Testing

@testable import SegCommands
@testable import SegValues

@Suite("Tables")
struct TableTests {
  @Test func `columns of records inside are reached by their full names`() throws {
    let shell = try Shell()
    try shell.run("rows = 1..3 | each { {case: it, percent: it, right: {percent: 60 + it}, zones: {A: it / 2}} }")
    #expect(try shell.number("rows[0].right.percent") == 61 && shell.number("rows[0].percent") == 1)
    #expect(try #require(try shell.run("rows | where { it.right.percent > 61 }") as? Table).rows.count == 2)
    #expect(try #require(try shell.run("rows | each { {q: it.zones.A, r: it.right} }") as? Table).columns == ["q", "r.percent"])
    #expect(try #require(try shell.run("rows | sort by=zones.A descending=true") as? Table).numbers(in: "percent") == [3, 2, 1])
    #expect(try shell.number("explain (rows[1].right.percent); rows[1].right.percent") == 62)
    #expect(try shell.failure("rows | where { it.A > 1 }").contains("no property `A`"))
    #expect(try shell.failure("rows | sort by=A").contains("did you mean `zones.A`?"))
  }

  @Test func `become CSV with quotes only where they are needed`() {
    let table = Table(columns: ["file", "percent"], rows: [["a, \"b\".png", 12.5], ["c.png", nil]])
    #expect(table.csv == "file,percent\n\"a, \"\"b\"\".png\",12.5\nc.png,\n")
  }

  @Test func `are made of records, with columns of their own for records inside`() {
    let table = Table(records: [
      Record([("file", "a"), ("score", Record([("percent", 1.0), ("zones", Record([("A", 2.0)]))]))]),
      Record([("file", "b"), ("note", "x")]),
    ])
    #expect(table.columns == ["file", "score.percent", "score.zones.A", "note"])
    #expect(table.csv == "file,score.percent,score.zones.A,note\na,1,2,\nb,,,x\n")
    #expect(table.records.count == 2)
  }

  @Test func `stand in aligned columns`() {
    let table = Table(columns: ["name", "area"], rows: [["right", 1234.0], ["left", 5.25]], rowName: "region")
    #expect(table.details == ["name   area", "right  1234", "left   5.25"])
    #expect(table.oneLine == "2 regions: name, area")
  }

  @Test func `fit a window, and say what they leave out`() {
    let table = Table(
      columns: ["case", "percent", "note", "grade"],
      rows: (1...30).map { ["case \($0)", Double($0), String(repeating: "long ", count: 20), "mild"] })
    let lines = table.fitted(width: 50, height: 10)
    #expect(lines.count == 10 && lines.allSatisfy { $0.count <= 50 }, "\(lines)")
    #expect(lines[1].hasPrefix("case 1        1  long long"))
    #expect(lines[9] == "… 22 more rows; columns grade")
    #expect(table.fitted(width: 200, height: 31).count == 31)
    #expect(table.fitted(width: 12, height: 2).allSatisfy { $0.count <= 20 })
    #expect(Table(columns: ["a"], rows: []).fitted(width: 60, height: 10) == [])
  }

  @Test func `that are curves are told in a line`() throws {
    let histogram = Table(
      columns: ["level", "count", "percent"], rows: [[1.0, 2.0, 20.0], [3.0, 5.0, 50.0], [5.0, 3.0, 30.0]], rowName: "bin")
    #expect(histogram.isCurve)
    #expect(
      try histogram.curveInWords()
        == "3 bins from 1 to 5, 10 px: mode in the bin at 3 (50 %); a quarter up to 3, half up to 3, three quarters up to 5")
    let profile = Table(columns: ["distance", "intensity"], rows: [[0.0, 7.0], [1.0, 1.0], [2.0, 4.0]], rowName: "sample")
    #expect(try profile.curveInWords() == "3 samples over 2 px: intensity 1 (at 1) to 7 (at 0), mean 4; 7 at the start, 4 at the end")
    let empty = Table(columns: ["level", "count", "percent"], rows: [[1.0, 0.0, 0.0], [2.0, 0.0, 0.0]], rowName: "bin")
    #expect(try empty.curveInWords() == "2 bins, no px")
    #expect(!Table(columns: ["level", "count"], rows: [[1.0, 0.0], [2.0, 0.0]]).isCurve)
  }
}
