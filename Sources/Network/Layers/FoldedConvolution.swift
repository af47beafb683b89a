/// A convolution for prediction: the batch norm that follows is part of its packed weights and bias, the rectifier and the residual sum of its output.
///
/// The weights themselves are only read, so that they may be shared. They are packed when an input first needs them, or by `prepare`.
final class FoldedConvolution: FoldedLayer {
  let convolution: Convolution
  private let folding: Folding
  private var transformed: PackedWeights?
  private var arranged: PackedWeights?

  /// Winograd's weights are four times as many as the plain ones: with fewer tiles than this, reading them takes longer than it saves.
  private static let fewestTiles = 12

  init(_ convolution: Convolution, _ folding: Folding) {
    self.convolution = convolution
    self.folding = folding
  }

  var weight: Parameter? { convolution.weight }

  func apply(_ sources: [Source], residual: FeatureMap?, into output: FeatureMap, _ workspace: Workspace) {
    apply(views: sources.map(\.view), residual: residual, into: output, workspace)
  }

  /// - Parameter sources: maps, or an image as it lies in a tensor, see `SourceView.planes`.
  func apply(views sources: [SourceView], residual: FeatureMap? = nil, into output: FeatureMap, _ workspace: Workspace) {
    let epilogue = Epilogue(bias: folding.bias, residual: residual, rectifier: folding.rectifier)
    let shape = output.shape
    if isTransformed(images: shape.images, height: shape.height, width: shape.width) {
      convolution.winogradMultiply(
        sources, transformedWeights(workspace), [Destination(map: output).view], images: shape.images, epilogue, workspace)
    } else {
      convolution.gatherMultiply(sources, arrangedWeights(workspace), output, epilogue, workspace)
    }
  }

  @discardableResult
  func prepare(images: Int, height: Int, width: Int, _ workspace: Workspace) -> FloatBuffer {
    let isTransformed = isTransformed(images: images, height: height, width: width)
    return (isTransformed ? transformedWeights(workspace) : arrangedWeights(workspace)).buffer
  }

  func adopt(images: Int, height: Int, width: Int, _ stored: (_ count: Int) -> FloatBuffer?) -> Bool {
    let isTransformed = isTransformed(images: images, height: height, width: width)
    guard let buffer = stored(isTransformed ? convolution.winogradCount : convolution.gatheredCount) else { return false }
    let weights = PackedWeights(buffer, of: convolution, isTransformed: isTransformed)
    if isTransformed {
      transformed = weights
    } else {
      arranged = weights
    }
    return true
  }

  private func isTransformed(images: Int, height: Int, width: Int) -> Bool {
    let tiling = Winograd.tiling(height: height, width: width)
    return convolution.isWinograd && images * tiling.rows * tiling.columns >= Self.fewestTiles
  }

  private func transformedWeights(_ workspace: Workspace) -> PackedWeights {
    if let transformed { return transformed }
    let weights = PackedWeights.winograd(
      convolution, .forward, scales: folding.scales, into: workspace.newBuffer(convolution.winogradCount), workspace)
    transformed = weights
    return weights
  }

  private func arrangedWeights(_ workspace: Workspace) -> PackedWeights {
    if let arranged { return arranged }
    let weights = PackedWeights.gathered(
      convolution, scales: folding.scales, into: workspace.newBuffer(convolution.gatheredCount), workspace)
    arranged = weights
    return weights
  }
}
