extension Convolution {
  /// Whether few input channels make it worth while to leave out the padding lanes.
  var isCompact: Bool { inputs.count == 1 && inputs[0] <= FeatureMap.lanes / 2 }

  /// The steps of the gathered sum: (tap, input channel) as offsets into the weights; padded to a multiple of 16.
  var gatherOffsets: [Int32] {
    guard isCompact else {
      return (0..<taps).flatMap { tap in inputOffsets.map { $0 < 0 ? -1 : $0 + Int32(tap) } }
    }
    let used = (0..<taps).flatMap { tap in (0..<inputs[0]).map { Int32($0 * taps + tap) } }
    return used + [Int32](repeating: -1, count: FeatureMap.blocks(of: used.count) * FeatureMap.lanes - used.count)
  }

  private func window(_ output: FeatureMap.Shape) -> Window {
    Window(kernel: kernel, stride: stride, padding: padding, outHeight: output.height, outWidth: output.width)
  }

  private func gather(
    _ sources: UnsafeBufferPointer<SourceView>, _ kernels: Kernels, image: Int, _ window: Window, pixels: Range<Int>,
    steps: Range<Int>,
    into target: UnsafeMutablePointer<Float>, blockStride: Int
  ) {
    if isCompact {
      kernels.gatherCompact(
        sources.baseAddress, image: image, window, channels: inputs[0], pixels: pixels, into: target, blockStride: blockStride)
    } else {
      kernels.gather(sources, image: image, window, pixels: pixels, steps: steps, into: target, blockStride: blockStride)
    }
  }

  func gatherMultiply(
    _ sources: [SourceView], _ weights: PackedWeights, _ output: FeatureMap, _ epilogue: Epilogue, _ workspace: Workspace
  ) {
    let kernels = workspace.kernels
    let shape = output.shape
    let window = window(shape)
    let steps = weights.steps / FeatureMap.lanes
    let lanes = FeatureMap.lanes
    let grain = min(56, max(14, Winograd.cacheBudget / (steps * lanes) / 14 * 14))
    let runs = (shape.pixels + grain - 1) / grain

    func finish(_ image: Int, _ blocks: Range<Int>, _ first: Int, _ count: Int) {
      for block in blocks {
        let at = output.plane(image, block) + first * lanes
        var own = epilogue
        own.bias = epilogue.bias.map { $0 + block * lanes }
        own.residual = epilogue.residual.map { $0 + (at - output.base) }
        kernels.finish(at, own, pixels: count)
      }
    }
    let isPlain = epilogue.isPlain

    sources.withUnsafeBufferPointer { sources in
      if shape.images * runs >= 8 {
        let scratch = workspace.workerScratch(isPointwise ? 0 : steps * grain * lanes)
        workspace.run(shape.images * runs) { task, worker in
          let (image, run) = task.quotientAndRemainder(dividingBy: runs)
          let first = run * grain
          let count = min(grain, shape.pixels - first)
          let target = output.plane(image, 0) + first * lanes
          if let map = pointwise(sources, image: image, shape.plane) {
            kernels.multiply(
              count, steps, map + first * lanes, shape.plane, weights.buffer.base, weights.laneBlocks, target, shape.plane)
          } else {
            let a = scratch(worker)
            gather(
              sources, kernels, image: image, window, pixels: first..<first + count, steps: 0..<steps, into: a, blockStride: count * lanes)
            kernels.multiply(count, steps, a, count * lanes, weights.buffer.base, weights.laneBlocks, target, shape.plane)
          }
          if !isPlain { finish(image, 0..<weights.laneBlocks, first, count) }
        }
      } else {
        // A small image: gather it once, then split the output channels.
        let gathered = workspace.sharedScratch(isPointwise ? 0 : steps * shape.plane)
        let pieces = isPointwise ? 0 : isCompact ? 1 : min(steps, 8)
        let groups = (weights.laneBlocks + 3) / 4
        for image in 0..<shape.images {
          workspace.run(pieces) { piece, _ in
            let own = steps * piece / pieces..<steps * (piece + 1) / pieces
            gather(
              sources, kernels, image: image, window, pixels: 0..<shape.pixels, steps: own, into: gathered + own.lowerBound * shape.plane,
              blockStride: shape.plane)
          }
          let a = pointwise(sources, image: image, shape.plane) ?? UnsafePointer(gathered)
          workspace.run(groups) { group, _ in
            let blocks = group * 4..<min(weights.laneBlocks, group * 4 + 4)
            kernels.multiply(
              shape.pixels, steps, a, shape.plane, weights.buffer.base + blocks.lowerBound * weights.steps * lanes, blocks.count,
              output.plane(image, blocks.lowerBound), shape.plane)
            if !isPlain { finish(image, blocks, 0, shape.pixels) }
          }
        }
      }
    }
  }

  /// What a pointwise convolution multiplies: the blocks of an image of its source.
  private func pointwise(_ sources: UnsafeBufferPointer<SourceView>, image: Int, _ plane: Int) -> UnsafePointer<Float>? {
    guard isPointwise, let data = sources[0].data else { return nil }
    precondition(sources[0].shift == 0, "a pointwise convolution reads its input as it is")
    return data + image * sources[0].blocks * plane
  }

  /// The derivative by the input of a pointwise convolution: the same product with transposed weights.
  func pointwiseBackward(_ gradient: FeatureMap, _ destination: Destination, _ workspace: Workspace) {
    let kernels = workspace.kernels
    let lanes = FeatureMap.lanes
    let shape = gradient.shape
    let weights = PackedWeights.transposed(self, workspace)
    let grain = 56
    let runs = (shape.pixels + grain - 1) / grain
    workspace.run(shape.images * runs) { task, _ in
      let (image, run) = task.quotientAndRemainder(dividingBy: runs)
      let first = run * grain
      kernels.multiply(
        min(grain, shape.pixels - first), outputBlocks, gradient.plane(image, 0) + first * lanes, shape.plane, weights.buffer.base,
        weights.laneBlocks, destination.map.plane(image, 0) + first * lanes, shape.plane, accumulates: destination.accumulates)
    }
  }

  func gatherWeightsGradient(_ sources: [SourceView], _ gradient: FeatureMap, _ workspace: Workspace) {
    let kernels = workspace.kernels
    let shape = gradient.shape
    let window = window(shape)
    let lanes = FeatureMap.lanes
    let offsets = gatherOffsets
    let steps = offsets.count / lanes
    let outBlocks = outputBlocks
    let batch = isPointwise ? shape.pixels : min(shape.pixels, max(64, Winograd.sharedBudget / (steps * lanes)))
    let gathered = workspace.sharedScratch(isPointwise ? 0 : steps * batch * lanes)
    let sums = workspace.packedScratch(offsets.count * outBlocks * lanes).base

    sources.withUnsafeBufferPointer { sources in
      for image in 0..<shape.images {
        for first in Swift.stride(from: 0, to: shape.pixels, by: batch) {
          let count = min(batch, shape.pixels - first)
          let plane = count * lanes
          // The compact gather fills all steps of a pixel, the other all pixels of a step.
          let map = pointwise(sources, image: image, shape.plane)
          let pieces = map != nil ? 0 : isCompact ? max(1, min(8, count / 64)) : steps
          workspace.run(pieces) { piece, _ in
            if isCompact {
              let low = count * piece / pieces
              let high = count * (piece + 1) / pieces
              gather(
                sources, kernels, image: image, window, pixels: first + low..<first + high, steps: 0..<steps, into: gathered + low * lanes,
                blockStride: plane)
            } else {
              gather(
                sources, kernels, image: image, window, pixels: first..<first + count, steps: piece..<piece + 1,
                into: gathered + piece * plane,
                blockStride: plane)
            }
          }
          let a = map ?? UnsafePointer(gathered)
          workspace.run(steps) { step, _ in
            kernels.multiplyTransposed(
              count, a + step * plane, 1, plane, gradient.plane(image, 0) + first * lanes, outBlocks, shape.plane,
              sums + step * lanes * lanes, offsets.count * lanes, accumulates: image > 0 || first > 0)
          }
        }
      }
    }
    let target = weight.gradients.base
    collect(offsets, workspace) { block, lanesOfBlock, steps, first, count in
      kernels.collectWeights(sums + (block * offsets.count + first) * lanes, lanesOfBlock, steps + first, count, into: target)
    }
  }

  /// The derivative by the inputs: each task owns one block of channels of one image, so that its sums have one order.
  func scatterMultiply(_ gradient: FeatureMap, _ destinations: [Destination], _ workspace: Workspace) {
    precondition(destinations.allSatisfy { !$0.isEnlarged }, "only 3×3 convolutions of stride 1 take an enlarged input")
    let kernels = workspace.kernels
    let shape = gradient.shape
    let window = window(shape)
    let lanes = FeatureMap.lanes
    let grain = min(56, max(14, Winograd.cacheBudget / (taps * lanes) / 14 * 14))
    let weights = PackedWeights.scattered(self, workspace)
    let blocks = inputBlocks
    let scratch = workspace.workerScratch(taps * grain * lanes)
    workspace.run(shape.images * blocks) { task, worker in
      let (image, block) = task.quotientAndRemainder(dividingBy: blocks)
      var own = block
      var index = 0
      while own >= destinations[index].map.shape.blocks {
        own -= destinations[index].map.shape.blocks
        index += 1
      }
      let target = destinations[index].map
      let plane = target.plane(image, own)
      if !destinations[index].accumulates { plane.update(repeating: 0, count: target.shape.plane) }
      let packed = weights[block]
      let columns = scratch(worker)
      for first in Swift.stride(from: 0, to: shape.pixels, by: grain) {
        let count = min(grain, shape.pixels - first)
        kernels.multiply(
          count, outputBlocks, gradient.plane(image, 0) + first * lanes, shape.plane,
          packed.buffer.base + block * packed.elementStride, taps, columns, count * lanes)
        kernels.scatter(
          columns, blockStride: count * lanes, window, pixels: first..<first + count, into: plane, height: target.shape.height,
          width: target.shape.width)
      }
    }
  }
}
