import Basics
import Foundation
import TestSupport
import Testing

@Suite struct CSVTextTests {
  @Test(arguments: [
    ("=1+1", "'=1+1"), ("+a", "'+a"), ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"),
    ("\rx", "'\rx"), ("=\u{301}1", "'=\u{301}1"), ("＝1", "'＝1"), ("'=1", "''=1"), ("-", "'-"), ("-1.5", "-1.5"), ("+3", "+3"),
    ("-1e-3", "-1e-3"),
    ("a=b", "a=b"), ("'a", "'a"), ("", ""), ("''", "''"),
  ])
  func `a formula gets an apostrophe and comes back`(text: String, cell: String) {
    #expect(CSVText.guarded(text) == cell)
    #expect(CSVText.unguarded(cell) == text)
  }

  @Test func `every text comes back`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let text = String(
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in "'=+-@\t\ra1.,\"\n".randomElement(using: &generator) ?? "a" })
      #expect(CSVText.unguarded(CSVText.guarded(text)) == text, "\(text.debugDescription)")
    }
  }

  @Test func `a table is read with the texts that were written`() throws {
    let folder = try TemporaryFolder()
    let texts = ["=1+1", "'=1", "-3", "a,\"b\"", "@x"]
    let text = CSVText.line(["name", "value"]) + texts.map { CSVText.line([CSVText.guarded($0), "1"]) }.joined()
    try folder.write(text, to: "table.csv")
    #expect(try CSVTable(path: folder.file("table.csv"), requiring: ["name"]).rows.map { $0["name"] } == texts)
  }

  @Test(arguments: [
    ("a,b\r\n1,\"x, \"\"y\"\"\nz\"\n", [["a", "b"], ["1", "x, \"y\"\nz"]]), ("a\n\n\"\"\nb\n", [["a"], [""], [""], ["b"]]),
    ("a\nx", [["a"], ["x"]]), ("", []), ("x\"y,\"a\"b\"c\n", [["x\"y", "ab\"c"]]), ("\"open\n,", [["open\n,"]]),
    ("'=1,'a\n", [["=1", "'a"]]),
  ])
  func `a text that follows no standard is read all the same`(text: String, rows: [[String]]) { #expect(CSVText.rows(of: text) == rows) }
}
