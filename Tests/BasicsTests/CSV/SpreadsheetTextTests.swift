import Basics
import Testing

@Suite("Tables of spreadsheets")
struct SpreadsheetTextTests {
  private func read(_ text: String, _ separator: SpreadsheetText.Separator? = nil) throws -> SpreadsheetText {
    try SpreadsheetText(parsing: Array(text.utf8), path: "t.csv", separator: separator)
  }

  @Test func `find the separator outside of quotes`() throws {
    #expect(try read("a,b\n1,2\n").separator == .comma)
    #expect(try read("\"x,y,z\";b;c\n1;2;3\n").columns == ["x,y,z", "b", "c"])
    #expect(try read("a\tb\n1,5\t2\n").rows[0].fields == ["1,5", "2"])
    #expect(try read("a\n1\n").separator == .comma)
    #expect(try read("a;b\n1;2\n", .comma).columns == ["a;b"])
    let stated = try read("sep=;\r\na;b\r\n1;2\r\n")
    #expect(stated.columns == ["a", "b"] && stated.rows[0].line == 3)
  }

  @Test func `read Excel's encodings, quoted line ends and empty rows and columns`() throws {
    let table = try read("\u{FEFF}a;b;;\r\n\"x\r\ny\";\"say \"\"hi\"\"\";;\r\n;;;\r\nü;;;\r\n;;;")
    #expect(table.columns == ["a", "b"])
    #expect(table.rows.map(\.fields) == [["x\r\ny", "say \"hi\""], ["ü", ""]] && table.rows.map(\.line) == [2, 5])
    #expect(table.remarks == [.emptyRows(2), .emptyColumns(2)])
    let latin = try SpreadsheetText(parsing: Array("Gr".utf8) + [0xF6, 0xDF, 0x80] + Array("\n1\n".utf8), path: "t.csv")
    #expect(latin.columns == ["Größ€"] && latin.remarks == [.encoding("Windows-1252")])
    let wide: [UInt8] = [0xFF, 0xFE] + "a,b\n1,ü\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let utf16 = try SpreadsheetText(parsing: wide, path: "t.csv")
    #expect(utf16.rows[0].fields == ["1", "ü"] && utf16.remarks == [.encoding("UTF-16")])
  }

  @Test func `name the rows of R`() throws {
    let csv = try read("\"\",\"a\"\n\"1\",5\n\"2\",6\n")
    #expect(csv.columns == ["row", "a"] && csv.remarks == [.namedRows("row")])
    let table = try read("\"a\",\"b\"\n\"1\",5,6\n\"2\",6,7\n")
    #expect(table.columns == ["row", "a", "b"] && table.rows[1].fields == ["2", "6", "7"])
  }

  @Test(arguments: [
    ("", CSVError.empty(path: "t.csv")), ("\n\n", .empty(path: "t.csv")),
    ("a,b\n1,2\n3\n", .wrongFieldCount(path: "t.csv", line: 3, found: 1, expected: 2)),
    ("a,a\n1,2\n", .duplicateColumn(path: "t.csv", column: "a")), ("a, a\n1,2\n", .duplicateColumn(path: "t.csv", column: "a")),
    ("a,,c\n1,2,3\n", .unnamedColumn(path: "t.csv", number: 2)), ("a\n\"x\n", .unclosedQuote(path: "t.csv", line: 2)),
  ])
  func `are refused with the line and column`(text: String, error: CSVError) { #expect(throws: error) { try read(text) } }

  @Test func `of any bytes end in a table or an error`() {
    var generator = SeededGenerator(seed: 26)
    let alphabet = Array("a1,;\t\"\n\r= -".utf8) + [0, 0xFF, 0xFE, 0xC3, 0xBF]
    for _ in 0..<20_000 {
      let bytes = (0..<Int(generator.next(upperBound: 24 as UInt))).map { _ in
        alphabet[Int(generator.next(upperBound: UInt(alphabet.count)))]
      }
      guard let table = try? SpreadsheetText(parsing: bytes, path: "t.csv") else { continue }
      #expect(table.rows.allSatisfy { $0.fields.count == table.columns.count }, "\(bytes)")
      #expect(Set(table.columns).count == table.columns.count && !table.columns.contains(""), "\(bytes)")
    }
  }
}
