import Basics
import Testing

@Suite struct CSVTableTests {
  private func table(_ text: String, requiring required: [String] = []) throws -> CSVTable {
    try CSVTable(parsing: Array(text.utf8), path: "t.csv", requiring: required)
  }

  @Test func `reads quotes commas and line ends`() throws {
    let table = try table("\u{FEFF}a,b,c\r\n1,\"x, \"\"y\"\"\nz\",\n\n\"\",2,ü\n")
    #expect(table.columns == ["a", "b", "c"])
    #expect(table.rows.count == 2)
    #expect(table.rows[0]["b"] == "x, \"y\"\nz" && table.rows[0]["c"] == "" && table.rows[0].line == 2)
    #expect(table.rows[1]["a"] == "" && table.rows[1]["c"] == "ü" && table.rows[1].line == 5)
    #expect(try table.rows[0].number("a") == 1)
    #expect(try table.rows[0].number("c") == nil)
    #expect(try table.rows[0].number("unknown") == nil)
  }

  @Test func `reads a last line without end`() throws { #expect(try table("a\nx").rows.map { $0["a"] } == ["x"]) }

  @Test(arguments: [
    ("", CSVError.empty(path: "t.csv")), ("a,a\n", .duplicateColumn(path: "t.csv", column: "a")),
    ("b\n", .missingColumn(path: "t.csv", column: "a")),
    ("a,b\n1\n", .wrongFieldCount(path: "t.csv", line: 2, found: 1, expected: 2)), ("a\nx\"y\n", .strayQuote(path: "t.csv", line: 2)),
    ("a\n\"x\"y\n", .strayQuote(path: "t.csv", line: 2)), ("a\n\"x\n", .unclosedQuote(path: "t.csv", line: 2)),
  ])
  func `refuses`(text: String, error: CSVError) { #expect(throws: error) { try table(text, requiring: ["a"]) } }

  @Test func `refuses what is no number`() throws {
    let row = try table("a\nseven\n").rows[0]
    #expect(throws: CSVError.notANumber(path: "t.csv", line: 2, column: "a", text: "seven")) { try row.number("a") }
  }
}
