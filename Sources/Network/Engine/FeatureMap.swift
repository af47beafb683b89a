/// Activations as the engine holds them: [image][block][row][column][16], channels in blocks of 16, the last block padded with zeros.
///
/// A block's pixels are contiguous and each pixel is one vector, so that convolutions gather, multiply and store without transposing.
final class FeatureMap {
  struct Shape: Hashable {
    var images: Int
    var channels: Int
    var height: Int
    var width: Int

    var blocks: Int { FeatureMap.blocks(of: channels) }
    /// Pixels of one image.
    var pixels: Int { height * width }
    /// Floats of one block of one image.
    var plane: Int { pixels * FeatureMap.lanes }
    /// Floats, padding included.
    var count: Int { images * blocks * plane }
  }

  static let lanes = 16
  static func blocks(of channels: Int) -> Int { (channels + lanes - 1) / lanes }

  let shape: Shape
  let buffer: FloatBuffer
  var base: UnsafeMutablePointer<Float> { buffer.base }

  /// A map in memory of its own, or in a buffer that has room for it.
  init(_ shape: Shape, in buffer: FloatBuffer? = nil) {
    self.shape = shape
    self.buffer = buffer ?? FloatBuffer(count: shape.count)
    precondition(self.buffer.count >= shape.count, "a map fits its buffer")
  }

  /// The plane of a block of an image.
  func plane(_ image: Int, _ block: Int) -> UnsafeMutablePointer<Float> { base + (image * shape.blocks + block) * shape.plane }

  /// Copies an N×C×H×W tensor in.
  func load(_ tensor: Tensor, _ workspace: Workspace) {
    let shape = shape
    tensor.withUnsafeBufferPointer { elements in
      guard let source = elements.baseAddress else { return }
      workspace.run(shape.images * shape.blocks) { task, _ in
        let (image, block) = task.quotientAndRemainder(dividingBy: shape.blocks)
        let first = block * Self.lanes
        workspace.kernels.interleave(
          source + (image * shape.channels + first) * shape.pixels, planeStride: shape.pixels,
          channels: min(Self.lanes, shape.channels - first), pixels: shape.pixels, into: plane(image, block))
      }
    }
  }

  /// The channels as an N×C×H×W tensor, cut at the right and bottom where a smaller size is given.
  func tensor(_ workspace: Workspace, height: Int? = nil, width: Int? = nil) -> Tensor {
    let shape = shape
    let height = height ?? shape.height
    let width = width ?? shape.width
    var result = Tensor(shape: [shape.images, shape.channels, height, width])
    result.withUnsafeMutableBufferPointer { elements in
      guard let target = elements.baseAddress else { return }
      let grain = 32
      let bands = (height + grain - 1) / grain
      workspace.run(shape.images * shape.blocks * bands) { task, _ in
        let (plane, band) = task.quotientAndRemainder(dividingBy: bands)
        let (image, block) = plane.quotientAndRemainder(dividingBy: shape.blocks)
        let first = block * Self.lanes
        for row in band * grain..<min(height, (band + 1) * grain) {
          workspace.kernels.deinterleave(
            self.plane(image, block) + row * shape.width * Self.lanes, channels: min(Self.lanes, shape.channels - first), pixels: width,
            into: target + ((image * shape.channels + first) * height + row) * width, planeStride: height * width)
        }
      }
    }
    return result
  }
}

/// Keeps memory between uses, so that a network allocates nothing once it has run on an input of some size.
final class FeatureMapPool {
  private var free: [FloatBuffer] = []
  /// How often no free buffer would do.
  private(set) var allocations = 0

  /// A map with undefined contents, in the smallest free buffer that has room for it and is at most twice its size.
  func take(_ shape: FeatureMap.Shape) -> FeatureMap {
    var best: Int?
    for (index, buffer) in free.enumerated() where buffer.count >= shape.count && buffer.count <= 2 * shape.count {
      if best.map({ buffer.count < free[$0].count }) ?? true { best = index }
    }
    if best == nil { allocations += 1 }
    return FeatureMap(shape, in: best.map { free.remove(at: $0) })
  }

  func give(_ map: FeatureMap) { free.append(map.buffer) }

  func removeAll() { free = [] }
}
