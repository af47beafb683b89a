import Basics
import Testing

@testable import SegModel

@Suite struct LearningProofTests {
  /// One case per patient, whose lungs keep a Dice coefficient of 0.9.
  private func pairs(_ group: LearningProof.Group, opacity: [(Double, Double)], error: (Double, Double) = (5, 5)) -> [LearningProof.Pair] {
    opacity.enumerated().map { index, dice in
      LearningProof.Pair(
        group: group, patient: "\(index)", before: CaseScores(lungs: 0.9, opacity: dice.0, percentError: error.0),
        after: CaseScores(lungs: 0.9, opacity: dice.1, percentError: error.1))
    }
  }

  private let kept = Array(repeating: (0.6, 0.6), count: 12)

  @Test func `a gain on corrected cases without a loss elsewhere is accepted`() {
    let proof = LearningProof(pairs(.corrected, opacity: [(0.5, 0.6), (0.4, 0.6), (0.7, 0.7)]) + pairs(.reference, opacity: kept))
    #expect(proof.failures.isEmpty)
    #expect(abs(proof.gain - 0.05) < 1e-12, "half of the mean gain of the opacity")
    #expect(proof.count(.corrected) == 3 && proof.count(.reference) == 12 && proof.count(.phantoms) == 0)
  }

  @Test func `no gain, or a gain of one patient at the expense of the others, is refused`() {
    #expect(LearningProof(pairs(.corrected, opacity: [(0.5, 0.5), (0.4, 0.4), (0.7, 0.7)])).failures.count == 1)
    let proof = LearningProof(pairs(.corrected, opacity: [(0.1, 0.9), (0.5, 0.45), (0.7, 0.65)]))
    #expect(proof.failures == ["Dice, lungs and opacity, corrected cases: worse for 2 of 3 patients; at most a third may be"])
  }

  @Test func `from 20 patients on the interval decides`() throws {
    let noisy = (0..<20).map { $0 % 2 == 0 ? (0.5, 0.71) : (0.5, 0.3) }
    let proof = LearningProof(pairs(.corrected, opacity: noisy))
    #expect(proof.gain > 0)
    #expect(try #require(proof.failures.first).contains("the 95 % CI of the difference starts at -"))
    #expect(LearningProof(pairs(.corrected, opacity: (0..<20).map { (0.5, 0.6 + 0.001 * Double($0)) })).failures.isEmpty)
  }

  @Test(arguments: LearningProof.Group.allCases.filter { $0 != .corrected })
  func `each loss beyond its margin is refused and named`(group: LearningProof.Group) {
    let gain = pairs(.corrected, opacity: [(0.5, 0.6), (0.4, 0.6), (0.7, 0.8)])
    #expect(LearningProof(gain + pairs(group, opacity: Array(repeating: (0.6, 0.585), count: 12))).failures.isEmpty)
    #expect(LearningProof(gain + pairs(group, opacity: Array(repeating: (0.6, 0.45), count: 12))).failures.count == 1)
    let error = LearningProof(gain + pairs(group, opacity: kept, error: (5, 6.5)))
    #expect(error.failures == ["error of percent, \(group.words): worse by 1.500 points, at most 1.0 is allowed"])
    #expect(LearningProof(gain + pairs(group, opacity: kept, error: (5, 5.9))).failures.isEmpty)
  }

  @Test func `opacity that is gained at the expense of the lungs is refused`() {
    let pairs = pairs(.corrected, opacity: [(0.4, 0.6), (0.4, 0.6), (0.7, 0.8)]).map { pair in
      var after = pair.after
      after.lungs = 0.85
      return LearningProof.Pair(group: pair.group, patient: pair.patient, before: pair.before, after: after)
    }
    #expect(LearningProof(pairs).failures == ["Dice, lungs, corrected cases: worse by 0.050, at most 0.01 is allowed"])
  }

  @Test func `the interval resamples patients, not images`() throws {
    let images = (0..<4).flatMap { patient in
      (0..<10).map { _ in
        LearningProof.Pair(
          group: .corrected, patient: "\(patient)", before: CaseScores(opacity: 0.5),
          after: CaseScores(opacity: 0.5 + 0.1 * Double(patient)))
      }
    }
    let interval = try #require(LearningProof(images).rows.first { $0.measure == .opacity }?.interval)
    #expect(interval.upperBound - interval.lowerBound > 0.15, "40 independent images would give 0.07: \(interval)")
  }

  @Test func `the largest changes come first`() {
    let record = CaseRecord(annotated: "a", imagePath: "a", annotationPath: "a")
    func change(_ before: Double, _ after: Double) -> LearningProof.Change {
      LearningProof.Change(record: record, diceBefore: before, diceAfter: after, percentBefore: nil, percentAfter: nil)
    }
    let proof = LearningProof([], changes: [change(0.5, 0.6), change(0.9, 0.4), change(0.2, 0.5)])
    #expect(proof.changes.map(\.diceBefore) == [0.9, 0.2, 0.5])
  }
}
