import Basics
import TestSupport
import Testing

@testable import ImageOps
@testable import Network
@testable import SegModel

@Suite struct ScoreEstimatorTests {
  /// Cases whose score is told by areas, by the network with twice the noise, or by both.
  private func examples(_ count: Int, noise: Double, seed: UInt64) -> [ScoreEstimator.Example] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { index in
      let zones = LungZones(
        counting: LabelImage(size: Size(width: 20, height: 30), labels: (0..<600).map { $0 % 20 < 10 ? 1 : 2 }),
        Mask(size: Size(width: 20, height: 30)) { _ in generator.uniform() < Double(index % 10) / 10 })
      let score = min(max(Double(index % 10) * 1.8 + generator.normal() * noise, 0), 18)
      let told = ReaderScores.Goal.allCases.map { _ in score / 18 + generator.normal() * noise / 9 }
      return .init(
        patient: "p\(index / 2)", features: SeverityFeatures(zones: zones, pixelCount: 600, scores: told), score: score)
    }
  }

  @Test func `estimates scores and says how well`() throws {
    let examples = examples(80, noise: 1, seed: 4)
    let estimator = try #require(ScoreEstimator.fitted(to: examples, range: 0...18))
    let validation = try #require(estimator.validation)
    #expect(validation.cases == 80 && validation.pearson > 0.95 && validation.meanAbsoluteError < 1.2)
    let fresh = self.examples(200, noise: 1, seed: 5)
    let told = ScoreEstimator.told(.brixia)
    func error(_ estimator: ScoreEstimator) -> Double {
      Statistics.mean(fresh.map { abs(estimator.estimate($0.features) - $0.score) }) ?? .infinity
    }
    #expect(error(estimator) < 0.8 * error(told), "areas and what the network tells are better together")
    #expect(fresh.allSatisfy { (0...18).contains(estimator.estimate($0.features)) })
    #expect(ScoreEstimator.fitted(to: Array(examples[..<11]), range: 0...18) == nil, "too few to learn from")
  }

  @Test func `takes what the network tells`() {
    let item = examples(1, noise: 0, seed: 1)[0]
    var features = item.features.values
    features[SeverityFeatures.areaCount + ReaderScores.Goal.extent.rawValue] = 0.5
    let zones = LungZones(
      counting: LabelImage(size: Size(width: 2, height: 3), labels: [1, 2, 1, 2, 1, 2]), Mask(size: Size(width: 2, height: 3), filled: true)
    )
    func told(_ scores: [Double]) -> Double {
      ScoreEstimator.told(.extent).estimate(SeverityFeatures(zones: zones, pixelCount: 6, scores: scores))
    }
    #expect(told([0, 0, 0, 0, 0.5]) == 4 && told([1, 1, 1, 1, 0]) == 0 && told([0, 0, 0, 0, 2]) == 8 && told([0, 0, 0, 0, -1]) == 0)
    #expect(told([0, 0, 0, 0, .nan]) == 4, "the middle, where nothing can be said")
  }

  @Test func `survives its file`() throws {
    let folder = try TemporaryFolder()
    let estimator = try #require(ScoreEstimator.fitted(to: examples(40, noise: 2, seed: 6), range: 0...18))
    try Safetensors.write([estimator.content(named: "brixia")], metadata: ["severity_brixia": estimator.description], to: folder.file("x"))
    let file = try Safetensors(path: folder.file("x"))
    let read = try #require(try ScoreEstimator(named: "brixia", in: file))
    #expect(read.validation == estimator.validation && read.range == 0...18)
    expectClose(read.regression.weights, estimator.regression.weights, relative: 1e-6, absolute: 1e-9)
    #expect(try ScoreEstimator(named: "extent", in: file) == nil)
    let told = ScoreEstimator.told(.brixia)
    try Safetensors.write([told.content(named: "brixia")], metadata: ["severity_brixia": told.description], to: folder.file("x"))
    #expect(try ScoreEstimator(named: "brixia", in: Safetensors(path: folder.file("x"))) == told)
    try Safetensors.write([estimator.content(named: "brixia")], metadata: ["severity_brixia": "{}"], to: folder.file("x"))
    #expect(throws: ModelError.self) { try ScoreEstimator(named: "brixia", in: Safetensors(path: folder.file("x"))) }
  }

  @Test func `the layer is a product and survives its file`() throws {
    let rows = (0..<5).map { goal in [Float(goal), 0.5, -0.25] }
    let layer = ScoreLayer(rows: rows)
    #expect(layer.scores(of: [0.25, 1]) == [0.25, 0.5, 0.75, 1, 1.25])
    #expect(layer.scores(of: [.infinity, 0])[1] == 0, "features beyond all numbers tell nothing")
    let folder = try TemporaryFolder()
    try Safetensors.write([layer.content], metadata: [:], to: folder.file("x"))
    #expect(try ScoreLayer(in: Safetensors(path: folder.file("x")), featureCount: 2) == layer)
    #expect(throws: (any Error).self) { try ScoreLayer(in: Safetensors(path: folder.file("x")), featureCount: 3) }
    try Safetensors.write([], metadata: [:], to: folder.file("y"))
    #expect(try ScoreLayer(in: Safetensors(path: folder.file("y")), featureCount: 2) == nil)
  }
}
