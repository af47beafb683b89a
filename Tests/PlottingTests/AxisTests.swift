import Testing

@testable import Plotting

@Suite("An axis")
struct AxisTests {
  private func labels(_ values: [Double], target: Int = 6) -> [String] { labels(Axis(), values, target: target) }

  private func labels(_ axis: Axis, _ values: [Double], target: Int = 6) -> [String] {
    AxisTicks(axis, values: values, target: target, isRounded: true).ticks.map(\.label)
  }

  @Test func `has round numbers`() {
    #expect(labels([0.13, 0.88]) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels([-20, 100]) == ["−20", "0", "20", "40", "60", "80", "100"])
    #expect(labels([0, 12_345], target: 3) == ["0", "5000", "10000", "15000"])
    #expect(labels(Axis(limits: 0...256), [], target: 6) == ["0", "50", "100", "150", "200", "250"])
    #expect(labels([1e-9, 3e-9], target: 3) == ["1e−9", "2e−9", "3e−9"])
    #expect(labels([]).count > 1)
  }

  @Test func `has powers where it is logarithmic, and leaves out what has none`() {
    #expect(labels(Axis(scale: .logarithmic), [0.001, 100]) == ["0.001", "0.01", "0.1", "1", "10", "100"])
    #expect(labels(Axis(scale: .logarithmic), [1, 8], target: 6).contains("5"))
    #expect(AxisTicks(Axis(scale: .logarithmic), values: [1, 10], target: 4, isRounded: true).fraction(of: 0) == nil)
  }

  @Test func `has days, months or years, as there is room`() throws {
    func days(_ text: String) throws -> Double { try #require(CivilDate.days(of: text)) }
    #expect(labels(Axis(scale: .dates), [try days("2020-03-14"), try days("2020-03-28")], target: 3) == ["2020-03-14", "2020-03-28"])
    let month = try (1...9).map { try days("2020-03-0\($0)") }
    #expect(labels(Axis(scale: .dates), month, target: 2) == ["2020-03-02", "2020-03-09"], "Mondays")
    let year = try (1...9).map { try days("2020-0\($0)-15") }
    #expect(labels(Axis(scale: .dates), year, target: 4) == ["2020-04", "2020-07"])
    let years = try (0...9).map { try days("201\($0)-06-15") }
    #expect(labels(Axis(scale: .dates), years, target: 5) == ["2012", "2014", "2016", "2018"])
  }

  @Test(arguments: [[3.0, 3], [-1e200, 1e200], [1e-300, 2e-300], [.nan, 1, .infinity]])
  func `is as wide as its data, with numbers inside`(values: [Double]) {
    for isRounded in [true, false] {
      let axis = AxisTicks(Axis(), values: values, target: 5, isRounded: isRounded)
      #expect(axis.ticks.allSatisfy { (0...1).contains($0.fraction) })
      for value in values where value.isFinite { #expect((-1e-9...1 + 1e-9).contains(axis.fraction(of: value) ?? -1), "\(value)") }
    }
  }

  @Test func `reads dates as Foundation does`() throws {
    #expect(CivilDate.days(of: "1970-01-01") == 0)
    #expect(CivilDate.days(of: "2000-03-01") == 11_017)
    #expect(CivilDate.days(of: "2020-02-29T12:00") == 18_321.5)
    for text in ["2021-02-29", "2020-13-01", "2020-1-1", "20200101", "2020-01-01T25:00", "abcd-ef-gh", "", "2020-01-00"] {
      #expect(CivilDate.days(of: text) == nil, "\(text)")
    }
    for day in stride(from: -800_000, through: 800_000, by: 997) { #expect(CivilDate(days: day).days == day) }
  }

  @Test func `lines are cut at the frame`() throws {
    let part = try #require(PlotFrame.clipped((-1, 0.5), (2, 0.5)))
    #expect(part.start == (0, 0.5) && part.end == (1, 0.5))
    #expect(PlotFrame.clipped((-1, -1), (-0.5, 2)) == nil)
    let whole = try #require(PlotFrame.clipped((0.2, 0.3), (0.4, 0.9)))
    #expect(whole.start == (0.2, 0.3) && whole.end == (0.4, 0.9))
  }
}
