import Basics
import TestSupport
import Testing

@testable import ImageOps
@testable import Network
@testable import SegModel

@Suite struct CalibrationTests {
  /// Cases whose drawn opacity, extent and Brixia score are known functions of a severity, judged with error.
  private func cases(_ count: Int, seed: UInt64, bias: Double = 0, areaNoise: Double = 0.05, toldNoise: Double = 0.1)
    -> [Calibration.Case]
  {
    var generator = SeededGenerator(seed: seed)
    let size = Size(width: 20, height: 30)
    let lungs = LabelImage(size: size, labels: (0..<600).map { $0 % 20 < 10 ? 1 : 2 })
    return (0..<count).map { index in
      let level = Double(index % 10) / 10
      func mask(_ level: Double) -> Mask { Mask(size: size) { _ in generator.uniform() < level } }
      let drawn = LungZones(counting: lungs, mask(level))
      let found = LungZones(counting: lungs, mask(min(max(level + bias + generator.normal() * areaNoise, 0), 1)))
      let told = ReaderScores.Goal.allCases.map { _ in level + generator.normal() * toldNoise }
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

  @Test func `intervals of folds that were left out hold nine of ten`() throws {
    let calibration = Calibration(cases: cases(150, seed: 3))
    let sections = calibration.sections
    #expect(zip(sections.map(\.title), IntervalRule.Figure.allCases.map(\.rawValue)).allSatisfy { $0.hasPrefix($1) })
    for section in sections {
      let held = try value(section, "share inside the interval")
      #expect((0.8...0.99).contains(held), "\(section.title): \(held)")
    }
    #expect(try value(sections[0], "Pearson") > 0.95)
    #expect(try value(sections[5], "mean absolute error") < 1.5)
    #expect(calibration.table.contains("brixia_estimate"))
  }

  @Test func `the threshold is the one that agrees best on other folds`() throws {
    let count = Calibration.opacityThresholds.count
    // Fold 0 would choose the last, all others the second.
    var cases = cases(50, seed: 7)
    for index in cases.indices {
      let peak = cases[index].fold == 0 ? count - 1 : 1
      cases[index].dice = (0..<count).map { 0.8 - 0.05 * Double(abs($0 - peak)) }
    }
    let calibration = Calibration(cases: cases, opacityThreshold: Calibration.threshold(from: cases))
    #expect(calibration.opacityThreshold == 0.35)
    let expected = (40 * 0.8 + 10 * (0.8 - 0.05 * Double(count - 2))) / 50
    expectClose([try value(#require(calibration.thresholdSections.first), "opacity Dice, mean, at 0.35")], [expected], relative: 1e-9)
    expectClose([try value(#require(calibration.overlap), "opacity Dice, mean")], [expected], relative: 1e-9)
    var model = SegmentationModel(configuration: try UNetConfiguration(inChannels: 1, classes: 3, width: 8), side: 32, weights: [:])
    calibration.apply(to: &model)
    #expect(model.thresholds.opacity == 0.35)
    #expect(
      Calibration.threshold(dice: Array(repeating: Array(repeating: 0.5, count: count), count: 10)) == 0.6, "the higher of equal ones")
    #expect(Calibration.threshold(dice: Array(repeating: [1], count: 9)) == nil)
  }

  @Test func `films have a part in the threshold`() {
    let count = Calibration.opacityThresholds.count
    // Overlap is best at the first threshold, and hardly worse at the others.
    let dice = Array(repeating: (0..<count).map { 0.8 - 0.01 * Double($0) }, count: 20)
    // Half of the clear films are called clear from the fourth threshold on, all at the last, where half of the pneumonias are lost.
    let clear = (0..<30).map { film in
      Calibration.Film(isClear: true, percents: (0..<count).map { $0 == count - 1 || film % 2 == 1 && $0 >= 3 ? 3 : 8 })
    }
    let ill = (0..<10).map { film in
      Calibration.Film(isClear: false, percents: (0..<count).map { $0 == count - 1 && film % 2 == 0 ? 2 : 9 })
    }
    #expect(Calibration.threshold(dice: dice) == Calibration.opacityThresholds[0])
    #expect(Calibration.threshold(dice: dice, films: clear) == Calibration.opacityThresholds[count - 1])
    #expect(Calibration.threshold(dice: dice, films: clear + ill) == Calibration.opacityThresholds[3])
  }

  @Test func `films without masks are told apart by view`() throws {
    func mask(_ size: Size, upTo count: Int) -> Mask {
      var place = 0
      return Mask(size: size) { _ in
        defer { place += 1 }
        return place < count
      }
    }
    func film(_ index: Int, kind: CaseRecord.Kind, view: String, percent: Double) -> Calibration.Case {
      let size = Size(width: 20, height: 50)
      let lungs = LabelImage(size: size, labels: (0..<1000).map { $0 % 20 < 10 ? 1 : 2 })
      let zones = LungZones(counting: lungs, mask(size, upTo: Int(10 * percent)))
      var record = CaseRecord(id: "f\(index)", patient: "f\(index)", fold: index % 5, geographicExtent: nil, brixia: nil)
      (record.kind, record.view, record.finding) = (kind, view, kind == .unlabeled ? "Pneumonia" : "No Finding")
      return Calibration.Case(
        record: record, fold: index % 5, severity: Severity(areas: zones),
        features: SeverityFeatures(zones: zones, pixelCount: 1000, scores: ReaderScores.Goal.allCases.map { _ in percent / 100 }))
    }
    let films =
      (0..<10).map { film($0, kind: .clear, view: "AP", percent: Double($0)) }
      + (0..<10).map { film($0, kind: .unlabeled, view: "AP", percent: Double($0) + 5.5) }
      + (0..<10).map { film($0, kind: .clear, view: "PA", percent: 1) }
    let section = try #require(Calibration(cases: cases(60, seed: 5) + films).heldOut.first { $0.title == "Films without masks" })
    #expect(try value(section, "clear (AP): called at most 3 %") == 0.4)
    #expect(try value(section, "clear (AP): percent, median") == 4.5)
    #expect(try value(section, "clear (PA): called at most 3 %") == 1)
    // Of 100 pairs those in which the pneumonia has the higher percentage: 10 - max(0, 4 - k) for the k-th pneumonia.
    #expect(try value(section, "labeled pneumonia, clear (AP): AUC by percent") == 0.9)
    #expect(!section.figures.contains { $0.name.hasPrefix("pneumonia with boxes") })
  }

  @Test func `a biased network gets wider intervals`() throws {
    func width(_ bias: Double) throws -> Double {
      let section = try #require(Calibration(cases: cases(100, seed: 3, bias: bias)).sections.first)
      return try value(section, "mean width of the interval")
    }
    #expect(try width(0.2) > 1.5 * width(0))
  }

  @Test func `gives a model estimators and rules`() throws {
    var model = SegmentationModel(configuration: try UNetConfiguration(inChannels: 1, classes: 3, width: 8), side: 32, weights: [:])
    let cases = cases(60, seed: 5)
    Calibration(cases: cases).apply(to: &model)
    #expect(model.intervalRules?.rules.count == IntervalRule.Figure.allCases.count)
    #expect(
      model.intervalRules?[.percent]?.cases == 60 && model.intervalRules?[.lung]?.cases == 120 && model.intervalRules?[.extent]?.cases == 30
    )
    #expect(model.brixiaEstimator != nil && model.brixiaEstimator != .told(.brixia))
    let folder = try TemporaryFolder()
    model.weights = UNet(model.configuration, seed: 1).weights
    try model.write(to: folder.file("m.safetensors"))
    let read = try SegmentationModel(path: folder.file("m.safetensors"))
    #expect(!model.heldOut.isEmpty && read.heldOut == model.heldOut)
    Calibration(cases: Array(cases.prefix(5))).apply(to: &model)
    #expect(model.brixiaEstimator == .told(.brixia), "too few cases to fit to")
    #expect(model.intervalRules?[.percent] == nil && model.intervalRules?[.brixiaEstimate] == nil)
  }

  @Test func `many clear films do not move the estimates of others`() throws {
    // Films that the network takes for half opaque: fitted like the others, a thousand of them would outweigh all scored cases.
    let films = self.cases(400, seed: 11).map { item in
      var film = item
      film.record = CaseRecord(
        id: item.record.id + "f", patient: item.record.patient + "f", fold: item.fold, geographicExtent: 0, brixia: 0)
      film.record.kind = .clear
      return film
    }
    let scored = cases(60, seed: 5)
    let (alone, together) = (Calibration(cases: scored), Calibration(cases: scored + films))
    func slope(_ calibration: Calibration) throws -> Double {
      try #require(calibration.estimator(.brixiaEstimate, by: .share, from: calibration.cases)).regression.weights[
        SeverityFeatures.shareIndex]
    }
    #expect(try slope(together) < slope(alone) && slope(together) > slope(alone) * 0.55)
    let section = try #require(together.sections.first { $0.title.hasPrefix("brixia_estimate") })
    #expect(section.figures.first { $0.name == "Pearson" }?.count == 60, "agreement is with readers alone")
    #expect(section.figures.contains { $0.name == "clear films: mean width of the interval" && $0.count == 400 })
  }

  @Test func `scores are estimated the way that errs least on folds left out`() throws {
    for (areas, told) in [(0.5, 0.02), (0.02, 0.5), (0.15, 0.15)] {
      let calibration = Calibration(cases: self.cases(60, seed: 9, areaNoise: areas, toldNoise: told))
      for figure in [IntervalRule.Figure.extentEstimate, .brixiaEstimate] {
        func error(_ way: Calibration.Way) -> Double {
          calibration.points(for: figure, by: way).reduce(0) { $0 + ($1.value - $1.truth) * ($1.value - $1.truth) }
        }
        #expect(Calibration.Way.allCases.allSatisfy { error($0) >= error(calibration.choice(for: figure).way) })
        #expect(error(.told) < error(.share) || areas < told || areas == 0.15)
        #expect(error(.share) < error(.told) || areas > told || areas == 0.15)
        #expect(areas != told || error(.mean) < min(error(.told), error(.share)), "errors that have nothing to do with each other")
      }
    }
    // The mean of the two, of a case that neither was fitted to.
    let cases = self.cases(60, seed: 9, areaNoise: 0.15, toldNoise: 0.15)
    let point = try #require(Calibration(cases: cases).points(for: .brixiaEstimate, by: .mean).first { $0.fold == 0 })
    let features = try #require(cases[0].features)
    let others = cases.filter { $0.fold != 0 }
    let x = others.compactMap { $0.features?.values[SeverityFeatures.shareIndex] }
    let y = others.compactMap(\.record.brixia)
    let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let slope = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    let line = my + slope * (features.values[SeverityFeatures.shareIndex] - mx)
    let told = 18 * features.values[SeverityFeatures.areaCount + ReaderScores.Goal.brixia.rawValue]
    #expect(abs(point.value - min(max((line + told) / 2, 0), 18)) < 1e-3)
  }
}
