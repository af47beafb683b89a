internal import CKernels

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
      workspace.kernels.enlarge(x.plane(image, block), shape.height, shape.width, out.plane(image, block))
    }
  }

  /// The derivative by the input: the transpose of the interpolation.
  static func backward(_ gradient: FeatureMap, into destination: Destination, _ workspace: Workspace) {
    let shape = destination.map.shape
    workspace.run(shape.images * shape.blocks) { task, _ in
      let (image, block) = task.quotientAndRemainder(dividingBy: shape.blocks)
      workspace.kernels.enlarge_gradient(
        gradient.plane(image, block), shape.height, shape.width, destination.accumulates ? 1 : 0, destination.map.plane(image, block))
    }
  }
}
