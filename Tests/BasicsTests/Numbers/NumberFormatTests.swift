import Basics
import Testing

@Suite("Numbers as people read them")
struct NumberFormatTests {
  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (867_630, "867,630")])
  func `thousands`(number: Int, text: String) { #expect(NumberFormat.grouped(number) == text) }

  @Test(arguments: [(0.005, 2, "0.01"), (1.5, 0, "2"), (-0.001, 2, "0.00"), (3.14159, 3, "3.142"), (12, 1, "12.0"), (-2.25, 1, "-2.3")])
  func `decimals`(number: Double, decimals: Int, text: String) { #expect(NumberFormat.fixed(number, decimals) == text) }

  @Test(arguments: [
    (14.0, "14"), (14.4, "14.4"), (14.405, "14.41"), (0.1, "0.1"), (1.2e20, "1.2e+20"), (-1.5e-10, "-1.5e-10"), (1e30, "1e+30"),
  ])
  func `no zeros at the end`(number: Double, text: String) { #expect(NumberFormat.short(number) == text) }

  @Test(arguments: [(0.1434, "0.143"), (1.434, "1.43"), (14.34, "14.3"), (143.4, "143"), (1434, "1,434"), (0.01234, "0.01234")])
  func `three significant digits`(number: Double, text: String) { #expect(NumberFormat.significant(number) == text) }

  @Test(arguments: [(0.364, "36 %"), (0.0364, "3.6 %"), (0.00041, "0.04 %"), (0, "0 %")])
  func `percentages`(share: Double, text: String) { #expect(NumberFormat.percent(share) == text) }

  @Test func `numbers of plots have about three digits`() {
    let expected: [(Double, String)] = [
      (0, "0"), (0.1234, "0.123"), (-0.5, "−0.5"), (1.005, "1"), (14.32, "14.3"), (1430, "1430"), (0.00002, "2e−5"), (2.5e12, "2.5e12"),
      (9.9999e-6, "1e−5"),
    ]
    for (value, text) in expected { #expect(NumberFormat.plotShort(value) == text) }
    #expect(NumberFormat.plotShort(.nan) == "-" && NumberFormat.plotFixed(-0.04, 1) == "0.0")
  }

  @Test(
    arguments: [
      (0, "0"), (-0.0, "0"), (-3, "-3"), (0.1 + 0.2, "0.30000000000000004"), (9_007_199_254_740_992, "9007199254740992"), (1e16, "1e+16"),
      (.leastNonzeroMagnitude, "5e-324"),
    ] as [(Double, String)])
  func `texts for programs read back as the same bits`(number: Double, text: String) {
    #expect(NumberFormat.exact(number) == text)
    #expect(Double(text) == number)
  }

  @Test func `whole numbers have no decimals, of either type`() {
    #expect(NumberFormat.plain(Float(0.1)) == "0.1" && NumberFormat.plain(Float(255)) == "255" && NumberFormat.plain(0.1) == "0.1")
    #expect(
      NumberFormat.plain(1e16) == "10000000000000000" && NumberFormat.plain(1e19) == "1e+19" && NumberFormat.plain(Double.nan) == "nan")
  }

  @Test func `halves are rounded as the binary value says, or away from zero`() {
    #expect(NumberFormat.binaryFixed(1.115, 2) == "1.11" && NumberFormat.fixed(1.115, 2) == "1.12")
    #expect(NumberFormat.binaryFixed(0.125, 2) == "0.12" && NumberFormat.fixed(0.125, 2) == "0.13")
    #expect(NumberFormat.binaryFixed(-0.001, 2) == "0.00" && NumberFormat.binaryFixed(-2.5, 0) == "-2")
    #expect(NumberFormat.binaryFixed(1, 20) == "1.000000000000000" && NumberFormat.binaryFixed(1e16, 2) == "1e+16")
  }

  @Test func `a column of a table has a hyphen for what does not fit`() {
    #expect(
      NumberFormat.tabulated(-0.0004) == "0.000" && NumberFormat.tabulated(-1.5) == "-1.500" && NumberFormat.tabulated(2.345, 2) == "2.35")
    for number in [Double.nan, .infinity, 1e12] { #expect(NumberFormat.tabulated(number) == "-") }
  }

  @Test func `statistics are whole or to the millionth`() {
    #expect(NumberFormat.statistic(-12_345) == "-12,345" && NumberFormat.statistic(1.0 / 3) == "0.333333")
    #expect(NumberFormat.statistic(1e-9) == "0" && NumberFormat.statistic(1e15) == "1000000000000000")
  }
}
