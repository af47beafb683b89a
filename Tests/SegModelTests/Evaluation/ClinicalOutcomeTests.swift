import Basics
import Platform
import Testing

@testable import ImageOps
@testable import SegModel

@Suite struct ClinicalOutcomeTests {
  /// A hundred patients, two X-rays each, whose risk is a logistic function of the figure.
  private func points(strength: Double) -> [ClinicalOutcome.Point] {
    var generator = SeededGenerator(seed: 5)
    return (0..<100).flatMap { patient -> [ClinicalOutcome.Point] in
      let figure = generator.normal()
      let happened = generator.uniform() < 1 / (1 + exp(-strength * figure))
      return (0..<2).map { _ in
        ClinicalOutcome.Point(patient: "p\(patient)", figure: 10 + 3 * figure + 0.1 * generator.normal(), happened: happened)
      }
    }
  }

  @Test func `foretold risks agree with what happened`() throws {
    let points = points(strength: 2)
    let section = try #require(ClinicalOutcome.calibration(points, title: "t"))
    let shares = section.figures.prefix(4)
    for figure in shares {
      let foretold = try #require(figure.name.split(separator: " ").last.flatMap { Double($0) })
      #expect(try #require(figure.interval).contains(foretold), "\(figure)")
      #expect(figure.count == 50)
    }
    #expect(try #require(shares.first?.value) < 0.3 && shares.last?.value ?? 0 > 0.7)
    let brier = section.figures.suffix(2).compactMap(\.value)
    #expect(brier[0] < brier[1] - 0.04)
    let noise = try #require(ClinicalOutcome.calibration(self.points(strength: 0), title: "t")).figures.suffix(2).compactMap(\.value)
    #expect(noise[0] > noise[1] - 0.01, "what tells nothing foretells nothing")
  }

  @Test func `a patient is foretold by others`() throws {
    var points = points(strength: 2)
    let before = try #require(ClinicalOutcome.foretold(points))
    for index in points.indices where points[index].patient == "p3" { points[index].happened.toggle() }
    let after = try #require(ClinicalOutcome.foretold(points))
    for index in points.indices where points[index].patient == "p3" { #expect(before[index] == after[index]) }
    #expect(before != after)
  }

  @Test func `too few cases say nothing`() {
    #expect(ClinicalOutcome.calibration(Array(points(strength: 2).prefix(39)), title: "t") == nil)
    #expect(ClinicalOutcome(cases: []).table.isEmpty)
  }

  @Test func `groups are named`() {
    let record = CaseRecord(
      id: "opacity/a.png", kind: .opacity, imagePath: "", lungsPath: nil, opacityPath: nil, annotationPath: nil, patient: "p", fold: 2,
      finding: "", view: "AP",
      sex: "F", age: 69.9, geographicExtent: nil, brixia: nil, brixiaZones: nil, survived: nil, intubated: nil, wentToICU: nil,
      mayBeKnownElsewhere: false)
    #expect(CaseAttribute.allCases.map { $0.group(of: record) } == ["opacity", "2", "AP", "F", "50 to 69", "unknown"])
  }
}
