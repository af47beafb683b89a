import Testing

@testable import ImageOps
@testable import SegModel

@Suite struct RidgeRegressionTests {
  @Test func agreesWithNumPy() throws {
    let file = try fixture("statistics")
    let flat = try file.doubles("rows")
    let rows = stride(from: 0, to: flat.count, by: 5).map { Array(flat[$0..<$0 + 5]) }
    let regression = try #require(
      RidgeRegression(
        rows: rows, targets: file.doubles("targets"), importances: file.doubles("importances"), featureScales: file.doubles("factors"),
        strength: 0.2))
    expectClose(regression.weights + [regression.bias], try file.doubles("ridge"), relative: 1e-4, absolute: 1e-6)
    #expect(regression.weights[4] == 0, "a feature that does not vary says nothing")
  }

  @Test func isDefinedForFewCases() throws {
    #expect(RidgeRegression(rows: [], targets: [], strength: 1) == nil)
    let one = try #require(RidgeRegression(rows: [[1, 2]], targets: [3], strength: 1))
    #expect(one.prediction(for: [50, -7]) == 3)
  }

  private func examples(_ count: Int, noise: Double, seed: UInt64) -> [ScoreEstimator.Example] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { index in
      let zones = LungZones(
        counting: LabelImage(size: Size(width: 20, height: 30), labels: (0..<600).map { $0 % 20 < 10 ? 1 : 2 }),
        Mask(size: Size(width: 20, height: 30)) { _ in generator.uniform() < Double(index % 10) / 10 })
      let pooled = (0..<16).map { _ in Float(generator.normal()) }
      let score = min(max(Double(index % 10) * 1.8 + generator.normal() * noise, 0), 18)
      return .init(patient: "p\(index / 2)", features: SeverityFeatures(zones: zones, pixelCount: 600, pooled: pooled), score: score)
    }
  }

  @Test func estimatesScoresAndSaysHowWell() throws {
    let examples = examples(80, noise: 1, seed: 4)
    let estimator = try #require(ScoreEstimator.fitted(to: examples, range: 0...18))
    #expect(estimator.validation.cases == 80 && estimator.validation.pearson > 0.9 && estimator.validation.meanAbsoluteError < 1.5)
    let fresh = self.examples(200, noise: 1, seed: 5)
    let inside = fresh.count { estimator.estimate($0.features).interval.contains($0.score) }
    #expect((160...198).contains(inside), "\(inside) of 200 intervals hold the score; nine of ten should")
    #expect(fresh.allSatisfy { (0...18).contains(estimator.estimate($0.features).value) })
    #expect(ScoreEstimator.fitted(to: Array(examples[..<11]), range: 0...18) == nil, "too few to learn from")
  }

  @Test func survivesItsFile() throws {
    let folder = try ScratchFolder()
    let estimator = try #require(ScoreEstimator.fitted(to: examples(40, noise: 2, seed: 6), range: 0...18))
    try Safetensors.write([estimator.content(named: "brixia")], metadata: ["severity_brixia": estimator.description], to: folder.file("x"))
    let file = try Safetensors(path: folder.file("x"))
    let read = try #require(try ScoreEstimator(named: "brixia", in: file))
    #expect(read.validation == estimator.validation && read.range == 0...18)
    expectClose(read.regression.weights, estimator.regression.weights, relative: 1e-6, absolute: 1e-9)
    #expect(try ScoreEstimator(named: "extent", in: file) == nil)
    try Safetensors.write([estimator.content(named: "brixia")], metadata: ["severity_brixia": "{}"], to: folder.file("x"))
    #expect(throws: ModelError.self) { try ScoreEstimator(named: "brixia", in: Safetensors(path: folder.file("x"))) }
  }
}
