/// A convolution of either kind: over all input channels, or depthwise.
protocol ConvolutionLayer: AnyObject {
  var outputs: Int { get }
  var weight: Parameter { get }
  var bias: Parameter? { get }
  /// Inputs that an output sums.
  var terms: Int { get }

  func outputShape(for input: Source) -> FeatureMap.Shape
  /// Computes the output, with bias, and keeps nothing.
  func forward(_ sources: [Source], into output: FeatureMap, _ workspace: Workspace)
  /// Replaces the gradients of weight and bias, and computes the derivatives by the inputs where destinations are named (one for each input, or none).
  func backward(_ sources: [Source], _ gradient: FeatureMap, into destinations: [Destination], _ workspace: Workspace)
  func folded(_ folding: Folding) -> any FoldedLayer
}

extension ConvolutionLayer {
  var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }
}

/// What becomes part of a convolution for prediction: the batch norm that follows as a factor and an offset of each output, and the rectifier.
struct Folding {
  /// Per lane, padding zero; nil for factors of 1.
  var scales: FloatBuffer?
  var bias: FloatBuffer
  var rectifier: Rectifier
}

/// Convolution and, where asked, batch norm, a residual sum and a rectifier: the unit that the networks are made of.
final class ConvolutionUnit: NetworkLayer {
  private let own: any ConvolutionLayer
  let norm: BatchNorm?
  let rectifier: Rectifier

  /// What `backward` needs, from the last forward pass: the convolution's output where a batch norm follows, and the unit's.
  private var x: FeatureMap?
  private(set) var out: FeatureMap?

  var convolution: (any ConvolutionLayer)? { own }
  var parameters: [Parameter] { own.parameters + (norm?.parameters ?? []) }
  var statistics: [Parameter] { norm?.statistics ?? [] }

  /// - Precondition: a unit without batch norm has no rectifier.
  init(_ convolution: any ConvolutionLayer, norm: BatchNorm?, rectifier: Rectifier) {
    precondition(norm != nil || rectifier == .none, "the rectifier follows the batch norm")
    own = convolution
    self.norm = norm
    self.rectifier = rectifier
  }

  func forward(
    _ sources: [Source], residual: FeatureMap?, training: Bool, _ pool: FeatureMapPool, _ workspace: Workspace
  ) -> FeatureMap {
    release(into: pool)
    let shape = own.outputShape(for: sources[0])
    let x = pool.take(shape)
    own.forward(sources, into: x, workspace)
    guard let norm else {
      precondition(residual == nil, "the residual sum follows the batch norm")
      out = x
      return x
    }
    let out = pool.take(shape)
    norm.forward(x, residual: residual, rectifier: rectifier, training: training, into: out, workspace)
    self.x = x
    self.out = out
    return out
  }

  func backward(
    _ sources: [Source], _ gradient: FeatureMap, residual: Destination?, into destinations: [Destination], _ pool: FeatureMapPool,
    _ workspace: Workspace
  ) {
    if let norm {
      guard let x, let out else { preconditionFailure("backward follows forward") }
      norm.backward(
        x, out: rectifier == .none ? nil : out, rectifier: rectifier, gradient: gradient, residual: residual, workspace)
    }
    own.backward(sources, gradient, into: destinations, workspace)
    pool.give(gradient)
  }

  func release(into pool: FeatureMapPool) {
    if let x { pool.give(x) }
    if let out { pool.give(out) }
    x = nil
    out = nil
  }

  func folded() -> any FoldedLayer {
    let lanes = FeatureMap.blocks(of: own.outputs) * FeatureMap.lanes
    let bias = FloatBuffer(count: lanes)
    guard let norm else {
      if let values = own.bias?.values { bias.base.update(from: values.base, count: values.count) }
      return own.folded(Folding(scales: nil, bias: bias, rectifier: rectifier))
    }
    let scales = FloatBuffer(count: lanes)
    for channel in 0..<own.outputs {
      let deviation = (Double(norm.runningVariance.values.base[channel]) + norm.setting.epsilon).squareRoot()
      let factor = Double(norm.weight.values.base[channel]) / deviation
      bias.base[channel] = Float(Double(norm.bias.values.base[channel]) - Double(norm.runningMean.values.base[channel]) * factor)
      scales.base[channel] = Float(factor)
    }
    return own.folded(Folding(scales: scales, bias: bias, rectifier: rectifier))
  }
}
