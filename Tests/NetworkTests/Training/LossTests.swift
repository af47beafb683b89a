import Basics
import Testing

@testable import Network

@Suite struct LossTests {
  @Test func `agrees with PyTorch`() throws {
    let file = try fixture("losses")
    let shape = try #require(file.entries["logits"]).shape
    let logits = Tensor(shape: shape, values: try file.floats("logits"))
    let target = SegmentationLoss.Target(bits: try file.floats("bits").map { UInt8($0) }, known: try file.floats("known"))
    let value = try SegmentationLoss(channelWeights: file.floats("weights")).value(of: logits, target: target)
    expectClose([value.loss], try file.doubles("loss"), relative: 1e-5)
    expectClose(value.dice.map { $0 ?? -1 }, try file.doubles("dice"), relative: 1e-5)
    expectClose(value.gradient.values, try file.floats("gradient"), relative: 1e-4, absolute: 1e-8)
  }

  @Test func `gradient is that of finite differences`() throws {
    var generator = SeededGenerator(seed: 2)
    let shape = [2, 3, 5, 4]
    let values = (0..<120).map { _ in Float(generator.uniform(-2...2)) }
    let target = SegmentationLoss.Target(bits: (0..<40).map { _ in UInt8(generator.next() & 7) }, known: [1, 1, 0, 1, 0.4, 1])
    let loss = SegmentationLoss(channelWeights: [0.5, 1, 2])
    let gradient = try loss.value(of: Tensor(shape: shape, values: values), target: target).gradient.values
    for index in stride(from: 0, to: 120, by: 7) {
      func loss(at step: Float) throws -> Double {
        var moved = values
        moved[index] += step
        return try SegmentationLoss(channelWeights: [0.5, 1, 2]).value(of: Tensor(shape: shape, values: moved), target: target).loss
      }
      let slope = try (loss(at: 0.01) - loss(at: -0.01)) / 0.02
      #expect(abs(slope - Double(gradient[index])) < 1e-4 * max(0.1, abs(slope)), "element \(index): \(slope) and \(gradient[index])")
    }
  }

  @Test func `unknown truth has no part`() throws {
    let logits = Tensor(shape: [1, 3, 2, 2], values: (0..<12).map { Float($0) - 6 })
    let loss = SegmentationLoss(channelWeights: [1, 1, 1])
    let first = try loss.value(of: logits, target: .init(bits: [0, 1, 2, 3], known: [1, 1, 0]))
    let second = try loss.value(of: logits, target: .init(bits: [4, 5, 6, 7], known: [1, 1, 0]))
    #expect(first.loss == second.loss && first.gradient == second.gradient)
    #expect(first.dice[2] == nil && first.gradient.values[8...].allSatisfy { $0 == 0 })
    let nothing = try loss.value(of: logits, target: .init(bits: [0, 0, 0, 0], known: [0, 0, 0]))
    #expect(nothing.loss == 0 && nothing.gradient.values.allSatisfy { $0 == 0 })
  }

  @Test func `a perfect prediction costs nothing`() throws {
    let bits: [UInt8] = [1, 0, 1, 1]
    let logits = Tensor(shape: [1, 1, 2, 2], values: bits.map { $0 == 1 ? 200 : -200 })
    #expect(try SegmentationLoss(channelWeights: [1]).value(of: logits, target: .init(bits: bits, known: [1])).loss == 0)
  }
}
