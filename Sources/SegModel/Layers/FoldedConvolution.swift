internal import CKernels

/// A convolution for prediction: the batch norm that follows is part of its packed weights and bias, the rectifier and the residual sum of its output.
///
/// The weights themselves are only read, so that they may be shared. They are packed when an input first needs them.
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
    let tiling = Winograd.tiling(height: shape.height, width: shape.width)
    if convolution.isWinograd && shape.images * tiling.rows * tiling.columns >= Self.fewestTiles {
      let weights =
        transformed
        ?? .winograd(convolution, .forward, scales: scales, into: workspace.newBuffer(convolution.winogradCount), workspace)
      transformed = weights
      convolution.winogradMultiply(sources, weights, [Destination(map: output).view], images: shape.images, epilogue, workspace)
    } else {
      let weights = arranged ?? .gathered(convolution, scales: scales, into: workspace.newBuffer(convolution.gatheredCount), workspace)
      arranged = weights
      convolution.gatherMultiply(sources, weights, output, epilogue, workspace)
    }
  }
}
