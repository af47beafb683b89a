/// The layers of a `unet-resnet18` and how they are named, ordered and initialised.
final class UNetLayers {
  let stem: ConvolutionUnit
  let pooling = MaxPooling(kernel: 3, stride: 2, padding: 1)
  /// Four stages of two blocks, strides 4 to 32.
  let stages: [[ResidualBlock]]
  /// From stride 16 to stride 1.
  let decoder: [DecoderBlock]
  let head: Convolution

  init(_ configuration: UNetConfiguration) {
    let widths = configuration.encoderWidths
    stem = ConvolutionUnit(
      Convolution(name: "encoder.conv1", inputs: [configuration.inChannels], outputs: widths[0], kernel: 7, stride: 2), norm: "encoder.bn1")
    stages = (1...4).map { stage in
      [
        ResidualBlock(
          name: "encoder.layer\(stage).0", inputs: widths[stage - 1], outputs: widths[stage], stride: stage == 1 ? 1 : 2),
        ResidualBlock(name: "encoder.layer\(stage).1", inputs: widths[stage], outputs: widths[stage], stride: 1),
      ]
    }
    let outputs = configuration.decoderWidths
    let inputs = [widths[4]] + outputs.dropLast()
    decoder = (0..<5).map {
      DecoderBlock(name: "decoder.blocks.\($0)", inputs: inputs[$0], skips: configuration.skipWidths[$0], outputs: outputs[$0])
    }
    head = Convolution(name: "segmentation_head.0", inputs: [outputs[4]], outputs: configuration.classes, kernel: 3, hasBias: true)
  }

  var units: [ConvolutionUnit] { [stem] + stages.joined().flatMap(\.units) + decoder.flatMap(\.units) }
  var parameters: [Parameter] { units.flatMap(\.parameters) + head.parameters }
  var statistics: [Parameter] { units.flatMap(\.norm.statistics) }
  var convolutions: [Convolution] { units.map(\.convolution) + [head] }

  /// He-normal weights (variance 2 / inputs under the window), zero biases; batch norms start as the identity.
  func initialise(seed: UInt64) {
    var generator = NormalGenerator(seed: seed)
    for convolution in convolutions {
      let deviation = (2 / Double(convolution.inputChannels * convolution.taps)).squareRoot()
      convolution.weight.values.withUnsafeMutableBufferPointer { values in
        for index in values.indices { values[index] = Float(generator.next() * deviation) }
      }
    }
  }

  /// Copies all weights in, or none where one is missing or has another shape.
  /// - Parameter sharing: takes their memory over instead, for a network that never writes to them.
  func load(_ weights: [String: Tensor], sharing: Bool = false) throws {
    try check { weights[$0]?.shape }
    for parameter in parameters + statistics {
      guard let tensor = weights[parameter.name] else { continue }
      if sharing {
        parameter.share(tensor)
      } else {
        tensor.withUnsafeBufferPointer { source in
          if let source = source.baseAddress { parameter.values.base.update(from: source, count: parameter.count) }
        }
      }
    }
  }

  /// - Parameter shape: shape of the weights of a name; nil where there are none.
  /// - Throws: `NetworkError` where a weight is missing or has another shape than its layer.
  func check(_ shape: (String) -> [Int]?) throws {
    for parameter in parameters + statistics {
      guard let found = shape(parameter.name) else { throw NetworkError.missingWeight(name: parameter.name) }
      guard found == parameter.shape else {
        throw NetworkError.wrongWeightShape(name: parameter.name, expected: parameter.shape, found: found)
      }
    }
  }

  func release(into pool: FeatureMapPool) {
    stem.release(into: pool)
    for block in stages.joined() { block.release(into: pool) }
    for block in decoder { block.release(into: pool) }
  }
}
