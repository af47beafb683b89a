import Basics

extension GrayImage {
  /// Reconstructs this image from a marker: dilates the marker repeatedly (8 neighbors), each time limited to this image, until nothing changes.
  ///
  /// Peaks of this image that the marker does not touch are flattened. A marker above the image counts as the image. Definition:
  /// scikit-image `morphology.reconstruction`. Two scans and a queue: O(pixels) except for winding valleys; one plane and a queue of at most as much.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  /// - Source: Vincent, Morphological Grayscale Reconstruction in Image Analysis, IEEE TIP 2, 1993.
  public func reconstructed(from marker: GrayImage) throws -> GrayImage {
    let cancellation = Cancellation.current
    try ImageError.requireSameSize(size, marker.size)
    var result = try marker.mapPixels(with: self) { min($0, $1) }.pixels
    let (width, height) = (size.width, size.height)
    var queue: [Int32] = []
    try pixels.withUnsafeBufferPointer { limit in
      try result.withUnsafeMutableBufferPointer { result in
        for row in 0..<height {
          try cancellation.check()
          for column in 0..<width {
            let place = row * width + column
            var value = result[place]
            if column > 0 { value = max(value, result[place - 1]) }
            if row > 0 {
              for side in max(0, column - 1)...min(width - 1, column + 1) { value = max(value, result[place - column - width + side]) }
            }
            result[place] = min(value, limit[place])
          }
        }
        for row in stride(from: height - 1, through: 0, by: -1) {
          try cancellation.check()
          for column in stride(from: width - 1, through: 0, by: -1) {
            let place = row * width + column
            var value = result[place]
            if column < width - 1 { value = max(value, result[place + 1]) }
            let sides = max(0, column - 1)...min(width - 1, column + 1)
            if row < height - 1 { for side in sides { value = max(value, result[place - column + width + side]) } }
            value = min(value, limit[place])
            result[place] = value
            func canGrow(_ neighbor: Int) -> Bool { result[neighbor] < value && result[neighbor] < limit[neighbor] }
            if column < width - 1 && canGrow(place + 1)
              || row < height - 1 && sides.contains(where: { canGrow(place - column + width + $0) })
            {
              queue.append(Int32(truncatingIfNeeded: place))
            }
          }
        }
        var next = 0
        while next < queue.count {
          if next & 0x1FFF == 0 { try cancellation.check() }
          let place = Int(queue[next])
          next += 1
          let (row, column, value) = (place / width, place % width, result[place])
          for y in max(0, row - 1)...min(height - 1, row + 1) {
            for x in max(0, column - 1)...min(width - 1, column + 1) {
              let neighbor = y * width + x
              guard result[neighbor] < value, result[neighbor] != limit[neighbor] else { continue }
              result[neighbor] = min(value, limit[neighbor])
              queue.append(Int32(truncatingIfNeeded: neighbor))
            }
          }
          // What was served is dropped now and then, so that the queue holds what waits and little more.
          if next > 1 << 20 {
            queue.removeFirst(next)
            next = 0
          }
        }
      }
    }
    return with(pixels: result)
  }

  /// Finds peaks that rise at least `height` (above 0, in units of intensity) above the highest saddle to a higher peak (h-maxima), 8 neighbors.
  ///
  /// Definition: scikit-image `morphology.h_maxima` for floating-point images; the highest peak always counts.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public func peaks(ofHeight height: Double) throws -> Mask {
    try ImageError.requirePositive("height", height)
    let step = Float(height)
    let lowered = try mapPixels { $0 - step }
    let levelled = try reconstructed(from: lowered)
    return try Mask(inBands: size, spacing: spacing) { levelled.pixels[$0] == lowered.pixels[$0] }
  }

  /// Removes bright details of fewer than `area` pixels (8 neighbors) by area opening: each pixel becomes the highest level at which it belongs to a
  /// component of that many pixels.
  ///
  /// Definition: scikit-image `morphology.area_opening` with connectivity 2. O(n), three planes.
  /// - Throws: `CancellationError`.
  /// - Source: Wilkinson and Roerdink, Fast Morphological Attribute Operations Using Tarjan's Union-Find Algorithm, ISMM 2000.
  public func areaOpened(below area: Int) throws -> GrayImage {
    let cancellation = Cancellation.current
    let (width, height) = (size.width, size.height)
    let order = try pixels.radixOrder(descending: true)
    // Of a pixel not seen `unseen`, of a root its number of pixels below 0, of any other its parent.
    let unseen = Int32.min
    var parents = try [Int32](filledWith: unseen, count: size.count)
    let limit = max(1, Int32(clamping: min(area, size.count)))
    for (step, index) in order.enumerated() {
      if step & 0x1FFF == 0 { try cancellation.check() }
      let place = Int(index)
      parents[place] = -1
      let (row, column) = (place / width, place % width)
      for y in max(0, row - 1)...min(height - 1, row + 1) {
        for x in max(0, column - 1)...min(width - 1, column + 1) where parents[y * width + x] != unseen {
          var root = y * width + x
          while parents[root] >= 0 {
            let parent = Int(parents[root])
            if parents[parent] >= 0 { parents[root] = parents[parent] }
            root = parent
          }
          guard root != place else { continue }
          if pixels[root] == pixels[place] || -parents[root] < limit {
            parents[place] += parents[root]
            parents[root] = index
          } else {
            parents[place] = min(parents[place], -limit)
          }
        }
      }
    }
    var result = try [Float](copying: pixels)
    for (step, index) in order.reversed().enumerated() {
      if step & 0x1FFF == 0 { try cancellation.check() }
      if parents[Int(index)] >= 0 { result[Int(index)] = result[Int(parents[Int(index)])] }
    }
    return with(pixels: result)
  }
}
