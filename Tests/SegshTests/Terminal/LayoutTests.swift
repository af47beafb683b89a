import Testing

@testable import Terminal
@testable import segsh

@Suite struct LayoutTests {
  @Test func `colors take no room, and what follows is indented as told`() {
    #expect(
      Layout.wrapped("\u{1B}[1;31mone\u{1B}[0m two three four five", columns: 21, indent: 2)
        == "\u{1B}[1;31mone\u{1B}[0m two three four\n  five")
  }

  @Test func `messages are broken at blanks, lines of source are not`() {
    let text = "error[E301]: a message that is long\n  source that is longer than the terminal\n  ^^^^"
    #expect(
      Display.fitted(text, columns: 30) == "error[E301]: a message that\n  is long\n  source that is longer than the terminal\n  ^^^^")
  }

  @Test func `wide lines are broken at blanks and indented like their second column`() {
    #expect(
      Layout.wrapped("  phantom  Makes a synthetic chest X-ray whose lungs are known.\nshort", columns: 34) == """
          phantom  Makes a synthetic
                   chest X-ray whose
                   lungs are known.
        short
        """)
  }

  @Test func `a row of a table is cut where the screen ends`() {
    #expect(Layout.clipped("  case    mean  width  height  area", columns: 24) == "  case    mean  width…")
    #expect(Layout.clipped("  case  mean", columns: 24) == "  case  mean")
  }

  @Test func `a line that fits stays as it is`() {
    let text = "a   b\n\n  c\n"
    #expect(Layout.wrapped(text, columns: 40) == text)
  }

  @Test(arguments: [20, 33, 40, 57]) func `nothing of words that fit is wider than the terminal, and no word is lost`(columns: Int) {
    let text = "  name  one two three four five six seven eight nine ten eleven twelve\nand a plain line of quite some length here"
    let wrapped = Layout.wrapped(text, columns: columns)
    #expect(wrapped.split(separator: "\n").allSatisfy { $0.count < columns })
    #expect(wrapped.split(whereSeparator: \.isWhitespace) == text.split(whereSeparator: \.isWhitespace))
  }
}
