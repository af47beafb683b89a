internal import CKernels

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

  init(_ shape: Shape) {
    self.shape = shape
    buffer = FloatBuffer(count: shape.count)
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
          source + (image * shape.channels + first) * shape.pixels, shape.pixels, min(Self.lanes, shape.channels - first), shape.pixels,
          plane(image, block))
      }
    }
  }

  /// The channels as an N×C×H×W tensor.
  func tensor(_ workspace: Workspace) -> Tensor {
    let shape = shape
    var result = Tensor(shape: [shape.images, shape.channels, shape.height, shape.width])
    result.withUnsafeMutableBufferPointer { elements in
      guard let target = elements.baseAddress else { return }
      workspace.run(shape.images * shape.blocks) { task, _ in
        let (image, block) = task.quotientAndRemainder(dividingBy: shape.blocks)
        let first = block * Self.lanes
        workspace.kernels.deinterleave(
          plane(image, block), min(Self.lanes, shape.channels - first), shape.pixels,
          target + (image * shape.channels + first) * shape.pixels, shape.pixels)
      }
    }
    return result
  }
}

/// Keeps feature maps between uses, so that a training step allocates nothing once it has run.
final class FeatureMapPool {
  private var free: [FeatureMap.Shape: [FeatureMap]] = [:]

  /// A map whose contents are undefined except that padding lanes are finite.
  func take(_ shape: FeatureMap.Shape) -> FeatureMap { free[shape]?.popLast() ?? FeatureMap(shape) }

  func give(_ map: FeatureMap) { free[map.shape, default: []].append(map) }

  func removeAll() { free = [:] }
}
