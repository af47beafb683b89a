import Basics

/// The layers of a network, one for each step of its description, and how they are named, ordered and initialized.
final class NetworkLayers {
  let description: NetworkDescription
  let layers: [any NetworkLayer]

  init(_ description: NetworkDescription) {
    self.description = description
    layers = description.steps.map { step in
      let convolution: any ConvolutionLayer
      switch step.operation {
      case .maximum(let kernel, let stride):
        return PlainLayer(.pooling(MaxPooling(kernel: kernel, stride: stride, padding: kernel / 2)))
      case .enlargement: return PlainLayer(.enlargement)
      case .convolution(let kernel, let stride):
        convolution = Convolution(
          name: step.name, inputs: description.channels(of: step), outputs: step.channels, kernel: kernel, stride: stride,
          hasBias: step.norm == nil)
      case .depthwise(let kernel, let stride):
        convolution = DepthwiseConvolution(name: step.name, channels: step.channels, kernel: kernel, stride: stride)
      }
      return ConvolutionUnit(
        convolution, norm: step.norm.map { BatchNorm(name: $0, channels: step.channels, setting: description.normalization) },
        rectifier: step.rectifier)
    }
  }

  var parameters: [Parameter] { layers.flatMap(\.parameters) }
  var statistics: [Parameter] { layers.flatMap(\.statistics) }
  var convolutions: [any ConvolutionLayer] { layers.compactMap(\.convolution) }

  /// He-normal weights (variance 2 / inputs under the window), zero biases; batch norms start as the identity.
  func initialize(seed: UInt64) {
    var generator = NormalGenerator(seed: seed)
    for convolution in convolutions {
      let deviation = (2 / Double(convolution.terms)).squareRoot()
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
    for layer in layers { layer.release(into: pool) }
  }
}
