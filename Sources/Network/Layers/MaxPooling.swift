/// The largest value under a square window; what lies outside the image does not count (PyTorch's MaxPool2d).
struct MaxPooling {
  let kernel: Int
  let stride: Int
  let padding: Int

  func outputShape(for input: FeatureMap.Shape) -> FeatureMap.Shape {
    var shape = input
    shape.height = (input.height + 2 * padding - kernel) / stride + 1
    shape.width = (input.width + 2 * padding - kernel) / stride + 1
    return shape
  }

  private func window(_ output: FeatureMap.Shape) -> Window {
    Window(kernel: kernel, stride: stride, padding: padding, outHeight: output.height, outWidth: output.width)
  }

  func forward(_ x: FeatureMap, into out: FeatureMap, _ workspace: Workspace) {
    let window = window(out.shape)
    workspace.run(x.shape.images * x.shape.blocks) { task, _ in
      let (image, block) = task.quotientAndRemainder(dividingBy: x.shape.blocks)
      workspace.kernels.pool(x.plane(image, block), height: x.shape.height, width: x.shape.width, window, into: out.plane(image, block))
    }
  }

  /// The derivative by `x`: each output's goes to the first of the largest inputs in its window.
  func backward(_ x: FeatureMap, out: FeatureMap, gradient: FeatureMap, into destination: Destination, _ workspace: Workspace) {
    let window = window(out.shape)
    workspace.run(x.shape.images * x.shape.blocks) { task, _ in
      let (image, block) = task.quotientAndRemainder(dividingBy: x.shape.blocks)
      let target = destination.map.plane(image, block)
      if !destination.accumulates { target.update(repeating: 0, count: x.shape.plane) }
      workspace.kernels.poolGradient(
        x.plane(image, block), out.plane(image, block), gradient.plane(image, block), height: x.shape.height, width: x.shape.width, window,
        into: target)
    }
  }
}
