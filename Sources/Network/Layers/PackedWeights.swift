/// A convolution's weights in the order in which the multiplication reads them: panels of 32 output lanes, one row a step of the sum.
struct PackedWeights {
  let buffer: FloatBuffer
  /// Terms of each sum, padding included; a multiple of 16.
  let steps: Int
  /// Blocks of 16 output lanes.
  let laneBlocks: Int
  /// Floats of one matrix. There are 36 for Winograd and one for gathering.
  var elementStride: Int { steps * laneBlocks * FeatureMap.lanes }

  /// A convolution's weights as they were packed before, forward: for Winograd or for `gather`.
  init(_ buffer: FloatBuffer, of convolution: Convolution, isTransformed: Bool) {
    self.buffer = buffer
    steps = isTransformed ? convolution.inputOffsets.count : convolution.gatherOffsets.count
    laneBlocks = convolution.outputBlocks
  }

  init(buffer: FloatBuffer, steps: Int, laneBlocks: Int) {
    self.buffer = buffer
    self.steps = steps
    self.laneBlocks = laneBlocks
  }

  enum Direction {
    /// From inputs to outputs.
    case forward
    /// From the derivative by the outputs to that by the inputs: the same convolution with weights transposed and turned by 180°.
    case backward
  }

  /// The weights transformed for Winograd's F(4×4, 3×3), each output channel multiplied by its scale where there are scales.
  static func winograd(
    _ convolution: Convolution, _ direction: Direction, scales: FloatBuffer? = nil, into reused: FloatBuffer? = nil, _ workspace: Workspace
  ) -> PackedWeights {
    precondition(scales == nil || direction == .forward, "scales belong to output channels")
    let lanes = direction == .forward ? convolution.outputOffsets : convolution.inputOffsets
    let terms = direction == .forward ? convolution.inputOffsets : convolution.outputOffsets
    let packed = PackedWeights(
      buffer: reused ?? workspace.packedScratch(convolution.winogradCount), steps: terms.count, laneBlocks: lanes.count / FeatureMap.lanes)
    let source = convolution.weight.values.base
    packed.fill(lanes, terms, workspace) { block, laneOffsets, stepOffsets, steps, at, width in
      workspace.kernels.winogradWeights(
        source, scales: scales.map { UnsafePointer($0.base + block * FeatureMap.lanes) }, laneOffsets, stepOffsets, steps,
        flips: direction == .backward, into: packed.buffer.base + at, packed.elementStride, width)
    }
    return packed
  }

  /// The weights for `gather`: a step for each tap and input channel; scales as above.
  static func gathered(
    _ convolution: Convolution, scales: FloatBuffer? = nil, into reused: FloatBuffer? = nil, _ workspace: Workspace
  ) -> PackedWeights {
    let terms = convolution.gatherOffsets
    let lanes = convolution.outputOffsets
    let packed = PackedWeights(
      buffer: reused ?? workspace.packedScratch(terms.count * lanes.count), steps: terms.count, laneBlocks: lanes.count / FeatureMap.lanes)
    let source = convolution.weight.values.base
    packed.fill(lanes, terms, workspace) { block, laneOffsets, stepOffsets, steps, at, width in
      workspace.kernels.arrangeWeights(
        source, scales: scales.map { UnsafePointer($0.base + block * FeatureMap.lanes) }, laneOffsets, stepOffsets, steps,
        into: packed.buffer.base + at, width)
    }
    return packed
  }

  /// The weights of a pointwise convolution from the derivative by the outputs to that by the input: a step for each output channel.
  static func transposed(_ convolution: Convolution, _ workspace: Workspace) -> PackedWeights {
    let terms = convolution.outputOffsets
    let lanes = convolution.inputOffsets
    let packed = PackedWeights(
      buffer: workspace.packedScratch(terms.count * lanes.count), steps: terms.count, laneBlocks: lanes.count / FeatureMap.lanes)
    let source = convolution.weight.values.base
    packed.fill(lanes, terms, workspace) { _, laneOffsets, stepOffsets, steps, at, width in
      workspace.kernels.arrangeWeights(source, laneOffsets, stepOffsets, steps, into: packed.buffer.base + at, width)
    }
    return packed
  }

  /// The weights for `scatter`, one matrix for each block of input channels: a step for each output channel, 16 lanes for each tap.
  static func scattered(_ convolution: Convolution, _ workspace: Workspace) -> [PackedWeights] {
    let terms = convolution.outputOffsets
    let blocks = convolution.inputBlocks
    let count = terms.count * convolution.taps * FeatureMap.lanes
    let scratch = workspace.packedScratch(count * blocks)
    let source = convolution.weight.values.base
    return (0..<blocks).map { block in
      let inputs = convolution.inputOffsets[block * FeatureMap.lanes..<(block + 1) * FeatureMap.lanes]
      let lanes = (0..<convolution.taps).flatMap { tap in inputs.map { $0 < 0 ? -1 : $0 + Int32(tap) } }
      let packed = PackedWeights(buffer: scratch, steps: terms.count, laneBlocks: convolution.taps)
      packed.fill(lanes, terms, workspace) { _, laneOffsets, stepOffsets, steps, at, width in
        workspace.kernels.arrangeWeights(
          source, laneOffsets, stepOffsets, steps, into: scratch.base + block * count + at, width)
      }
      return packed
    }
  }

  /// Where a block of lanes begins in its panel, and the panel's width.
  private func place(_ block: Int) -> (at: Int, width: Int) {
    let isAlone = block == laneBlocks - 1 && block % 2 == 0
    return (block / 2 * steps * 32 + block % 2 * FeatureMap.lanes, isAlone ? 16 : 32)
  }

  private func fill(
    _ lanes: [Int32], _ terms: [Int32], _ workspace: Workspace,
    _ arrange: (_ block: Int, UnsafePointer<Int32>, UnsafePointer<Int32>, _ steps: Int, _ at: Int, _ width: Int) -> Void
  ) {
    let grain = 64
    let chunks = (steps + grain - 1) / grain
    lanes.withUnsafeBufferPointer { lanes in
      terms.withUnsafeBufferPointer { terms in
        guard let lanes = lanes.baseAddress, let terms = terms.baseAddress else { return }
        workspace.run(laneBlocks * chunks) { task, _ in
          let (block, chunk) = task.quotientAndRemainder(dividingBy: chunks)
          let (at, width) = place(block)
          let first = chunk * grain
          arrange(block, lanes + block * FeatureMap.lanes, terms + first, min(grain, steps - first), at + first * width, width)
        }
      }
    }
  }
}
