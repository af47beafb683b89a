/// U-Net's decoder step: the input enlarged twice, joined with the encoder's map of that size, then two 3×3 units.
final class DecoderBlock {
  let first: ConvolutionUnit
  let second: ConvolutionUnit

  private var input: FeatureMap?
  private var skip: FeatureMap?

  init(name: String, inputs: Int, skips: Int, outputs: Int) {
    first = ConvolutionUnit(
      Convolution(name: name + ".conv1.0", inputs: skips > 0 ? [inputs, skips] : [inputs], outputs: outputs, kernel: 3),
      norm: name + ".conv1.1")
    second = ConvolutionUnit(Convolution(name: name + ".conv2.0", inputs: [outputs], outputs: outputs, kernel: 3), norm: name + ".conv2.1")
  }

  var units: [ConvolutionUnit] { [first, second] }

  private func sources(_ x: FeatureMap, _ skip: FeatureMap?) -> [Source] {
    [Source(map: x, isEnlarged: true)] + (skip.map { [Source(map: $0)] } ?? [])
  }

  func forward(_ x: FeatureMap, skip: FeatureMap?, training: Bool, _ pool: FeatureMapPool, _ workspace: Workspace) -> FeatureMap {
    input = x
    self.skip = skip
    let middle = first.forward(sources(x, skip), training: training, pool, workspace)
    return second.forward([Source(map: middle)], training: training, pool, workspace)
  }

  /// Consumes `gradient`; gives the derivatives by the input and by the skip connection.
  func backward(_ gradient: FeatureMap, _ pool: FeatureMapPool, _ workspace: Workspace) -> (input: FeatureMap, skip: FeatureMap?) {
    guard let input, let middle = first.out else { preconditionFailure("backward follows forward") }
    let middleGradient = pool.take(middle.shape)
    second.backward([Source(map: middle)], gradient, into: [Destination(map: middleGradient)], pool, workspace)
    let inputGradient = pool.take(input.shape)
    let skipGradient = skip.map { pool.take($0.shape) }
    let destinations = [Destination(map: inputGradient, isEnlarged: true)] + (skipGradient.map { [Destination(map: $0)] } ?? [])
    first.backward(sources(input, skip), middleGradient, into: destinations, pool, workspace)
    return (inputGradient, skipGradient)
  }

  func release(into pool: FeatureMapPool) {
    for unit in units { unit.release(into: pool) }
    input = nil
    skip = nil
  }
}
