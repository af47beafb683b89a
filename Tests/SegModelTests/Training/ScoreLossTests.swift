import Basics
import Testing

@testable import ImageOps
@testable import Network
@testable import SegModel

/// The losses that let a network learn from readers' scores.
@Suite struct ScoreLossTests {
  @Test func `goals are shares of the full score`() {
    let scores = ReaderScores(extent: 4, zones: [0, 1, 2, 3, 2, 1])
    #expect(ReaderScores.Goal.allCases.map { scores[$0] } == [0.5, 0.5, 0.5, 0.5, 0.5])
    #expect(ReaderScores(extent: 2)[.brixia] == nil && ReaderScores(zones: [0, 0, 0, 3, 0, 0])[.upper] == 0.5)
    #expect(ReaderScores().isEmpty && !ReaderScores(extent: 0).isEmpty)
  }

  @Test func `head agrees with finite differences`() {
    var generator = SeededGenerator(seed: 4)
    let head = ScoreHead(featureCount: 7)
    head.weight.values.values = (0..<head.weight.count).map { _ in Float(generator.uniform(-1...1)) }
    let scores = [
      ReaderScores(extent: 3), ReaderScores(zones: [1, 0, 3, 2, 2, 0]), ReaderScores(), ReaderScores(extent: 8, zones: [3, 3, 3, 3, 3, 3]),
    ]
    let features = (0..<28).map { _ in Float(generator.uniform(0...2)) }
    func loss(_ features: [Float]) -> Double {
      head.backward(Tensor(shape: [4, 7, 1, 1], values: features), scores: scores, weight: 1.5).loss
    }
    let gradient = head.backward(Tensor(shape: [4, 7, 1, 1], values: features), scores: scores, weight: 1.5).gradient.values
    let (weights, weightGradient, biasGradient) = (head.weight.values.values, head.weight.gradients.values, head.bias.gradients.values)
    for index in features.indices {
      var (more, less) = (features, features)
      more[index] += 0.01
      less[index] -= 0.01
      #expect(abs((loss(more) - loss(less)) / 0.02 - Double(gradient[index])) < 2e-4)
    }
    #expect(gradient[14..<21].allSatisfy { $0 == 0 }, "no score, no part")
    for index in weights.indices {
      var moved = weights
      moved[index] += 0.01
      head.weight.values.values = moved
      let more = loss(features)
      moved[index] -= 0.02
      head.weight.values.values = moved
      #expect(abs((more - loss(features)) / 0.02 - Double(weightGradient[index])) < 2e-4)
    }
    head.weight.values.values = weights
    for index in biasGradient.indices {
      head.bias.values.values[index] += 0.01
      let more = loss(features)
      head.bias.values.values[index] -= 0.02
      #expect(abs((more - loss(features)) / 0.02 - Double(biasGradient[index])) < 2e-4)
      head.bias.values.values[index] += 0.01
    }
  }

  /// Lungs of 16 × 36 pixels side by side, all zones of 192 pixels.
  private var lungs: [UInt8] {
    (0..<36).flatMap { row in (0..<36).map { column in column < 2 || column >= 34 ? 0 : column < 18 ? UInt8(1) : 2 } }
  }

  @Test func `zones are thirds of each lung`() {
    let sample = TrainingSample(
      id: "x", side: 36, kind: .lungs, pixels: [Float](repeating: 0, count: 36 * 36), truth: lungs, isKnown: [true, true, false])
    func zone(_ row: Int, _ column: Int) -> Int? { TrainingSample.zone(sample.truth[row * 36 + column]) }
    #expect([zone(0, 2), zone(11, 17), zone(12, 2), zone(24, 5), zone(35, 17)] == [0, 0, 1, 2, 2])
    #expect([zone(0, 18), zone(23, 33), zone(35, 20)] == [3, 4, 5])
    #expect(zone(5, 0) == nil && zone(5, 35) == nil)
    #expect(Augmentation.sidesExchanged(sample.truth[2]) & 56 == sample.truth[2] & 56, "thirds stay when sides change")
  }

  @Test func `zone loss agrees with finite differences and is none in range`() {
    let bits = TrainingSample(
      id: "x", side: 36, kind: .lungs, pixels: [Float](repeating: 0, count: 36 * 36), truth: lungs, isKnown: [true, true, false]
    ).truth
    var generator = SeededGenerator(seed: 6)
    let count = 2 * 3 * 36 * 36
    let values = (0..<count).map { _ in Float(generator.uniform(-2...1)) }
    let zones: [[Double]?] = [[0, 3, 1, 0, 2, 3], nil]
    func loss(_ values: [Float]) -> (Double, [Float]) {
      var gradient = Tensor(shape: [2, 3, 36, 36])
      let loss = ZoneLoss.add(
        to: &gradient, logits: Tensor(shape: [2, 3, 36, 36], values: values), bits: bits + bits, zones: zones, weight: 2)
      return (loss, gradient.values)
    }
    let (value, gradient) = loss(values)
    #expect(value > 0)
    let opacity = 2 * 36 * 36
    for zoneRow in [5, 17, 30] {
      for column in [9, 25] {
        let index = opacity + zoneRow * 36 + column
        var (more, less) = (values, values)
        more[index] += 0.5
        less[index] -= 0.5
        let slope = loss(more).0 - loss(less).0
        #expect(abs(slope - Double(gradient[index])) < 0.05 * abs(slope) + 1e-7, "row \(zoneRow), column \(column)")
      }
    }
    #expect(gradient[..<opacity].allSatisfy { $0 == 0 }, "the lungs' channels have no part")
    #expect(gradient[(opacity + 36 * 36)...].allSatisfy { $0 == 0 }, "nor has a picture without scores")
    // Logits of about -6 are 0.2 % opaque: right for score 0, too little for the others; each zone is pushed up or left alone.
    let clear = loss([Float](repeating: -6, count: count)).1
    #expect(clear[opacity + 5 * 36 + 9] == 0 && clear[opacity + 17 * 36 + 9] < 0 && clear[opacity + 30 * 36 + 9] < 0)
  }

  @Test func `zone loss of a known mean`() {
    let bits = TrainingSample(
      id: "x", side: 36, kind: .lungs, pixels: [Float](repeating: 0, count: 36 * 36), truth: lungs, isKnown: [true, true, false]
    ).truth
    var gradient = Tensor(shape: [1, 3, 36, 36])
    let loss = ZoneLoss.add(
      to: &gradient, logits: Tensor(shape: [1, 3, 36, 36], values: [Float](repeating: 0, count: 3 * 36 * 36)), bits: bits,
      zones: [[0, 1, 1, 1, 1, 1]], weight: 6)
    // The mean is 0.5: five zones are in range, and KL(0.02 ‖ 0.5) = 0.02 ln 0.04 + 0.98 ln 1.96 = 0.5951.
    #expect(abs(loss - 0.59511) < 1e-4)
  }
}
