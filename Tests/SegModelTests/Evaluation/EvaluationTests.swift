import Basics
import Testing

@testable import ImageOps
@testable import SegModel

@Suite struct EvaluationTests {
  private func record(_ index: Int, extent: Double?, icu: Bool?) -> CaseRecord {
    CaseRecord(
      id: "opacity/\(index).png", kind: .opacity, imagePath: "", lungsPath: nil, opacityPath: nil, annotationPath: nil,
      patient: "p\(index)", fold: 0,
      finding: "",
      view: "", sex: "", age: nil, geographicExtent: extent, brixia: nil, brixiaZones: nil, survived: nil, intubated: nil, wentToICU: icu,
      mayBeKnownElsewhere: false)
  }

  private func evaluation() throws -> Evaluation {
    let size = Size(width: 12, height: 9)
    let lungs = LabelImage(size: size, labels: (0..<size.count).map { $0 % 12 < 5 ? 1 : $0 % 12 > 6 ? 2 : 0 })
    return Evaluation(
      cases: try (0..<4).map { (index: Int) throws -> CaseEvaluation in
        let opacity = Mask(size: size) { $0 % 12 < index }
        let truth = Mask(size: size) { $0 % 12 < index + 1 }
        return CaseEvaluation(
          record: record(index, extent: Double(index) + 0.5, icu: index == 3 ? nil : index > 1),
          lungs: try Overlap(of: lungs.foreground, against: lungs.foreground), rightLung: nil, leftLung: nil,
          hasSidesApart: index != 2, opacity: try Overlap(of: opacity, against: truth),
          lungsDistance: try surfaceDistances(of: lungs.foreground, against: lungs.foreground),
          opacityDistance: try surfaceDistances(of: opacity, against: truth), severity: try Severity(lungs: lungs, opacity: opacity),
          drawnPercent: 10 * Double(index + 1))
      })
  }

  @Test func `summarizes cases`() throws {
    let evaluation = try evaluation()
    let figures = Dictionary(uniqueKeysWithValues: evaluation.sections.flatMap(\.figures).map { ($0.name, $0) })
    #expect(figures["lungs Dice, mean"]?.value == 1)
    // Dice of i columns in i + 1: 0, 2/3, 4/5, 6/7.
    expectClose([try #require(figures["opacity Dice, mean"]?.value)], [(0 + 2.0 / 3 + 0.8 + 6.0 / 7) / 4], relative: 1e-9)
    expectClose([try #require(figures["opacity Dice, median"]?.value)], [(2.0 / 3 + 0.8) / 2], relative: 1e-9)
    #expect(figures["opacity, average symmetric, mean"]?.count == 3, "a missing outline has no distance")
    expectClose([try #require(figures["percent and geographic extent: Pearson"]?.value)], [1], relative: 1e-9)
    #expect(figures["right and left lung distinguished"]?.value == 0.75)
    let course = Dictionary(uniqueKeysWithValues: ClinicalOutcome(cases: evaluation.cases).areas.figures.map { ($0.name, $0) })
    #expect(course["ICU admission from percent"]?.value == 1 && course["ICU admission from percent"]?.count == 3)
    #expect(figures["right lung Dice, mean"] == nil && course["death from percent"] == nil)
    let interval = try #require(figures["opacity Dice, mean"]?.interval)
    #expect(interval.lowerBound >= 0 && interval.upperBound <= 6.0 / 7 && interval.lowerBound < interval.upperBound)
  }

  @Test func `groups and rows`() throws {
    let evaluation = try evaluation()
    let groups = evaluation.sections(by: .fold)
    #expect(groups.map(\.title) == ["fold 0: 4 cases"])
    #expect(groups.first?.figures.map(\.name).prefix(3) == ["lungs Dice, mean", "opacity Dice, mean", "opacity Dice, median"])
    let rows = evaluation.csv(hidesNames: false).split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.count == 5 && Set(rows.map(\.count)).count == 1)
    #expect(rows[0].starts(with: ["id", "patient", "fold", "view", "finding", "sex", "age", "went_icu"]))
    #expect(rows[1].starts(with: ["opacity/0.png", "p0", "0", "", "", "", "", "N", "", "", "0.5", "", "1.0", "0.0", "10.0", "0.0"]))
    #expect(rows[4][7].isEmpty)
  }

  @Test func `prints aligned columns`() throws {
    let lines = try evaluation().table.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "Overlap with reference masks                                 n    value   95 % interval")
    #expect(lines[1] == "lungs Dice, mean                                             4    1.000   1.000 to 1.000")
  }

  @Test func `JSON holds no number that is none`() throws {
    let evaluation = try evaluation()
    let json = try JSON(parsing: evaluation.json.description)
    #expect(json["cases"]?.arrayValue?.count == 4)
    #expect(json["cases"]?.arrayValue?[2]["opacity_dice"]?.numberValue == 0.8)
    #expect(json["cases"]?.arrayValue?[0]["severity"]?["grade"]?.stringValue == "none")
  }
}
