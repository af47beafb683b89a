/// A depthwise convolution (PyTorch's Conv2d with as many groups as channels): each channel has a window of its own. Kernel 3 or 5, stride 1 or 2,
/// padding kernel / 2, no bias.
///
/// A task copies some rows of a block of 16 channels between zeros, so that the window meets no edge, and slides it over them. The derivative by the
/// input is the same with the window turned by 180° over the derivative by the output, for stride 2 with zeros between its pixels.
final class DepthwiseConvolution: ConvolutionLayer {
  let outputs: Int
  let kernel: Int
  let stride: Int
  /// channels × 1 × kernel × kernel.
  let weight: Parameter

  var bias: Parameter? { nil }
  var terms: Int { taps }
  private var taps: Int { kernel * kernel }
  private var padding: Int { kernel / 2 }
  /// Floats of the packed weights, [block][tap][16].
  fileprivate var packedCount: Int { FeatureMap.blocks(of: outputs) * taps * FeatureMap.lanes }

  /// Floats of the rows that a task works on: they stay in a core's level-2 cache.
  private static let bandBudget = 32 << 10

  init(name: String, channels: Int, kernel: Int, stride: Int) {
    precondition([3, 5].contains(kernel) && [1, 2].contains(stride), "kernel 3 or 5, stride 1 or 2")
    outputs = channels
    self.kernel = kernel
    self.stride = stride
    weight = Parameter(name: name + ".weight", shape: [channels, 1, kernel, kernel], decays: true)
  }

  func outputShape(for input: Source) -> FeatureMap.Shape {
    var shape = input.map.shape
    shape.height = (shape.height - 1) / stride + 1
    shape.width = (shape.width - 1) / stride + 1
    return shape
  }

  func forward(_ sources: [Source], into output: FeatureMap, _ workspace: Workspace) {
    let packed = pack(into: workspace.packedScratch(packedCount), workspace)
    slide(over: Self.only(sources), packed, Epilogue(), into: output, workspace)
  }

  func backward(_ sources: [Source], _ gradient: FeatureMap, into destinations: [Destination], _ workspace: Workspace) {
    weightsGradient(Self.only(sources), gradient, workspace)
    guard let destination = destinations.first else { return }
    precondition(!destination.isEnlarged, "a depthwise convolution reads its input as it is")
    let packed = pack(isTurned: true, into: workspace.packedScratch(packedCount), workspace)
    slide(
      over: gradient, spacing: stride, stride: 1, packed, Epilogue(), into: destination.map, accumulates: destination.accumulates,
      workspace)
  }

  func folded(_ folding: Folding) -> any FoldedLayer { FoldedDepthwise(self, folding) }

  fileprivate static func only(_ sources: [Source]) -> FeatureMap {
    precondition(sources.count == 1 && !sources[0].isEnlarged, "a depthwise convolution reads its input as it is")
    return sources[0].map
  }

  /// The weights as the window reads them, each channel multiplied by its scale where there are scales.
  fileprivate func pack(isTurned: Bool = false, scales: FloatBuffer? = nil, into buffer: FloatBuffer, _ workspace: Workspace) -> FloatBuffer
  {
    let lanes = FeatureMap.lanes
    let steps = (0..<taps).map { Int32(isTurned ? taps - 1 - $0 : $0) }
    for block in 0..<FeatureMap.blocks(of: outputs) {
      let offsets = (block * lanes..<(block + 1) * lanes).map { $0 < outputs ? Int32($0 * taps) : -1 }
      workspace.kernels.arrangeWeights(
        weight.values.base, scales: scales.map { UnsafePointer($0.base + block * lanes) }, offsets, steps, taps,
        into: buffer.base + block * taps * lanes, lanes)
    }
    return buffer
  }

  /// The rows of the target that a task computes, and the width of the band that it reads them from.
  private func bands(of shape: FeatureMap.Shape, stride: Int) -> (rows: Int, width: Int, count: Int) {
    let width = ((shape.width + 7) / 8 * 8 - 1) * stride + kernel
    return (max(1, Self.bandBudget / (width * FeatureMap.lanes * stride)), width, width * FeatureMap.lanes)
  }

  fileprivate func slide(
    over source: FeatureMap, spacing: Int = 1, stride: Int? = nil, _ packed: FloatBuffer, _ epilogue: Epilogue, into target: FeatureMap,
    accumulates: Bool = false, _ workspace: Workspace
  ) {
    let stride = stride ?? self.stride
    let shape = target.shape
    let lanes = FeatureMap.lanes
    let kernels = workspace.kernels
    let (rows, bandWidth, bandRow) = bands(of: shape, stride: stride)
    let bands = (shape.height + rows - 1) / rows
    let scratch = workspace.workerScratch(((rows - 1) * stride + kernel) * bandRow)
    let weights = packed.base
    workspace.run(shape.images * shape.blocks * bands) { task, worker in
      let (plane, band) = task.quotientAndRemainder(dividingBy: bands)
      let (image, block) = plane.quotientAndRemainder(dividingBy: shape.blocks)
      let first = band * rows
      let count = min(rows, shape.height - first)
      let buffer = scratch(worker)
      kernels.pad(
        source.plane(image, block), height: source.shape.height, width: source.shape.width, spacing: spacing,
        firstRow: first * stride - padding, rows: (count - 1) * stride + kernel, before: padding, bandWidth: bandWidth, into: buffer)
      var own = epilogue
      own.bias = epilogue.bias.map { $0 + block * lanes }
      kernels.depthwise(
        buffer, bandWidth: bandWidth, kernel: kernel, stride: stride, weights + block * taps * lanes, rows: count, columns: shape.width,
        own,
        accumulates: accumulates, into: target.plane(image, block) + first * shape.width * lanes)
    }
  }

  /// One task sums over a block of an image, the images are added in their order.
  private func weightsGradient(_ x: FeatureMap, _ gradient: FeatureMap, _ workspace: Workspace) {
    let shape = gradient.shape
    let lanes = FeatureMap.lanes
    let kernels = workspace.kernels
    let (rows, bandWidth, bandRow) = bands(of: shape, stride: stride)
    let scratch = workspace.workerScratch(((rows - 1) * stride + kernel) * bandRow)
    let own = taps * lanes
    var partial = [Double](repeating: 0, count: shape.images * shape.blocks * own)
    partial.withUnsafeMutableBufferPointer { partial in
      guard let partial = partial.baseAddress else { return }
      workspace.run(shape.images * shape.blocks) { task, worker in
        let (image, block) = task.quotientAndRemainder(dividingBy: shape.blocks)
        let buffer = scratch(worker)
        for first in Swift.stride(from: 0, to: shape.height, by: rows) {
          let count = min(rows, shape.height - first)
          kernels.pad(
            x.plane(image, block), height: x.shape.height, width: x.shape.width, firstRow: first * stride - padding,
            rows: (count - 1) * stride + kernel, before: padding, bandWidth: bandWidth, into: buffer)
          kernels.depthwiseGradient(
            buffer, bandWidth: bandWidth, kernel: kernel, stride: stride, gradient.plane(image, block) + first * shape.width * lanes,
            rows: count, columns: shape.width, into: partial + task * own)
        }
      }
    }
    let target = weight.gradients.base
    for channel in 0..<outputs {
      let (block, lane) = channel.quotientAndRemainder(dividingBy: lanes)
      for tap in 0..<taps {
        var sum = 0.0
        for image in 0..<shape.images { sum += partial[(image * shape.blocks + block) * own + tap * lanes + lane] }
        target[channel * taps + tap] = Float(sum)
      }
    }
  }
}

/// A depthwise convolution for prediction.
final class FoldedDepthwise: FoldedLayer {
  private let convolution: DepthwiseConvolution
  private let folding: Folding
  private var packed: FloatBuffer?

  init(_ convolution: DepthwiseConvolution, _ folding: Folding) {
    self.convolution = convolution
    self.folding = folding
  }

  var weight: Parameter? { convolution.weight }

  func apply(_ sources: [Source], residual: FeatureMap?, into output: FeatureMap, _ workspace: Workspace) {
    precondition(residual == nil, "a depthwise convolution has no residual sum")
    convolution.slide(
      over: DepthwiseConvolution.only(sources), prepare(images: 0, height: 0, width: 0, workspace),
      Epilogue(bias: folding.bias, rectifier: folding.rectifier), into: output, workspace)
  }

  @discardableResult
  func prepare(images: Int, height: Int, width: Int, _ workspace: Workspace) -> FloatBuffer {
    if let packed { return packed }
    let buffer = convolution.pack(scales: folding.scales, into: workspace.newBuffer(convolution.packedCount), workspace)
    packed = buffer
    return buffer
  }

  func adopt(images: Int, height: Int, width: Int, _ stored: (_ count: Int) -> FloatBuffer?) -> Bool {
    packed = stored(convolution.packedCount)
    return packed != nil
  }
}
