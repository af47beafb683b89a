/// ResNet's basic block (He et al. 2016): two 3×3 units and a sum with the input, which a 1×1 unit adapts where shapes differ.
final class ResidualBlock {
  let first: ConvolutionUnit
  let second: ConvolutionUnit
  let shortcut: ConvolutionUnit?

  private var input: FeatureMap?

  init(name: String, inputs: Int, outputs: Int, stride: Int) {
    first = ConvolutionUnit(
      Convolution(name: name + ".conv1", inputs: [inputs], outputs: outputs, kernel: 3, stride: stride), norm: name + ".bn1")
    second = ConvolutionUnit(Convolution(name: name + ".conv2", inputs: [outputs], outputs: outputs, kernel: 3), norm: name + ".bn2")
    shortcut =
      stride == 1 && inputs == outputs
      ? nil
      : ConvolutionUnit(
        Convolution(name: name + ".downsample.0", inputs: [inputs], outputs: outputs, kernel: 1, stride: stride),
        norm: name + ".downsample.1", rectifies: false)
  }

  var units: [ConvolutionUnit] { [first, second] + (shortcut.map { [$0] } ?? []) }

  func forward(_ x: FeatureMap, training: Bool, _ pool: FeatureMapPool, _ workspace: Workspace) -> FeatureMap {
    input = x
    let skip = shortcut?.forward([Source(map: x)], training: training, pool, workspace) ?? x
    let middle = first.forward([Source(map: x)], training: training, pool, workspace)
    return second.forward([Source(map: middle)], residual: skip, training: training, pool, workspace)
  }

  /// Consumes `gradient`; the derivative by the input goes to `destination`.
  func backward(_ gradient: FeatureMap, into destination: Destination, _ pool: FeatureMapPool, _ workspace: Workspace) {
    guard let input, let middle = first.out else { preconditionFailure("backward follows forward") }
    let middleGradient = pool.take(middle.shape)
    var rest = destination
    rest.accumulates = true
    if let shortcut {
      let skipGradient = pool.take(gradient.shape)
      second.backward(
        [Source(map: middle)], gradient, residual: Destination(map: skipGradient), into: [Destination(map: middleGradient)], pool, workspace
      )
      shortcut.backward([Source(map: input)], skipGradient, into: [destination], pool, workspace)
    } else {
      second.backward([Source(map: middle)], gradient, residual: destination, into: [Destination(map: middleGradient)], pool, workspace)
    }
    first.backward([Source(map: input)], middleGradient, into: [rest], pool, workspace)
  }

  func release(into pool: FeatureMapPool) {
    for unit in units { unit.release(into: pool) }
    input = nil
  }
}
