import Testing

@testable import SegCommands

@Suite("Numbers as people read them")
struct NumberFormatTests {
  @Test("thousands", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (867_630, "867,630")])
  func grouped(number: Int, text: String) { #expect(NumberFormat.grouped(number) == text) }

  @Test(
    "decimals",
    arguments: [(0.005, 2, "0.01"), (1.5, 0, "2"), (-0.001, 2, "0.00"), (3.14159, 3, "3.142"), (12, 1, "12.0"), (-2.25, 1, "-2.3")])
  func fixed(number: Double, decimals: Int, text: String) { #expect(NumberFormat.fixed(number, decimals) == text) }

  @Test("no zeros at the end", arguments: [(14.0, "14"), (14.4, "14.4"), (14.405, "14.41"), (0.1, "0.1")])
  func short(number: Double, text: String) { #expect(NumberFormat.short(number) == text) }

  @Test(
    "three significant digits",
    arguments: [(0.1434, "0.143"), (1.434, "1.43"), (14.34, "14.3"), (143.4, "143"), (1434, "1,434"), (0.01234, "0.01234")])
  func significant(number: Double, text: String) { #expect(NumberFormat.significant(number) == text) }

  @Test("percentages", arguments: [(0.364, "36 %"), (0.0364, "3.6 %"), (0.00041, "0.04 %"), (0, "0 %")])
  func percent(share: Double, text: String) { #expect(NumberFormat.percent(share) == text) }
}
