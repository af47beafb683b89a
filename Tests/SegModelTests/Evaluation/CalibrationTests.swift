import Testing

@testable import ImageOps
@testable import SegModel

@Suite struct CalibrationTests {
  /// Cases whose drawn opacity, extent and Brixia score are known functions of a severity, judged with error.
  private func cases(_ count: Int, seed: UInt64, bias: Double = 0) -> [Calibration.Case] {
    var generator = SeededGenerator(seed: seed)
    let size = Size(width: 20, height: 30)
    let lungs = LabelImage(size: size, labels: (0..<600).map { $0 % 20 < 10 ? 1 : 2 })
    return (0..<count).map { index in
      let level = Double(index % 10) / 10
      func mask(_ level: Double) -> Mask { Mask(size: size) { _ in generator.uniform() < level } }
      let drawn = LungZones(counting: lungs, mask(level))
      let found = LungZones(counting: lungs, mask(min(max(level + bias + generator.normal() * 0.05, 0), 1)))
      let told = ReaderScores.Goal.allCases.map { _ in level + generator.normal() * 0.1 }
      let record = CaseRecord(
        id: "case-\(index)", patient: "p\(index)", fold: index % 5, geographicExtent: index % 2 == 0 ? level * 8 : nil, brixia: level * 18)
      return Calibration.Case(
        record: record, fold: index % 5, severity: Severity(areas: found),
        features: SeverityFeatures(zones: found, pixelCount: 600, scores: told), drawn: drawn)
    }
  }

  private func value(_ section: Evaluation.Section, _ name: String) throws -> Double {
    let figure = try #require(section.figures.first { $0.name == name })
    return try #require(figure.value)
  }

  @Test func intervalsOfFoldsThatWereLeftOutHoldNineOfTen() throws {
    let calibration = Calibration(cases: cases(150, seed: 3))
    let sections = calibration.sections
    #expect(sections.map(\.title) == IntervalRule.Figure.allCases.map(\.rawValue))
    for section in sections {
      let held = try value(section, "share inside the interval")
      #expect((0.8...0.99).contains(held), "\(section.title): \(held)")
    }
    #expect(try value(sections[0], "Pearson") > 0.95)
    #expect(try value(sections[5], "mean absolute error") < 1.5)
    #expect(calibration.table.contains("brixia_estimate"))
  }

  @Test func theThresholdIsTheOneThatAgreesBestOnOtherFolds() throws {
    let count = Calibration.opacityThresholds.count
    // Fold 0 would choose the last, all others the second.
    var cases = cases(50, seed: 7)
    for index in cases.indices {
      let peak = cases[index].fold == 0 ? count - 1 : 1
      cases[index].dice = (0..<count).map { 0.8 - 0.05 * Double(abs($0 - peak)) }
    }
    let calibration = Calibration(cases: cases, opacityThreshold: Calibration.threshold(from: cases.compactMap(\.dice)))
    #expect(calibration.opacityThreshold == 0.35)
    let figures = try #require(calibration.overlap).figures
    expectClose([try #require(figures[1].value)], [(40 * 0.8 + 10 * (0.8 - 0.05 * Double(count - 2))) / 50], relative: 1e-9)
    #expect(figures[count].name == "mean, chosen by the other folds" && figures[count].value == figures[1].value)
    var model = SegmentationModel(configuration: try UNetConfiguration(inChannels: 1, classes: 3, width: 8), side: 32, weights: [:])
    calibration.apply(to: &model)
    #expect(model.thresholds.opacity == 0.35)
    #expect(
      Calibration.threshold(from: Array(repeating: Array(repeating: 0.5, count: count), count: 10)) == 0.6, "the higher of equal ones")
    #expect(Calibration.threshold(from: Array(repeating: [1], count: 9)) == nil)
  }

  @Test func aBiasedNetworkGetsWiderIntervals() throws {
    func width(_ bias: Double) throws -> Double {
      let section = try #require(Calibration(cases: cases(100, seed: 3, bias: bias)).sections.first)
      return try value(section, "mean width of the interval")
    }
    #expect(try width(0.2) > 1.5 * width(0))
  }

  @Test func givesAModelEstimatorsAndRules() throws {
    var model = SegmentationModel(configuration: try UNetConfiguration(inChannels: 1, classes: 3, width: 8), side: 32, weights: [:])
    let cases = cases(60, seed: 5)
    Calibration(cases: cases).apply(to: &model)
    #expect(model.intervalRules?.rules.count == IntervalRule.Figure.allCases.count)
    #expect(
      model.intervalRules?[.percent]?.cases == 60 && model.intervalRules?[.lung]?.cases == 120 && model.intervalRules?[.extent]?.cases == 30
    )
    #expect(model.extentEstimator?.validation?.cases == 30 && model.brixiaEstimator?.validation?.cases == 60)
    Calibration(cases: Array(cases.prefix(5))).apply(to: &model)
    #expect(model.brixiaEstimator == .told(.brixia), "too few cases to fit to")
    #expect(model.intervalRules?[.percent] == nil && model.intervalRules?[.brixiaEstimate] == nil)
  }
}
