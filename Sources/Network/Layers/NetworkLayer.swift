/// A layer in training: it keeps the feature maps that its backward pass needs until the next forward pass.
protocol NetworkLayer: AnyObject {
  var parameters: [Parameter] { get }
  /// Running means and variances.
  var statistics: [Parameter] { get }
  /// The layer's convolution; nil for a layer without weights.
  var convolution: (any ConvolutionLayer)? { get }
  /// Output of the last forward pass.
  var out: FeatureMap? { get }

  /// - Parameter residual: added before the rectifier; layers without weights take none.
  func forward(
    _ sources: [Source], residual: FeatureMap?, training: Bool, _ pool: FeatureMapPool, _ workspace: Workspace
  ) -> FeatureMap

  /// Consumes `gradient`, the derivative by the output of the last forward pass in training mode.
  /// - Parameter destinations: one for each source, or none where the derivatives by the sources are not needed.
  func backward(
    _ sources: [Source], _ gradient: FeatureMap, residual: Destination?, into destinations: [Destination], _ pool: FeatureMapPool,
    _ workspace: Workspace)

  /// Returns the kept feature maps to the pool.
  func release(into pool: FeatureMapPool)

  /// The layer for prediction, from its present statistics; weights are only read, when they are packed.
  func folded() -> any FoldedLayer
}

/// A layer for prediction: batch norm is part of the weights, rectifier and residual sum are part of the store.
protocol FoldedLayer: AnyObject {
  /// What `prepare` packs; nil for a layer without weights.
  var weight: Parameter? { get }

  func apply(_ sources: [Source], residual: FeatureMap?, into output: FeatureMap, _ workspace: Workspace)

  /// Packs the weights for outputs of a size, once.
  @discardableResult
  func prepare(images: Int, height: Int, width: Int, _ workspace: Workspace) -> FloatBuffer

  /// Uses what `prepare` packed for outputs of a size in an earlier program.
  /// - Parameter stored: returns as many floats as it is asked for; nil where there are none.
  /// - Returns: whether there were.
  func adopt(images: Int, height: Int, width: Int, _ stored: (_ count: Int) -> FloatBuffer?) -> Bool
}

/// A layer without weights, which does the same in training and in prediction.
final class PlainLayer: NetworkLayer, FoldedLayer {
  enum Operation {
    case pooling(MaxPooling)
    case enlargement
  }

  let operation: Operation
  private(set) var out: FeatureMap?

  init(_ operation: Operation) { self.operation = operation }

  var parameters: [Parameter] { [] }
  var statistics: [Parameter] { [] }
  var convolution: (any ConvolutionLayer)? { nil }
  var weight: Parameter? { nil }

  func forward(
    _ sources: [Source], residual: FeatureMap?, training: Bool, _ pool: FeatureMapPool, _ workspace: Workspace
  ) -> FeatureMap {
    release(into: pool)
    let input = sources[0].map.shape
    let out =
      switch operation {
      case .pooling(let pooling): pool.take(pooling.outputShape(for: input))
      case .enlargement: pool.take(BilinearUpsampling.outputShape(for: input))
      }
    apply(sources, residual: residual, into: out, workspace)
    self.out = out
    return out
  }

  func apply(_ sources: [Source], residual: FeatureMap?, into output: FeatureMap, _ workspace: Workspace) {
    precondition(sources.count == 1 && !sources[0].isEnlarged && residual == nil, "a layer without weights reads one map")
    switch operation {
    case .pooling(let pooling): pooling.forward(sources[0].map, into: output, workspace)
    case .enlargement: BilinearUpsampling.forward(sources[0].map, into: output, workspace)
    }
  }

  func backward(
    _ sources: [Source], _ gradient: FeatureMap, residual: Destination?, into destinations: [Destination], _ pool: FeatureMapPool,
    _ workspace: Workspace
  ) {
    guard let out else { preconditionFailure("backward follows forward") }
    for destination in destinations {
      switch operation {
      case .pooling(let pooling): pooling.backward(sources[0].map, out: out, gradient: gradient, into: destination, workspace)
      case .enlargement: BilinearUpsampling.backward(gradient, into: destination, workspace)
      }
    }
    pool.give(gradient)
  }

  func release(into pool: FeatureMapPool) {
    if let out { pool.give(out) }
    out = nil
  }

  func folded() -> any FoldedLayer { self }
  func prepare(images: Int, height: Int, width: Int, _ workspace: Workspace) -> FloatBuffer { FloatBuffer(count: 0) }
  func adopt(images: Int, height: Int, width: Int, _ stored: (_ count: Int) -> FloatBuffer?) -> Bool { true }
}
