import Basics
import Testing

@testable import ImageOps
@testable import SegModel

@Suite struct AugmentationTests {
  /// Two lungs of different brightness with an opacity in the right one.
  static func sample(side: Int = 48, seed: UInt64 = 0, kind: CaseRecord.Kind = .opacity) -> TrainingSample {
    var generator = SeededGenerator(seed: seed)
    let lift = Int(generator.next(upperBound: UInt(side / 8)))
    var pixels = [Float](repeating: 0.9, count: side * side)
    var truth = [UInt8](repeating: 0, count: side * side)
    for row in side / 8 + lift..<side - side / 8 {
      for column in side / 8..<side - side / 8 where abs(column - side / 2) > side / 16 {
        let isRight = column < side / 2
        let isOpaque = isRight && row > side * 5 / 8
        truth[row * side + column] = (isRight ? 1 : 2) + (isOpaque ? 4 : 0)
        pixels[row * side + column] = (isOpaque ? 0.5 : isRight ? 0.1 : 0.2) + Float(generator.uniform(-0.05...0.05))
      }
    }
    return TrainingSample(id: "\(seed)", side: side, kind: kind, pixels: pixels, truth: truth, isKnown: [true, true, kind == .opacity])
  }

  private func draw(_ recipe: AugmentationRecipe, _ sample: TrainingSample, seed: UInt64) -> (pixels: [Float], truth: [UInt8]) {
    var pixels = [Float](repeating: .nan, count: sample.pixels.count)
    var truth = [UInt8](repeating: 255, count: pixels.count)
    var generator = SeededGenerator(seed: seed)
    pixels.withUnsafeMutableBufferPointer { pixels in
      truth.withUnsafeMutableBufferPointer { truth in
        _ = Augmentation(recipe: recipe).draw(sample, using: &generator, pixels: pixels, truth: truth)
      }
    }
    return (pixels, truth)
  }

  @Test func `none alters nothing`() {
    let sample = Self.sample()
    let drawn = draw(.none, sample, seed: 3)
    #expect(drawn.truth == sample.truth)
    expectClose(drawn.pixels, sample.pixels.map(InputNormalization.input), relative: 0, absolute: 1e-5)
  }

  @Test func `the seed decides`() {
    let sample = Self.sample()
    for seed in 0..<20 as Range<UInt64> {
      let (first, second) = (draw(AugmentationRecipe(), sample, seed: seed), draw(AugmentationRecipe(), sample, seed: seed))
      #expect(first.pixels == second.pixels && first.truth == second.truth, "seed \(seed)")
      #expect(first.pixels.allSatisfy(\.isFinite) && first.truth.allSatisfy { $0 <= 63 && $0 & 3 != 3 }, "seed \(seed)")
      #expect(draw(AugmentationRecipe(), sample, seed: seed + 1).pixels != first.pixels, "seed \(seed)")
    }
  }

  @Test func `a mirror exchanges the lungs`() {
    let sample = Self.sample()
    var recipe = AugmentationRecipe.none
    recipe.mirror = 1
    let drawn = draw(recipe, sample, seed: 0)
    let side = sample.side
    for row in 0..<side {
      for column in 0..<side {
        let source = row * side + side - 1 - column
        #expect(drawn.truth[row * side + column] == Augmentation.sidesExchanged(sample.truth[source]))
      }
    }
    #expect((0...7).map { Augmentation.sidesExchanged(UInt8($0)) } == [0, 2, 1, 3, 4, 6, 5, 7])
  }

  @Test func `picture and truth move together`() {
    // Without changes of intensity the brightness tells the structure: what is called opaque must look opaque, up to the interpolated edge.
    var recipe = AugmentationRecipe()
    (recipe.gamma, recipe.contrast, recipe.brightness, recipe.window, recipe.equalization) = (0, 0, 0, 0, 0)
    (recipe.shadingProbability, recipe.noiseProbability, recipe.blurProbability, recipe.cutOut) = (0, 0, 0, 0)
    for seed in 0..<10 as Range<UInt64> {
      let sample = Self.sample(side: 64, seed: seed)
      let drawn = draw(recipe, sample, seed: seed)
      let opaque = drawn.truth.indices.filter { drawn.truth[$0] & 4 != 0 }
      #expect(opaque.count > 100, "seed \(seed)")
      let agreeing = opaque.count { abs(drawn.pixels[$0]) < 0.25 }
      #expect(Double(agreeing) / Double(opaque.count) > 0.85, "seed \(seed)")
    }
  }

  @Test func `what comes from outside is black and belongs to nothing`() {
    var recipe = AugmentationRecipe.none
    recipe.shift = 0.9
    let sample = Self.sample()
    var found = false
    for seed in 0..<8 as Range<UInt64> {
      let drawn = draw(recipe, sample, seed: seed)
      for index in drawn.truth.indices where drawn.pixels[index] == -1 && drawn.truth[index] == 0 { found = found || index >= 0 }
      let bright = drawn.pixels.count { $0 > -1 }
      #expect(bright < sample.pixels.count, "seed \(seed)")
    }
    #expect(found)
  }

  @Test func `a smooth field has about the deviation asked for`() {
    var generator = SeededGenerator(seed: 1)
    var values: [Double] = []
    for _ in 0..<200 {
      let field = SmoothField(deviation: 3, using: &generator)
      var line = [Float](repeating: 0, count: 32)
      field.fill(&line, row: 7, side: 32)
      values.append(Double(line[11]))
    }
    let mean = values.reduce(0, +) / 200
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200).squareRoot()
    #expect((2...4).contains(deviation), "\(deviation)")
  }
}
