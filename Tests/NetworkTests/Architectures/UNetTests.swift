import Basics
import Testing

@testable import Network

@Suite(.serialized) struct UNetTests {
  private func input(seed: UInt64) -> Tensor { Tensor(shape: [2, 2, 64, 96], values: hashedNoise("input", 2 * 2 * 64 * 96, seed: seed)) }

  private static func fixture(_ architecture: Architecture) -> String { architecture == .resNet18 ? "unet" : "lite0" }

  @Test(arguments: InstructionSet.available, Architecture.allCases)
  func `trains as PyTorch does`(_ set: InstructionSet, _ architecture: Architecture) throws {
    let reference = try Reference(Self.fixture(architecture))
    let seed = UInt64(try reference.floats("seed")[0])
    let network = UNet(try UNetConfiguration(architecture, inChannels: 2, classes: 3, width: 8), seed: 0, on: Workspace(set))
    try network.load(hashedWeights(of: network, seed: seed))
    let evaluated = try network.forward(input(seed: seed), training: false)
    expectClose(evaluated.logits.values, try reference.floats("evaluated"), rtol: 1e-5, "evaluated")
    expectClose(evaluated.features.values, try reference.floats("evaluated.features"), rtol: 1e-5, "evaluated features")

    let output = try network.forward(input(seed: seed), training: true)
    expectClose(output.logits.values, try reference.floats("logits"), rtol: 1e-4, "logits")
    expectClose(output.features.values, try reference.floats("features"), rtol: 1e-4, "features")
    try network.backward(
      Tensor(shape: output.logits.shape, values: hashedNoise("logits", output.logits.count, seed: seed)),
      featuresGradient: Tensor(shape: output.features.shape, values: hashedNoise("features", output.features.count, seed: seed)))
    // A bias before another batch norm has no part in the output: its gradient is rounding alone, and small beside the largest.
    let largest = try network.parameters.map { try reference.floats("gradient." + $0.name)[0] }.max() ?? 0
    for parameter in network.parameters {
      let expected = try reference.floats("gradient." + parameter.name)
      let direction = hashedNoise("direction." + parameter.name, parameter.count, seed: seed)
      var (squares, projection) = (0.0, 0.0)
      for (gradient, direction) in zip(parameter.gradients.values, direction) {
        squares += Double(gradient) * Double(gradient)
        projection += Double(gradient) * Double(direction)
      }
      let found = [Float(squares.squareRoot()), Float(projection)]
      if expected[0] < 1e-3 * largest {
        expectClose(found + [largest], expected + [largest], rtol: 1e-6, "gradient of \(parameter.name)")
      } else {
        expectClose(found, expected, "gradient of \(parameter.name)")
      }
    }
    for buffer in network.buffers {
      expectClose(buffer.values.values, try reference.floats("after." + buffer.name), "\(buffer.name) after a step")
    }
  }

  @Test(arguments: InstructionSet.available, Architecture.allCases)
  func `predicts as PyTorch does`(_ set: InstructionSet, _ architecture: Architecture) throws {
    let reference = try Reference(Self.fixture(architecture))
    let seed = UInt64(try reference.floats("seed")[0])
    let configuration = try UNetConfiguration(architecture, inChannels: 2, classes: 3, width: 8)
    let weights = hashedWeights(of: UNet(configuration, seed: 0), seed: seed)
    let network = try InferenceNetwork(configuration, weights: weights, on: Workspace(set))
    let output = try network.predict(input(seed: seed))
    expectClose(output.logits.values, try reference.floats("evaluated"), rtol: 1e-5, "logits")
    expectClose(output.features.values, try reference.floats("evaluated.features"), rtol: 1e-5, "features")
  }

  @Test func `instruction sets agree with each other`() throws {
    let configuration = try UNetConfiguration(inChannels: 2, classes: 3, width: 20)
    let weights = UNet(configuration, seed: 4).weights
    let results = try InstructionSet.available.map { set in
      let predicted = try InferenceNetwork(configuration, weights: weights, on: Workspace(set)).predict(input(seed: 5))
      let network = UNet(configuration, seed: 4, on: Workspace(set))
      let output = try network.forward(input(seed: 5), training: true)
      try network.backward(output.logits, featuresGradient: output.features)
      return [predicted.logits.values, predicted.features.values, output.logits.values] + network.parameters.map(\.gradients.values)
    }
    for (set, other) in zip(InstructionSet.available, results).dropFirst() {
      for (index, (found, expected)) in zip(other, results[0]).enumerated() {
        let scale = expected.reduce(0) { max($0, abs($1)) }
        let difference = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(difference <= 2e-4 * scale, "\(set) and the portable loops, result \(index)")
      }
    }
  }

  /// Both fuse products with sums, and add in one order.
  @Test(
    .enabled(if: InstructionSet.available.contains(.avx512), "the processor lacks AVX-512"),
    arguments: Architecture.allCases, [(width: 16, side: 96), (width: 24, side: 64)])
  func `AVX2 and AVX-512 predict the same bits`(_ architecture: Architecture, _ shape: (width: Int, side: Int)) throws {
    let configuration = try UNetConfiguration(architecture, classes: 3, width: shape.width)
    let weights = UNet(configuration, seed: 4).weights
    var generator = SeededGenerator(seed: 5)
    let input = Tensor(
      shape: [2, 1, shape.side, shape.side], values: (0..<2 * shape.side * shape.side).map { _ in Float(generator.normal()) })
    let outputs = try [InstructionSet.avx2, .avx512].map { set in
      try InferenceNetwork(configuration, weights: weights, on: Workspace(set)).predict(input)
    }
    #expect(outputs[0].logits == outputs[1].logits && outputs[0].features == outputs[1].features)
    #expect(outputs[0].logits.values.contains { $0 != 0 })
  }

  @Test func `names and shapes are those of segmentation models`() throws {
    let network = UNet(try UNetConfiguration(classes: 2), seed: 0)
    let names = network.parameters.map(\.name)
    #expect(Array(names.prefix(4)) == ["encoder.conv1.weight", "encoder.bn1.weight", "encoder.bn1.bias", "encoder.layer1.0.conv1.weight"])
    #expect(names.suffix(2) == ["segmentation_head.0.weight", "segmentation_head.0.bias"])
    #expect(network.parameters.first { $0.name == "decoder.blocks.0.conv1.0.weight" }?.shape == [256, 768, 3, 3])
    #expect(network.parameters.first { $0.name == "encoder.layer2.0.downsample.0.weight" }?.shape == [128, 64, 1, 1])
    #expect(network.parameters.allSatisfy { $0.decays == ($0.shape.count == 4) })
    #expect(network.buffers.count == 2 * 30)
  }

  @Test(arguments: Architecture.allCases) func `same bits for any number of threads`(_ architecture: Architecture) throws {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let configuration = try UNetConfiguration(architecture, inChannels: 2, classes: 3, width: 12)
    var outputs: [[Float]] = []
    for threads in [1, 2, 4, 2] {
      Parallel.threadCount = threads
      let network = UNet(configuration, seed: 9)
      let output = try network.forward(input(seed: 1), training: true)
      try network.backward(output.logits, featuresGradient: output.features)
      let prediction = try InferenceNetwork(configuration, weights: network.weights).predict(input(seed: 1))
      outputs.append(output.logits.values + prediction.logits.values + network.parameters.flatMap(\.gradients.values))
    }
    for other in outputs.dropFirst() { #expect(other == outputs[0]) }
  }

  @Test(arguments: Architecture.allCases) func `later uses take no memory and give the same bits`(_ architecture: Architecture) throws {
    let configuration = try UNetConfiguration(architecture, inChannels: 2, classes: 3, width: 12)
    let network = UNet(configuration, seed: 9)
    let prediction = try InferenceNetwork(configuration, weights: network.weights)
    let first = try prediction.predict(input(seed: 1))
    let taken = prediction.allocations
    #expect(taken > 0)
    for _ in 0..<2 {
      let again = try prediction.predict(input(seed: 1))
      #expect(again.logits == first.logits && again.features == first.features)
    }
    #expect(prediction.allocations == taken)
    _ = try prediction.predict(Tensor(shape: [1, 2, 96, 96]))
    #expect(prediction.allocations > taken, "another size shows that the count moves")

    var afterFirst = 0
    for step in 0..<3 {
      let output = try network.forward(input(seed: 1), training: true)
      try network.backward(output.logits, featuresGradient: output.features)
      if step == 0 { afterFirst = network.allocations }
    }
    #expect(afterFirst > 0 && network.allocations == afterFirst)
  }

  @Test func `shares weights without writing to them`() throws {
    let configuration = try UNetConfiguration(inChannels: 2, classes: 3, width: 8)
    let weights = UNet(configuration, seed: 3).weights
    let before = weights.mapValues(\.values)
    var changed = weights
    let network = try InferenceNetwork(configuration, weights: weights)
    let first = try network.predict(input(seed: 1)).logits
    #expect(weights.mapValues(\.values) == before)
    for name in Array(changed.keys) { changed[name]?.withUnsafeMutableBufferPointer { $0.update(repeating: .nan) } }
    #expect(try network.predict(Tensor(shape: [1, 2, 32, 32])).logits.values.allSatisfy(\.isFinite))
    #expect(try network.predict(input(seed: 1)).logits == first)
  }

  @Test(arguments: Architecture.allCases) func `a batch predicts what its images do`(_ architecture: Architecture) throws {
    let configuration = try UNetConfiguration(architecture, inChannels: 2, classes: 3, width: 12)
    let network = try InferenceNetwork(configuration, weights: UNet(configuration, seed: 2).weights)
    let both = try network.predict(input(seed: 3))
    let values = input(seed: 3).values
    let single = 2 * 64 * 96
    for image in 0..<2 {
      let own = try network.predict(
        Tensor(shape: [1, 2, 64, 96], values: Array(values[image * single..<(image + 1) * single])))
      let count = own.logits.count
      expectClose(own.logits.values, Array(both.logits.values[image * count..<(image + 1) * count]), rtol: 1e-5, "image \(image)")
    }
  }

  @Test(arguments: [(1, 1), (33, 40), (75, 64)], Architecture.allCases)
  func `odd sizes are those of the padded image`(_ size: (height: Int, width: Int), _ architecture: Architecture) throws {
    let (height, width) = size
    let configuration = try UNetConfiguration(architecture, inChannels: 9, classes: 17, width: 8)
    let network = try InferenceNetwork(configuration, weights: UNet(configuration, seed: 2).weights)
    let picture = Tensor(shape: [1, 9, height, width], values: hashedNoise("odd", 9 * height * width, seed: 0))
    let (rows, columns) = ((height + 31) / 32 * 32, (width + 31) / 32 * 32)
    var padded = Tensor(shape: [1, 9, rows, columns])
    for channel in 0..<9 {
      for row in 0..<height {
        for column in 0..<width { padded[0, channel, row, column] = picture[0, channel, row, column] }
      }
    }
    let found = try network.predict(picture)
    let whole = try network.predict(padded)
    #expect(found.logits.shape == [1, 17, height, width])
    #expect(found.features == whole.features)
    for channel in 0..<17 {
      for row in 0..<height {
        for column in 0..<width { #expect(found.logits[0, channel, row, column] == whole.logits[0, channel, row, column]) }
      }
    }
  }

  @Test func `refuses what it cannot take`() throws {
    #expect(throws: NetworkError.invalidConfiguration(setting: "width", value: 30, allowed: "a multiple of 4 in 8...256")) {
      try UNetConfiguration(classes: 2, width: 30)
    }
    let configuration = try UNetConfiguration(classes: 2, width: 8)
    let network = UNet(configuration, seed: 0)
    #expect(throws: NetworkError.self) { try network.forward(Tensor(shape: [1, 1, 40, 32]), training: true) }
    #expect(throws: NetworkError.self) { try network.forward(Tensor(shape: [1, 3, 32, 32]), training: true) }
    #expect(throws: NetworkError.noMatchingForward(gradient: [1, 2, 32, 32], output: nil)) {
      try network.backward(Tensor(shape: [1, 2, 32, 32]))
    }
    _ = try network.forward(Tensor(shape: [2, 1, 32, 32]), training: false)
    #expect(throws: NetworkError.self) { try network.backward(Tensor(shape: [2, 2, 32, 32])) }

    var weights = network.weights
    weights["segmentation_head.0.bias"] = Tensor(shape: [3])
    #expect(throws: NetworkError.wrongWeightShape(name: "segmentation_head.0.bias", expected: [2], found: [3])) {
      try InferenceNetwork(configuration, weights: weights)
    }
    weights["segmentation_head.0.bias"] = nil
    #expect(throws: NetworkError.missingWeight(name: "segmentation_head.0.bias")) { try network.load(weights) }
    let prediction = try InferenceNetwork(configuration, weights: network.weights)
    prediction.memoryLimit = 1 << 20
    #expect(throws: NetworkError.self) { try prediction.predict(Tensor(shape: [1, 1, 800, 800])) }
    prediction.memoryLimit = 1 << 30
    let many = try UNetConfiguration(classes: 1024, width: 8)
    let wide = try InferenceNetwork(many, weights: UNet(many, seed: 0).weights)
    #expect(throws: NetworkError.self) { try wide.predict(Tensor(shape: [1, 1, 1025, 1024])) }
    #expect(throws: CancellationError.self) {
      try Cancellation.polling(Cancellation { true }) { try prediction.predict(Tensor(shape: [1, 1, 64, 64])) }
    }
  }

  @Test func `configuration is inferred from shapes`() throws {
    let network = UNet(try UNetConfiguration(inChannels: 3, classes: 5, width: 12), seed: 0)
    let shapes = Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.name, $0.shape) })
    #expect(try UNetConfiguration(inferredFrom: shapes) == network.configuration)
    let lite = UNet(try UNetConfiguration(.efficientNetLite0, inChannels: 1, classes: 3, width: 12), seed: 0)
    #expect(
      try UNetConfiguration(inferredFrom: Dictionary(uniqueKeysWithValues: lite.parameters.map { ($0.name, $0.shape) }))
        == lite.configuration)
    let stem = "encoder._conv_stem.weight"
    #expect(throws: NetworkError.wrongWeightShape(name: stem, expected: [32, 1, 3, 3], found: [1])) {
      try UNetConfiguration(inferredFrom: [stem: [1], "segmentation_head.0.weight": [3, 32, 1, 1]])
    }
    #expect(throws: NetworkError.missingWeight(name: "encoder.conv1.weight")) { try UNetConfiguration(inferredFrom: [:]) }
  }

  @Test func `full width is the published encoder`() throws {
    let network = UNet(try UNetConfiguration(.efficientNetLite0, classes: 3), seed: 0)
    let encoder = network.parameters.filter { $0.name.hasPrefix("encoder.") }
    // The published RGB stem has twice 288 weights more.
    #expect(encoder.reduce(0) { $0 + $1.count } == 2_958_272)
    #expect(encoder.first?.name == "encoder._conv_stem.weight" && encoder.last?.name == "encoder._blocks.15._bn2.bias")
    #expect(network.parameters.first { $0.name == "encoder._blocks.11._depthwise_conv.weight" }?.shape == [672, 1, 5, 5])
    #expect(network.parameters.first { $0.name == "decoder.blocks.0.conv1.0.weight" }?.shape == [160, 432, 3, 3])
    #expect(network.parameters.allSatisfy { $0.decays == ($0.shape.count == 4) })
    #expect(network.buffers.count == 2 * (48 + 8) && network.configuration.featureCount == 320)
  }

  @Test func `steps down the gradient`() throws {
    let network = UNet(try UNetConfiguration(inChannels: 2, classes: 1, width: 8), seed: 4)
    let x = input(seed: 5)
    let truth = hashedNoise("truth", 2 * 64 * 96, seed: 0).map { $0 > 0 ? Float(1) : 0 }
    var losses: [Double] = []
    for _ in 0..<8 {
      let logits = try network.forward(x, training: true).logits
      let difference = zip(logits.values, truth).map { $0 - $1 }
      losses.append(difference.reduce(0) { $0 + Double($1) * Double($1) } / Double(truth.count))
      try network.backward(Tensor(shape: logits.shape, values: difference.map { $0 / Float(truth.count) }))
      for parameter in network.parameters {
        let gradients = parameter.gradients.values
        parameter.values.values = zip(parameter.values.values, gradients).map { $0 - 0.05 * $1 }
      }
    }
    #expect(losses.last ?? 1 < losses[0] * 0.9)
  }
}
