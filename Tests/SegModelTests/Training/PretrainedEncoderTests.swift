import ImageOps
import TestSupport
import Testing

@testable import Network
@testable import SegModel

@Suite(.serialized) struct PretrainedEncoderTests {
  private let folder: TemporaryFolder
  private let configuration: UNetConfiguration
  /// Weights of a network whose encoder stands for one that was trained elsewhere.
  private let trained: [String: Tensor]

  init() throws {
    folder = try TemporaryFolder()
    configuration = try UNetConfiguration(.efficientNetLite0, classes: 3, width: 8)
    trained = UNet(configuration, seed: 77).weights
  }

  private func write(_ weights: [String: Tensor], metadata: [String: String] = [:], to name: String = "encoder") throws -> String {
    let path = folder.file("\(name).safetensors")
    let contents = weights.filter { $0.key.hasPrefix("encoder.") }.sorted { $0.key < $1.key }
      .map { Safetensors.Content(name: $0.key, shape: $0.value.shape, values: $0.value.values) }
    try Safetensors.write(contents, metadata: metadata, to: path)
    return path
  }

  @Test func `replaces the encoder and nothing else`() throws {
    let path = try write(trained, metadata: ["encoder": "Lite", "licence": "Apache-2.0", "sha256": "00ff", "more": "x"])
    let encoder = try PretrainedEncoder(path: path)
    #expect(encoder.architecture == .efficientNetLite0 && encoder.width == 8)
    #expect(encoder.origin == "Lite, SHA-256 00ff, Apache-2.0")
    let weights = try encoder.weights(for: configuration, seed: 3)
    let random = UNet(configuration, seed: 3).weights
    #expect(weights.keys.sorted() == random.keys.sorted())
    for (name, tensor) in weights { #expect(tensor == (name.hasPrefix("encoder.") ? trained[name] : random[name]), "\(name)") }
    #expect(throws: EncoderError.self) { try encoder.weights(for: UNetConfiguration(.efficientNetLite0, classes: 3, width: 12), seed: 3) }
    #expect(throws: EncoderError.self) { try encoder.weights(for: UNetConfiguration(classes: 3, width: 8), seed: 3) }
    let residual = try PretrainedEncoder(path: write(UNet(try UNetConfiguration(classes: 2, width: 12), seed: 1).weights, to: "resnet"))
    #expect(residual.architecture == .resNet18 && residual.width == 12 && residual.origin == "origin not stated")
  }

  @Test func `refuses what is no encoder`() throws {
    func refusal(_ change: (inout [String: Tensor]) -> Void) throws -> String {
      var weights = trained
      change(&weights)
      let path = try write(weights)
      let error = #expect(throws: EncoderError.self) { try PretrainedEncoder(path: path) }
      return error.map { "\($0)".replacing(path, with: "FILE") } ?? ""
    }
    #expect(
      try refusal { $0["encoder._blocks.4._depthwise_conv.weight"] = Tensor(shape: [60, 1, 3, 3]) }
        == "FILE is not an encoder of unet-efficientnet-lite0: weight `encoder._blocks.4._depthwise_conv.weight` has shape 60×1×3×3, but the "
        + "architecture needs 60×1×5×5")
    #expect(
      try refusal { $0["encoder._blocks.15._bn2.running_var"] = nil }
        == "FILE is not an encoder of unet-efficientnet-lite0: the weights lack `encoder._blocks.15._bn2.running_var`")
    #expect(
      try refusal { $0["encoder._conv_stem.weight"] = Tensor(shape: [8, 3, 3, 3]) }
        == "FILE is not an encoder of unet-efficientnet-lite0: weight `encoder._conv_stem.weight` has shape 8×3×3×3, but the architecture needs "
        + "8×1×3×3")
    #expect(
      try refusal { $0["encoder._conv_stem.weight"] = Tensor(shape: [7, 1, 3, 3]) }
        == "FILE is not an encoder of unet-efficientnet-lite0: width is 7 but must be a multiple of 4 in 8...256")
    #expect(try refusal { $0["encoder._conv_stem.weight"] = nil }.hasPrefix("FILE contains no encoder: none of its tensors"))
    for (name, value) in [("encoder._bn0.weight", Float.nan), ("encoder._bn0.bias", .infinity), ("encoder._bn0.running_var", -1)] {
      let message = try refusal { $0[name]?.withUnsafeMutableBufferPointer { $0[1] = value } }
      #expect(message == "FILE: `\(name)` contains invalid values (not finite, or a negative variance)")
    }
  }

  @Test func `trains a model that names the encoder and segments`() throws {
    for index in 0..<3 { try DatasetTests.addCase("\(index).png", to: folder) }
    let encoder = try PretrainedEncoder(path: write(trained, metadata: ["encoder": "Lite"]))
    var recipe = TrainingRecipe.standard(for: .efficientNetLite0, encoder: encoder)
    #expect(recipe.encoderRate == 0.5 && recipe.width == 8 && recipe.architecture == .efficientNetLite0)
    (recipe.side, recipe.batch, recipe.phases[0].epochs) = (32, 2, 1)
    let job = TrainingJob(
      data: [folder.path], recipe: recipe, output: folder.file("model.safetensors"), checkpointFolder: folder.file("state"),
      encoder: encoder)
    _ = try job.run()
    let model = try SegmentationModel(path: folder.file("model.safetensors"))
    #expect(model.notes["encoder"] == "Lite" && model.configuration == configuration)
    #expect(model.notes["recipe"]?.contains("unet-efficientnet-lite0") == true)
    // A few small steps leave the weights near where they started.
    let stem = try #require(model.weights["encoder._conv_stem.weight"]).values
    let start = try #require(trained["encoder._conv_stem.weight"]).values
    #expect(zip(stem, start).allSatisfy { abs($0 - $1) < 0.02 } && stem != start)
    // Read whole and read layer by layer, it is the same network.
    let image = try Phantom.make(seed: 4, size: Size(width: 80, height: 70)).image
    let direct = try Segmenter(modelPath: folder.file("model.safetensors")).segment(image)
    let whole = try Segmenter(model).segment(image)
    #expect(direct.prediction?.planes == whole.prediction?.planes && direct.prediction?.features.count == 80)
  }

  @Test func `the standard recipes follow the start`() throws {
    #expect(TrainingRecipe.standard(for: .resNet18) == TrainingRecipe())
    let fresh = TrainingRecipe.standard(for: .efficientNetLite0)
    #expect(fresh.width == 32 && fresh.encoderRate == 1 && fresh.phases.count == 1 && fresh.phases[0].peakRate == 1.5e-3)
    #expect(fresh.weightDecay == 1e-2 && fresh.gradientLimit == 5)
    try fresh.validate()
    var model = SegmentationModel(configuration: configuration, side: 64, weights: trained)
    model.notes = [:]
    #expect(try TrainingRecipe.fineTuning(model).configuration == configuration)
  }
}
