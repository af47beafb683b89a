internal import CKernels

/// A convolution for prediction: the batch norm that follows is part of its packed weights and bias, the rectifier and the residual sum of its output.
///
/// The weights themselves are only read, so that they may be shared. They are packed when an input first needs them, or by `prepare`.
final class FoldedConvolution {
  let convolution: Convolution
  let rectifies: Bool
  private let bias: FloatBuffer
  /// What the batch norm multiplies each output by.
  private let scales: FloatBuffer?
  private var transformed: PackedWeights?
  private var arranged: PackedWeights?

  /// Winograd's weights are four times as many as the plain ones: with fewer tiles than this, reading them takes longer than it saves.
  private static let fewestTiles = 12

  init(folding unit: ConvolutionUnit) {
    convolution = unit.convolution
    rectifies = unit.rectifies
    bias = FloatBuffer(count: convolution.outputBlocks * FeatureMap.lanes)
    let scales = FloatBuffer(count: bias.count)
    self.scales = scales
    let norm = unit.norm
    for channel in 0..<convolution.outputs {
      let deviation = (Double(norm.runningVariance.values.base[channel]) + BatchNorm.epsilon).squareRoot()
      let factor = Double(norm.weight.values.base[channel]) / deviation
      bias.base[channel] = Float(Double(norm.bias.values.base[channel]) - Double(norm.runningMean.values.base[channel]) * factor)
      scales.base[channel] = Float(factor)
    }
  }

  /// A convolution without batch norm and rectifier.
  init(_ convolution: Convolution) {
    self.convolution = convolution
    rectifies = false
    bias = FloatBuffer(count: convolution.outputBlocks * FeatureMap.lanes)
    scales = nil
    if let values = convolution.bias?.values { bias.base.update(from: values.base, count: values.count) }
  }

  func apply(_ sources: [ck_source], residual: FeatureMap? = nil, into output: FeatureMap, _ workspace: Workspace) {
    let epilogue = ck_epilogue(bias: bias.base, residual: residual.map { UnsafePointer($0.base) }, rectifies: rectifies ? 1 : 0)
    let shape = output.shape
    if isTransformed(images: shape.images, height: shape.height, width: shape.width) {
      convolution.winogradMultiply(
        sources, transformedWeights(workspace), [Destination(map: output).view], images: shape.images, epilogue, workspace)
    } else {
      convolution.gatherMultiply(sources, arrangedWeights(workspace), output, epilogue, workspace)
    }
  }

  /// Packs the weights for outputs of a size.
  /// - Returns: what was packed.
  @discardableResult
  func prepare(images: Int, height: Int, width: Int, _ workspace: Workspace) -> FloatBuffer {
    let isTransformed = isTransformed(images: images, height: height, width: width)
    return (isTransformed ? transformedWeights(workspace) : arrangedWeights(workspace)).buffer
  }

  /// Takes over what `prepare` packed for outputs of a size in an earlier program.
  /// - Parameter stored: finds as many floats as it is asked for; nil where there are none.
  /// - Returns: whether there were.
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
      convolution, .forward, scales: scales, into: workspace.newBuffer(convolution.winogradCount), workspace)
    transformed = weights
    return weights
  }

  private func arrangedWeights(_ workspace: Workspace) -> PackedWeights {
    if let arranged { return arranged }
    let weights = PackedWeights.gathered(convolution, scales: scales, into: workspace.newBuffer(convolution.gatheredCount), workspace)
    arranged = weights
    return weights
  }
}
