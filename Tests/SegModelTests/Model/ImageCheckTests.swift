import TestSupport
import Testing

@testable import ImageOps
@testable import Network
@testable import SegModel

@Suite struct ImageCheckTests {
  /// A network that has learned nothing still tells an upright phantom from a turned one.
  private func model() throws -> SegmentationModel {
    let configuration = try UNetConfiguration(classes: 3, width: 16)
    return SegmentationModel(configuration: configuration, side: 64, weights: UNet(configuration, seed: 3).weights)
  }

  private func samples(_ numbers: Range<Int>) throws -> [ImageCheck.Example] {
    try numbers.map { ImageCheck.Example(patient: "\($0)", sample: try TrainingSample(phantom: $0, side: 64)) }
  }

  @Test func `finds what was spoilt and survives its file`() throws {
    var model = try model()
    let segmenter = try Segmenter(model)
    let check = try #require(try ImageCheck.fitted(segmenter, to: samples(0..<48)))
    #expect(check.validation.images == 3 * 48)
    #expect(check.validation.falseAlarms <= 0.05)
    for doubt in [ImageCheck.Doubt.turnedLeft, .turnedRight, .upsideDown, .inverted, .foreign] {
      #expect(check.validation.found[doubt] ?? 0 > 0.6, "\(doubt): \(check.validation.found[doubt] ?? 0)")
    }
    #expect(try ImageCheck.fitted(segmenter, to: samples(0..<48)) == check, "the same again")

    model.imageCheck = check
    let folder = try TemporaryFolder()
    try model.write(to: folder.file("m.safetensors"))
    let read = try #require(try SegmentationModel(path: folder.file("m.safetensors")).imageCheck)
    #expect(read.validation == check.validation)
    #expect(read.rules.map(\.margin) == check.rules.map(\.margin))

    let checking = try Segmenter(modelPath: folder.file("m.safetensors"))
    var (upright, turned) = (0, 0)
    for number in 60..<72 {
      let image = try Phantom.make(seed: UInt64(1_000_000 + number), size: Size(width: 128, height: 128)).image
      if try checking.segment(image).doubt != nil { upright += 1 }
      let doubt = try checking.segment(image.rotated(quarterTurns: 1)).doubt
      if doubt == .turnedLeft { turned += 1 }
      #expect(try Severity(checking.segment(image.rotated(quarterTurns: 1))).doubt == doubt)
    }
    #expect(upright <= 2, "phantoms that were not learned from")
    #expect(turned >= 9)
  }

  @Test func `learns what is no frontal X-ray`() throws {
    var model = try model()
    // Stand-ins for lateral views: the left half of a phantom, twice as wide.
    let lateral = try (100..<112).map { number in
      let image = try Phantom.make(seed: UInt64(1_000_000 + number), size: Size(width: 128, height: 128)).image
      let half = try image.cropped(row: 0, column: 0, size: Size(width: 64, height: 128))
      return ImageCheck.Example(
        patient: "lateral \(number)",
        sample: TrainingSample(
          id: "\(number)", side: 64, kind: .notFrontal, pixels: try InputNormalization.film.normalized(half, side: 64),
          truth: [UInt8](repeating: 0, count: 64 * 64), isKnown: [false, false, false]), doubt: .lateral)
    }
    let check = try #require(try ImageCheck.fitted(Segmenter(model), to: samples(0..<30) + lateral))
    #expect(check.doubts.contains(.lateral) && !check.doubts.contains(.ct), "no rule without examples")
    #expect(check.validation.found[.lateral] ?? 0 > 0.8)
    model.imageCheck = check
    let folder = try TemporaryFolder()
    try model.write(to: folder.file("m.safetensors"))
    let read = try #require(try SegmentationModel(path: folder.file("m.safetensors")).imageCheck)
    #expect(read.doubts == check.doubts && read.rules.count == check.rules.count)
  }

  @Test func `says nothing without enough pictures or numbers`() throws {
    let segmenter = try Segmenter(model())
    #expect(try ImageCheck.fitted(segmenter, to: samples(0..<5)) == nil)
    #expect(try segmenter.segment(GrayImage(size: Size(width: 9, height: 9))).doubt == nil, "a model without a check")
    let rule = ImageCheck.Rule(regression: RidgeRegression(weights: [1], bias: 0), threshold: 0.5)
    let check = ImageCheck(
      doubts: [.turnedLeft, .ct], rules: [rule, rule], validation: .init(images: 1, falseAlarms: 0, found: [:]))
    #expect(
      check.doubt([.nan], flipped: nil) == nil && check.doubt([0.4], flipped: [0.4]) == nil
        && check.doubt([0.6], flipped: [0.6]) == .turnedLeft)
    #expect(check.doubt([], flipped: []) == nil, "features of another network")
  }

  @Test func `an image is mirrored only where its mirror image looks better`() {
    let rule = ImageCheck.Rule(regression: RidgeRegression(weights: [1], bias: 0), threshold: 0.4)
    let check = ImageCheck(doubts: [.mirrored], rules: [rule], validation: .init(images: 1, falseAlarms: 0, found: [:]))
    #expect(check.doubt([0.8], flipped: [0.1]) == .mirrored)
    #expect(check.doubt([0.8], flipped: [0.3]) == nil, "both look alike")
    #expect(check.doubt([0.3], flipped: [-0.4]) == nil, "below the rule's own threshold")
    #expect(check.doubt([0.5], flipped: nil) == nil && check.doubt([0.6], flipped: nil) == .mirrored, "without the mirror image")
  }

  @Test func `the margin of mirrored images is fitted to the model`() {
    // 4,000 proper images may raise two doubts. Three of them have a high value, with leads of 0.3, 0.2 and 0.1 over the mirror image.
    let proper: [(value: Double, lead: Double)] = (0..<4000).map { (Double($0) / 8000, -0.2) } + [(0.9, 0.3), (0.9, 0.2), (0.9, 0.1)]
    let mirrored = (0..<100).map { (value: 0.6, lead: Double($0) / 100) }
    let limits = ImageCheck.mirroredLimits(proper: proper, mirrored: mirrored)
    #expect(limits.margin == 0.1, "the third lead is the first that must not raise a doubt")
    #expect(limits.threshold < 0.6)
    #expect(proper.count { $0.value > limits.threshold && $0.lead > limits.margin } == 2)
    #expect(mirrored.count { $0.value > limits.threshold && $0.lead > limits.margin } == 89)
    #expect(ImageCheck.mirroredLimits(proper: [], mirrored: mirrored).margin == ImageCheck.Rule.standardMargin)
  }

  @Test func `a model's own margin decides and survives its file`() throws {
    var model = try model()
    let features = Array(repeating: 0.0, count: model.configuration.featureCount)
    let rule = ImageCheck.Rule(
      regression: RidgeRegression(weights: [1] + features.dropFirst(), bias: 0), threshold: 0.25, margin: 0.125)
    model.imageCheck = ImageCheck(doubts: [.mirrored], rules: [rule], validation: .init(images: 1, falseAlarms: 0, found: [:]))
    let folder = try TemporaryFolder()
    try model.write(to: folder.file("m.safetensors"))
    let read = try #require(try SegmentationModel(path: folder.file("m.safetensors")).imageCheck)
    #expect(read.rules == [rule])
    func doubt(_ value: Float, _ flipped: Float) -> ImageCheck.Doubt? {
      read.doubt([value] + features.dropFirst().map { Float($0) }, flipped: [flipped] + features.dropFirst().map { Float($0) })
    }
    #expect(doubt(0.5, 0.25) == .mirrored && doubt(0.5, 0.4) == nil && doubt(0.2, -0.5) == nil)
  }

  @Test func `a raised threshold states no detection rate`() throws {
    let segmenter = try Segmenter(model())
    let regression = RidgeRegression(weights: [Double](repeating: 0, count: segmenter.model.configuration.featureCount), bias: 0.5)
    let rules = [0.4, 0.9].map { ImageCheck.Rule(regression: regression, threshold: $0, margin: 0.2) }
    let check = ImageCheck(
      doubts: [.lateral, .ct], rules: rules, validation: .init(images: 1, falseAlarms: 0, found: [.lateral: 1, .ct: 0.5]))
    let silent = try check.silent(onPhantomsFor: segmenter)
    #expect(silent.rules[0].threshold > 0.5 && silent.rules[0].margin == 0.2 && silent.rules[1] == rules[1])
    #expect(silent.validation.found == [.ct: 0.5])
  }

  @Test func `the check of the first model stays unless the new one raises fewer false doubts`() throws {
    let segmenter = try Segmenter(model())
    let fitted = try #require(try ImageCheck.fitted(segmenter, to: samples(0..<30)))
    func with(threshold: Double, _ doubts: [ImageCheck.Doubt]) -> ImageCheck {
      let regression = RidgeRegression(weights: fitted.rules[0].regression.weights.map { $0 * 0 }, bias: 0.5)
      return ImageCheck(
        doubts: doubts, rules: doubts.map { _ in ImageCheck.Rule(regression: regression, threshold: threshold) },
        validation: .init(images: 1, falseAlarms: 0, found: [:]))
    }
    func result(replacing base: ImageCheck) throws -> ImageCheck? {
      try ImageCheck.fitted(segmenter, to: samples(0..<30), replacing: base)
    }
    let silent = with(threshold: 0.9, [.inverted])
    #expect(try result(replacing: silent) == silent, "no false doubt at all")
    #expect(try result(replacing: with(threshold: 0.1, [.inverted])) == fitted, "doubts every image")
    let lateral = with(threshold: 0.1, [.lateral])
    #expect(try result(replacing: lateral) == lateral, "a doubt that the new one could not learn")
  }

  @Test func `every kind of spoilt picture is made once`() throws {
    let sample = try TrainingSample(phantom: 2, side: 64)
    let examples = try CorruptedInputs.examples(of: sample.pixels, side: 64, seed: 7)
    #expect(examples.count { $0.doubt == nil } == 3)
    #expect(examples.compactMap(\.doubt) == ImageCheck.Doubt.allCases.filter { $0.isOfImage && $0 != .lateral && $0 != .ct })
    #expect(examples.allSatisfy { $0.pixels.count == 64 * 64 && $0.pixels.allSatisfy(\.isFinite) })
  }
}
