import Testing

@testable import SegModel

@Suite struct ModelComparisonTests {
  @Test func `no training shows the phantoms of the comparison`() {
    let learned = Set((0..<10_000).map(TrainingSample.phantomSeed))
    #expect(learned.isDisjoint(with: ModelComparison.phantomSeeds), "a recipe may ask for 10,000 phantoms at most")
  }
}
