/// Sizes of Winograd's F(4×4, 3×3) (Lavin and Gray 2016): 36 products make 16 output pixels.
enum Winograd {
  static let elements = 36
  static let tile = 4

  static func tiling(height: Int, width: Int) -> Tiling {
    Tiling(rows: (height + tile - 1) / tile, columns: (width + tile - 1) / tile)
  }

  /// Floats of transformed tiles that a worker keeps in its level-2 cache.
  static let cacheBudget = 160 << 10
  /// Floats of transformed tiles that all workers share in the level-3 cache.
  static let sharedBudget = 1536 << 10
}

extension Convolution {
  /// Transforms tiles of the sources, multiplies each of their 36 elements by the packed weights, and writes the tiles that come of it.
  func winogradMultiply(
    _ sources: [SourceView], _ weights: PackedWeights, _ destinations: [DestinationView], images: Int, _ epilogue: Epilogue,
    _ workspace: Workspace
  ) {
    let kernels = workspace.kernels
    let tiling = Winograd.tiling(height: destinations[0].height, width: destinations[0].width)
    let tiles = images * tiling.rows * tiling.columns
    let inBlocks = weights.steps / FeatureMap.lanes
    let outBlocks = weights.laneBlocks
    let lanes = FeatureMap.lanes

    // Tiles a block: as many as keep the transformed block in cache, in multiples of the multiplication's row count.
    let fitting = Winograd.cacheBudget / (Winograd.elements * lanes * (inBlocks + outBlocks))
    let grain = min(112, max(14, fitting / 14 * 14))
    sources.withUnsafeBufferPointer { sources in
      destinations.withUnsafeBufferPointer { destinations in
        if tiles > 8 * grain {
          let inStride = inBlocks * grain * lanes + lanes
          let outStride = outBlocks * grain * lanes + lanes
          let scratch = workspace.workerScratch(Winograd.elements * (inStride + outStride))
          workspace.run((tiles + grain - 1) / grain) { task, worker in
            let first = task * grain
            let count = min(grain, tiles - first)
            let v = scratch(worker)
            let m = v + Winograd.elements * inStride
            kernels.winogradInput(
              sources, tiling, tiles: first..<first + count, blocks: 0..<inBlocks, into: v, inStride, count * lanes)
            for element in 0..<Winograd.elements {
              kernels.multiply(
                count, inBlocks, v + element * inStride, count * lanes, weights.buffer.base + element * weights.elementStride, outBlocks,
                m + element * outStride, count * lanes)
            }
            kernels.winogradOutput(
              m, outStride, count * lanes, tiling, tiles: first..<first + count, blocks: 0..<outBlocks, into: destinations, epilogue)
          }
        } else {
          // Few tiles and many channels: the weights are what is big, so each is read once, by one thread.
          let plane = tiles * lanes
          let inStride = inBlocks * plane + lanes
          let outStride = outBlocks * plane + lanes
          let v = workspace.sharedScratch(Winograd.elements * (inStride + outStride))
          let m = v + Winograd.elements * inStride
          workspace.run(inBlocks) { block, _ in
            kernels.winogradInput(
              sources, tiling, tiles: 0..<tiles, blocks: block..<block + 1, into: v + block * plane, inStride, plane)
          }
          workspace.run(Winograd.elements) { element, _ in
            kernels.multiply(
              tiles, inBlocks, v + element * inStride, plane, weights.buffer.base + element * weights.elementStride, outBlocks,
              m + element * outStride, plane)
          }
          workspace.run(outBlocks) { block, _ in
            kernels.winogradOutput(
              m + block * plane, outStride, plane, tiling, tiles: 0..<tiles, blocks: block..<block + 1, into: destinations, epilogue)
          }
        }
      }
    }
  }

  /// The weights' gradient in the transformed domain: 36 products of input tiles and gradient tiles, summed over tiles in their order.
  func winogradWeightsGradient(_ sources: [SourceView], _ gradient: FeatureMap, _ workspace: Workspace) {
    let kernels = workspace.kernels
    let shape = gradient.shape
    let tiling = Winograd.tiling(height: shape.height, width: shape.width)
    let tiles = shape.images * tiling.rows * tiling.columns
    let lanes = FeatureMap.lanes
    let inBlocks = inputBlocks
    let outBlocks = outputBlocks

    let fitting = Winograd.sharedBudget / (Winograd.elements * lanes * (inBlocks + outBlocks))
    let batch = min(tiles, max(64, fitting))
    let inStride = inBlocks * batch * lanes + lanes
    let outStride = outBlocks * batch * lanes + lanes
    let sumStride = inBlocks * lanes * outBlocks * lanes
    let v = workspace.sharedScratch(Winograd.elements * (inStride + outStride))
    let y = v + Winograd.elements * inStride
    let sums = workspace.packedScratch(Winograd.elements * sumStride).base

    var view = Source(map: gradient).view
    sources.withUnsafeBufferPointer { sources in
      withUnsafePointer(to: &view) { view in
        for first in Swift.stride(from: 0, to: tiles, by: batch) {
          let count = min(batch, tiles - first)
          let plane = count * lanes
          let chunks = max(1, min(8, count / 16))
          workspace.run((inBlocks + outBlocks) * chunks) { task, _ in
            let (block, chunk) = task.quotientAndRemainder(dividingBy: chunks)
            let low = count * chunk / chunks
            let high = count * (chunk + 1) / chunks
            if block < inBlocks {
              kernels.winogradInput(
                sources, tiling, tiles: first + low..<first + high, blocks: block..<block + 1, into: v + block * plane + low * lanes,
                inStride, plane)
            } else {
              let block = block - inBlocks
              kernels.winogradGradient(
                view, tiling, tiles: first + low..<first + high, blocks: block..<block + 1, into: y + block * plane + low * lanes,
                outStride, plane)
            }
          }
          workspace.run(Winograd.elements) { element, _ in
            kernels.multiplyTransposed(
              count, v + element * inStride, inBlocks, plane, y + element * outStride, outBlocks, plane, sums + element * sumStride,
              inBlocks * lanes * lanes, accumulates: first > 0)
          }
        }
      }
    }
    let target = weight.gradients.base
    collect(inputOffsets, workspace) { block, lanesOfBlock, steps, first, count in
      kernels.winogradWeightsGradient(
        sums + (block * inBlocks * lanes + first) * lanes, sumStride, lanesOfBlock, steps + first, count, into: target)
    }
  }

  /// Distributes the way back from summed products to the weights' gradient over blocks of lanes and runs of steps.
  func collect(
    _ terms: [Int32], _ workspace: Workspace,
    _ body: (_ block: Int, UnsafePointer<Int32>, UnsafePointer<Int32>, _ first: Int, _ count: Int) -> Void
  ) {
    let grain = 64
    let chunks = (terms.count + grain - 1) / grain
    terms.withUnsafeBufferPointer { steps in
      outputOffsets.withUnsafeBufferPointer { offsets in
        guard let steps = steps.baseAddress, let offsets = offsets.baseAddress else { return }
        workspace.run(outputBlocks * chunks) { task, _ in
          let (block, chunk) = task.quotientAndRemainder(dividingBy: chunks)
          let first = chunk * grain
          body(block, offsets + block * FeatureMap.lanes, steps, first, min(grain, terms.count - first))
        }
      }
    }
  }
}
