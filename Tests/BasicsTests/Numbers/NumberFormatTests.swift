import Basics
import Testing

@Suite("Numbers as people read them")
struct NumberFormatTests {
  @Test("thousands", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (867_630, "867,630")])
  func grouped(number: Int, text: String) { #expect(NumberFormat.grouped(number) == text) }

  @Test(
    "decimals",
    arguments: [(0.005, 2, "0.01"), (1.5, 0, "2"), (-0.001, 2, "0.00"), (3.14159, 3, "3.142"), (12, 1, "12.0"), (-2.25, 1, "-2.3")])
  func fixed(number: Double, decimals: Int, text: String) { #expect(NumberFormat.fixed(number, decimals) == text) }

  @Test(
    "no zeros at the end",
    arguments: [
      (14.0, "14"), (14.4, "14.4"), (14.405, "14.41"), (0.1, "0.1"), (1.2e20, "1.2e+20"), (-1.5e-10, "-1.5e-10"), (1e30, "1e+30"),
    ])
  func short(number: Double, text: String) { #expect(NumberFormat.short(number) == text) }

  @Test(
    "three significant digits",
    arguments: [(0.1434, "0.143"), (1.434, "1.43"), (14.34, "14.3"), (143.4, "143"), (1434, "1,434"), (0.01234, "0.01234")])
  func significant(number: Double, text: String) { #expect(NumberFormat.significant(number) == text) }

  @Test("percentages", arguments: [(0.364, "36 %"), (0.0364, "3.6 %"), (0.00041, "0.04 %"), (0, "0 %")])
  func percent(share: Double, text: String) { #expect(NumberFormat.percent(share) == text) }

  @Test("numbers of plots have about three digits")
  func plots() {
    let expected: [(Double, String)] = [
      (0, "0"), (0.1234, "0.123"), (-0.5, "−0.5"), (1.005, "1"), (14.32, "14.3"), (1430, "1430"), (0.00002, "2e−5"), (2.5e12, "2.5e12"),
      (9.9999e-6, "1e−5"),
    ]
    for (value, text) in expected { #expect(NumberFormat.plotShort(value) == text) }
    #expect(NumberFormat.plotShort(.nan) == "-" && NumberFormat.plotFixed(-0.04, 1) == "0.0")
  }

  @Test(
    "texts for programs read back as the same bits",
    arguments: [
      (0, "0"), (-0.0, "0"), (-3, "-3"), (0.1 + 0.2, "0.30000000000000004"), (9_007_199_254_740_992, "9007199254740992"), (1e16, "1e+16"),
      (.leastNonzeroMagnitude, "5e-324"),
    ] as [(Double, String)])
  func exact(number: Double, text: String) {
    #expect(NumberFormat.exact(number) == text)
    #expect(Double(text) == number)
  }

  @Test("whole numbers have no decimals, of either type")
  func plain() {
    #expect(NumberFormat.plain(Float(0.1)) == "0.1" && NumberFormat.plain(Float(255)) == "255" && NumberFormat.plain(0.1) == "0.1")
    #expect(
      NumberFormat.plain(1e16) == "10000000000000000" && NumberFormat.plain(1e19) == "1e+19" && NumberFormat.plain(Double.nan) == "nan")
  }

  @Test("halves are rounded as the binary value says, or away from zero")
  func halves() {
    #expect(NumberFormat.binaryFixed(1.115, 2) == "1.11" && NumberFormat.fixed(1.115, 2) == "1.12")
    #expect(NumberFormat.binaryFixed(0.125, 2) == "0.12" && NumberFormat.fixed(0.125, 2) == "0.13")
    #expect(NumberFormat.binaryFixed(-0.001, 2) == "0.00" && NumberFormat.binaryFixed(-2.5, 0) == "-2")
    #expect(NumberFormat.binaryFixed(1, 20) == "1.000000000000000" && NumberFormat.binaryFixed(1e16, 2) == "1e+16")
  }

  @Test("a column of a table has a hyphen for what does not fit")
  func tabulated() {
    #expect(
      NumberFormat.tabulated(-0.0004) == "0.000" && NumberFormat.tabulated(-1.5) == "-1.500" && NumberFormat.tabulated(2.345, 2) == "2.35")
    for number in [Double.nan, .infinity, 1e12] { #expect(NumberFormat.tabulated(number) == "-") }
  }

  @Test("statistics are whole or to the millionth")
  func statistic() {
    #expect(NumberFormat.statistic(-12_345) == "-12,345" && NumberFormat.statistic(1.0 / 3) == "0.333333")
    #expect(NumberFormat.statistic(1e-9) == "0" && NumberFormat.statistic(1e15) == "1000000000000000")
  }
}
