import SegLang
import Testing

@testable import SegCommands

@Suite("Tables")
struct TableTests {
  @Test("become CSV with quotes only where they are needed")
  func csv() {
    let table = Table(columns: ["file", "percent"], rows: [["a, \"b\".png", 12.5], ["c.png", nil]])
    #expect(table.csv == "file,percent\n\"a, \"\"b\"\".png\",12.5\nc.png,\n")
  }

  @Test("are made of records, with columns of their own for records inside")
  func records() {
    let table = Table(records: [
      Record([("file", "a"), ("score", Record([("percent", 1.0), ("zones", Record([("A", 2.0)]))]))]),
      Record([("file", "b"), ("note", "x")]),
    ])
    #expect(table.columns == ["file", "score.percent", "score.zones.A", "note"])
    #expect(table.csv == "file,score.percent,score.zones.A,note\na,1,2,\nb,,,x\n")
    #expect(table.records.count == 2)
  }

  @Test("stand in aligned columns")
  func details() {
    let table = Table(columns: ["name", "area"], rows: [["right", 1234.0], ["left", 5.25]], rowName: "region")
    #expect(table.details == ["name   area", "right  1234", "left   5.25"])
    #expect(table.oneLine == "2 regions: name, area")
  }
}
