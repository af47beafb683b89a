/// A feature map as a convolution reads it: as it is, or enlarged twice by nearest neighbor. Several stand for their concatenation.
struct Source {
  let map: FeatureMap
  var isEnlarged = false

  var height: Int { map.shape.height << (isEnlarged ? 1 : 0) }
  var width: Int { map.shape.width << (isEnlarged ? 1 : 0) }
  var view: SourceView {
    SourceView(data: map.base, blocks: map.shape.blocks, height: height, width: width, shift: isEnlarged ? 1 : 0, planes: 0)
  }
}

/// Where the derivative by a `Source` goes: 2×2 sums where that was enlarged, added to what is there if asked.
struct Destination {
  let map: FeatureMap
  var isEnlarged = false
  var accumulates = false

  var view: DestinationView {
    DestinationView(
      data: map.base, blocks: map.shape.blocks, height: map.shape.height << (isEnlarged ? 1 : 0),
      width: map.shape.width << (isEnlarged ? 1 : 0), shift: isEnlarged ? 1 : 0, accumulates: accumulates ? 1 : 0)
  }
}

/// A two-dimensional convolution (cross-correlation, as PyTorch's Conv2d) with a square kernel, over one input or the concatenation of several.
///
/// 3×3 kernels with stride 1 and padding 1 go by Winograd F(4×4, 3×3), the rest by gathering what lies under the window and multiplying.
final class Convolution: ConvolutionLayer {
  /// Channels of each input.
  let inputs: [Int]
  let outputs: Int
  let kernel: Int
  let stride: Int
  let padding: Int
  /// outputs × inputs × kernel × kernel.
  let weight: Parameter
  let bias: Parameter?

  var inputChannels: Int { inputs.reduce(0, +) }
  var taps: Int { kernel * kernel }
  var terms: Int { inputChannels * taps }
  var outputBlocks: Int { FeatureMap.blocks(of: outputs) }
  var inputBlocks: Int { inputs.reduce(0) { $0 + FeatureMap.blocks(of: $1) } }

  /// Offsets into the weights of each lane of the (concatenated, padded) input channels and of the output channels; -1 for padding.
  let inputOffsets: [Int32]
  let outputOffsets: [Int32]
  let paddedBias: FloatBuffer?

  init(name: String, inputs: [Int], outputs: Int, kernel: Int, stride: Int = 1, padding: Int? = nil, hasBias: Bool = false) {
    self.inputs = inputs
    self.outputs = outputs
    self.kernel = kernel
    self.stride = stride
    self.padding = padding ?? kernel / 2
    let channels = inputs.reduce(0, +)
    weight = Parameter(name: name + ".weight", shape: [outputs, channels, kernel, kernel], decays: true)
    bias = hasBias ? Parameter(name: name + ".bias", shape: [outputs], decays: false) : nil
    paddedBias = hasBias ? FloatBuffer(count: FeatureMap.blocks(of: outputs) * FeatureMap.lanes) : nil

    let taps = kernel * kernel
    var offsets: [Int32] = []
    var first = 0
    for count in inputs {
      offsets += Self.padded(count) { Int32((first + $0) * taps) }
      first += count
    }
    inputOffsets = offsets
    outputOffsets = Self.padded(outputs) { Int32($0 * channels * taps) }
  }

  private static func padded(_ count: Int, _ offset: (Int) -> Int32) -> [Int32] {
    (0..<FeatureMap.blocks(of: count) * FeatureMap.lanes).map { $0 < count ? offset($0) : -1 }
  }

  func outputShape(for input: Source) -> FeatureMap.Shape {
    FeatureMap.Shape(
      images: input.map.shape.images, channels: outputs, height: (input.height + 2 * padding - kernel) / stride + 1,
      width: (input.width + 2 * padding - kernel) / stride + 1)
  }

  /// Floats of the packed weights.
  var winogradCount: Int { Winograd.elements * inputOffsets.count * outputOffsets.count }
  var gatheredCount: Int { gatherOffsets.count * outputOffsets.count }

  var isWinograd: Bool { kernel == 3 && stride == 1 && padding == 1 }
  /// Whether each output pixel reads one pixel of one map, so that the map itself is what is multiplied.
  var isPointwise: Bool { kernel == 1 && stride == 1 && padding == 0 && inputs.count == 1 && !isCompact }

  func folded(_ folding: Folding) -> any FoldedLayer { FoldedConvolution(self, folding) }

  func forward(_ sources: [Source], into output: FeatureMap, _ workspace: Workspace) {
    if let bias, let paddedBias { paddedBias.base.update(from: bias.values.base, count: outputs) }
    let epilogue = Epilogue(bias: paddedBias)
    if isWinograd {
      let packed = PackedWeights.winograd(self, .forward, workspace)
      winogradMultiply(sources.map(\.view), packed, [Destination(map: output).view], images: output.shape.images, epilogue, workspace)
    } else {
      gatherMultiply(sources.map(\.view), PackedWeights.gathered(self, workspace), output, epilogue, workspace)
    }
  }

  func backward(_ sources: [Source], _ gradient: FeatureMap, into destinations: [Destination], _ workspace: Workspace) {
    if let bias {
      let sums = gradient.laneSums(workspace)
      for channel in 0..<outputs { bias.gradients.base[channel] = Float(sums[channel]) }
    }
    if isWinograd {
      winogradWeightsGradient(sources.map(\.view), gradient, workspace)
      guard !destinations.isEmpty else { return }
      let packed = PackedWeights.winograd(self, .backward, workspace)
      winogradMultiply(
        [Source(map: gradient).view], packed, destinations.map(\.view), images: gradient.shape.images, Epilogue(), workspace)
    } else {
      gatherWeightsGradient(sources.map(\.view), gradient, workspace)
      guard !destinations.isEmpty else { return }
      if isPointwise {
        pointwiseBackward(gradient, destinations[0], workspace)
      } else {
        scatterMultiply(gradient, destinations, workspace)
      }
    }
  }
}
