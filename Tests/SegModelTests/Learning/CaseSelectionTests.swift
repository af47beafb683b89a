import Testing

@testable import SegModel

@Suite struct CaseSelectionTests {
  private func candidate(_ uncertainty: Double, _ features: [Float], percent: Double? = 10, doubt: ImageCheck.Doubt? = nil)
    -> CaseSelection.Candidate
  {
    CaseSelection.Candidate(uncertainty: uncertainty, features: features, percent: percent, doubt: doubt)
  }

  @Test func `the most uncertain comes first, and its twin last`() {
    let candidates = [candidate(0.9, [0, 0]), candidate(0.89, [0, 0]), candidate(0.3, [1, 0]), candidate(0.4, [0, 1])]
    let choices = CaseSelection.choose(4, from: candidates, known: [])
    #expect(choices.map(\.index) == [0, 3, 2, 1])
    #expect(choices[0].distance == nil && choices[3].distance == 0)
  }

  @Test func `what resembles known cases is not chosen`() {
    let candidates = [candidate(0.9, [0, 0]), candidate(0.2, [3, 3])]
    #expect(CaseSelection.choose(1, from: candidates, known: [[0, 0]]).map(\.index) == [1])
    #expect(CaseSelection.choose(1, from: candidates, known: []).map(\.index) == [0])
  }

  @Test func `doubtful images and images without lungs are left out`() {
    let candidates = [candidate(0.9, [0], doubt: .lateral), candidate(0.8, [1], percent: nil), candidate(0.1, [2])]
    #expect(CaseSelection.choose(3, from: candidates, known: []).map(\.index) == [2])
    #expect(CaseSelection.choose(3, from: [], known: []).isEmpty)
  }

  @Test func `the scale of a feature does not matter, and a constant one has no part`() {
    let plain = [candidate(0.5, [0, 1, 7]), candidate(0.5, [1, 0, 7]), candidate(0.5, [4, 0, 7]), candidate(0.4, [0, 5, 7])]
    let scaled = plain.map { candidate($0.uncertainty, [$0.features[0] * 1000, $0.features[1] / 1000, .infinity]) }
    #expect(CaseSelection.choose(4, from: plain, known: []).map(\.index) == CaseSelection.choose(4, from: scaled, known: []).map(\.index))
  }

  @Test func `the uncertainty is the mean entropy over the lungs`() {
    // Right lung, left lung, opacity of 2 x 2 pixels: two pixels are lung.
    let prediction = Segmentation.Prediction(
      side: 2, planes: [0.9, 0.1, 0.1, 0.1, 0.1, 0.9, 0.1, 0.1, 0.5, 0, 0.5, 0.5], features: [], ownFeatures: [], scores: nil)
    #expect(CaseSelection.Candidate.entropy(prediction, lungThreshold: 0.5) == 0.5)
    #expect(CaseSelection.Candidate.entropy(prediction, lungThreshold: 0.95) == 0)
  }
}
