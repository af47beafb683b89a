/// Enlarges a picture twice by linear interpolation along rows and columns, pixel centres at half integers, edges repeated
/// (PyTorch's `interpolate` with `align_corners=False`).
enum BilinearUpsampling {
  static func outputShape(for input: FeatureMap.Shape) -> FeatureMap.Shape {
    var shape = input
    shape.height *= 2
    shape.width *= 2
    return shape
  }

  static func forward(_ x: FeatureMap, into out: FeatureMap, _ workspace: Workspace) {
    let shape = x.shape
    workspace.run(shape.images * shape.blocks) { task, _ in
      let (image, block) = task.quotientAndRemainder(dividingBy: shape.blocks)
      let source = UnsafeRawPointer(x.plane(image, block))
      let target = UnsafeMutableRawPointer(out.plane(image, block))
      for row in 0..<2 * shape.height {
        let (near, far) = neighbours(row, shape.height)
        for column in 0..<2 * shape.width {
          let (left, right) = neighbours(column, shape.width)
          func at(_ row: Int, _ column: Int) -> SIMD16<Float> {
            source.load(fromByteOffset: (row * shape.width + column) * 64, as: SIMD16<Float>.self)
          }
          let upper = at(near, left) * 0.75 + at(near, right) * 0.25
          let lower = at(far, left) * 0.75 + at(far, right) * 0.25
          target.storeBytes(of: upper * 0.75 + lower * 0.25, toByteOffset: (row * 2 * shape.width + column) * 64, as: SIMD16<Float>.self)
        }
      }
    }
  }

  /// The derivative by the input, which is replaced: the transpose of the interpolation.
  static func backward(_ gradient: FeatureMap, into dx: FeatureMap, _ workspace: Workspace) {
    let shape = dx.shape
    workspace.run(shape.images * shape.blocks) { task, _ in
      let (image, block) = task.quotientAndRemainder(dividingBy: shape.blocks)
      let source = UnsafeRawPointer(gradient.plane(image, block))
      let plane = dx.plane(image, block)
      plane.update(repeating: 0, count: shape.plane)
      let target = UnsafeMutableRawPointer(plane)
      for row in 0..<2 * shape.height {
        let (near, far) = neighbours(row, shape.height)
        for column in 0..<2 * shape.width {
          let (left, right) = neighbours(column, shape.width)
          let value = source.load(fromByteOffset: (row * 2 * shape.width + column) * 64, as: SIMD16<Float>.self)
          func add(_ row: Int, _ column: Int, _ share: Float) {
            let offset = (row * shape.width + column) * 64
            let sum = target.load(fromByteOffset: offset, as: SIMD16<Float>.self) + value * share
            target.storeBytes(of: sum, toByteOffset: offset, as: SIMD16<Float>.self)
          }
          add(near, left, 0.5625)
          add(near, right, 0.1875)
          add(far, left, 0.1875)
          add(far, right, 0.0625)
        }
      }
    }
  }

  /// The input line that holds an output line's centre, and the one on its other side.
  private static func neighbours(_ line: Int, _ count: Int) -> (near: Int, far: Int) {
    let near = line / 2
    return (near, min(count - 1, max(0, line % 2 == 0 ? near - 1 : near + 1)))
  }
}
