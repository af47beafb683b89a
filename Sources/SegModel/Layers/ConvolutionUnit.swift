/// Convolution, batch norm, and where asked a residual sum and a rectifier: the unit that ResNets and U-Nets are made of.
final class ConvolutionUnit {
  let convolution: Convolution
  let norm: BatchNorm
  let rectifies: Bool

  /// What `backward` needs, from the last forward pass.
  private var x: FeatureMap?
  private(set) var out: FeatureMap?

  var parameters: [Parameter] { convolution.parameters + norm.parameters }

  init(_ convolution: Convolution, norm name: String, rectifies: Bool = true) {
    self.convolution = convolution
    self.rectifies = rectifies
    norm = BatchNorm(name: name, channels: convolution.outputs)
  }

  func forward(
    _ sources: [Source], residual: FeatureMap? = nil, training: Bool, _ pool: FeatureMapPool, _ workspace: Workspace
  ) -> FeatureMap {
    release(into: pool)
    let shape = convolution.outputShape(for: sources[0])
    let x = pool.take(shape)
    let out = pool.take(shape)
    convolution.forward(sources, into: x, workspace)
    norm.forward(x, residual: residual, rectifies: rectifies, training: training, into: out, workspace)
    self.x = x
    self.out = out
    return out
  }

  /// Consumes `gradient`, the derivative by the output of the last forward pass in training mode.
  func backward(
    _ sources: [Source], _ gradient: FeatureMap, residual: Destination? = nil, into destinations: [Destination], _ pool: FeatureMapPool,
    _ workspace: Workspace
  ) {
    guard let x, let out else { preconditionFailure("backward follows forward") }
    norm.backward(x, out: rectifies ? out : nil, gradient: gradient, residual: residual, workspace)
    convolution.backward(sources, gradient, into: destinations, workspace)
    pool.give(gradient)
  }

  /// Gives the kept feature maps back.
  func release(into pool: FeatureMapPool) {
    if let x { pool.give(x) }
    if let out { pool.give(out) }
    x = nil
    out = nil
  }
}
