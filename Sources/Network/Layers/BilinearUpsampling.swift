/// Enlarges an image twice by linear interpolation along rows and columns, pixel centers at half integers, edges repeated
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
      workspace.kernels.enlarge(x.plane(image, block), height: shape.height, width: shape.width, into: out.plane(image, block))
    }
  }

  /// The derivative by the input: the transpose of the interpolation.
  static func backward(_ gradient: FeatureMap, into destination: Destination, _ workspace: Workspace) {
    let shape = destination.map.shape
    workspace.run(shape.images * shape.blocks) { task, _ in
      let (image, block) = task.quotientAndRemainder(dividingBy: shape.blocks)
      workspace.kernels.enlargeGradient(
        gradient.plane(image, block), height: shape.height, width: shape.width, accumulates: destination.accumulates,
        into: destination.map.plane(image, block))
    }
  }
}
