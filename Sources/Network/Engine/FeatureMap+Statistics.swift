/// Sums over the images and pixels of a block of 16 channels.
struct BlockMoments {
  var count = 0.0
  var sums = [Double](repeating: 0, count: FeatureMap.lanes)
  /// Squared deviations from the mean.
  var squares = [Double](repeating: 0, count: FeatureMap.lanes)

  /// Joins the moments of two disjoint sets (Chan, Golub, LeVeque 1979).
  mutating func merge(_ other: BlockMoments) {
    guard other.count > 0 else { return }
    for lane in 0..<FeatureMap.lanes {
      let between = count > 0 ? other.sums[lane] / other.count - sums[lane] / count : 0
      squares[lane] += other.squares[lane] + between * between * (count * other.count / (count + other.count))
      sums[lane] += other.sums[lane]
    }
    count += other.count
  }
}

extension FeatureMap {
  /// Moments of each block, merged image by image in order.
  func moments(_ workspace: Workspace) -> [BlockMoments] {
    let shape = shape
    var partial = [LaneMoments](repeating: LaneMoments(), count: shape.images * shape.blocks)
    partial.withUnsafeMutableBufferPointer { partial in
      guard let partial = partial.baseAddress else { return }
      workspace.run(shape.images * shape.blocks) { task, _ in
        let (image, block) = task.quotientAndRemainder(dividingBy: shape.blocks)
        workspace.kernels.addMoments(of: plane(image, block), pixels: shape.pixels, to: partial + task)
      }
    }
    return (0..<shape.blocks).map { block in
      var result = BlockMoments()
      for image in 0..<shape.images { result.merge(BlockMoments(partial[image * shape.blocks + block])) }
      return result
    }
  }

  /// Sum of each lane over images and pixels.
  func laneSums(_ workspace: Workspace) -> [Double] { moments(workspace).flatMap(\.sums) }

  /// Mean of each channel of each image, [image][channel].
  var channelMeans: [Float] { channelSums().map { Float($0 / Double(shape.pixels)) } }

  /// Sum of each channel of each image over all rows and columns, or over some, [image][channel].
  func channelSums(rows: Range<Int>? = nil, columns: Range<Int>? = nil) -> [Double] {
    let shape = shape
    var result = [Double](repeating: 0, count: shape.images * shape.channels)
    for image in 0..<shape.images {
      for channel in 0..<shape.channels {
        let plane = plane(image, channel / Self.lanes) + channel % Self.lanes
        var sum = 0.0
        for row in rows ?? 0..<shape.height {
          for column in columns ?? 0..<shape.width { sum += Double(plane[(row * shape.width + column) * Self.lanes]) }
        }
        result[image * shape.channels + channel] = sum
      }
    }
    return result
  }

  /// Adds a constant to each channel of each image.
  func add(toChannels values: [Float]) {
    for image in 0..<shape.images {
      for channel in 0..<shape.channels {
        let plane = plane(image, channel / Self.lanes) + channel % Self.lanes
        let value = values[image * shape.channels + channel]
        for pixel in 0..<shape.pixels { plane[pixel * Self.lanes] += value }
      }
    }
  }
}

extension BlockMoments {
  fileprivate init(_ moments: LaneMoments) {
    count = moments.count
    sums = withUnsafeBytes(of: moments.sum) { Array($0.bindMemory(to: Double.self)) }
    squares = withUnsafeBytes(of: moments.squares) { Array($0.bindMemory(to: Double.self)) }
  }
}
