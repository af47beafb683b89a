/// Batch normalization over the images and pixels of each channel (Ioffe and Szegedy 2015), with what usually follows it: a residual sum and a rectifier.
///
/// As PyTorch's BatchNorm2d: biased variance to normalize, unbiased for the running one.
final class BatchNorm {
  struct Setting: Sendable, Equatable {
    /// Added to the variance.
    var epsilon = 1e-5
    /// Share of a batch in the running statistics.
    var momentum = 0.1
  }

  let setting: Setting
  let channels: Int
  let weight: Parameter
  let bias: Parameter
  let runningMean: Parameter
  let runningVariance: Parameter

  /// Per lane, padding zero.
  private let scale: FloatBuffer
  private let shift: FloatBuffer
  private let mean: FloatBuffer
  private var inverseDeviation: [Double]

  var parameters: [Parameter] { [weight, bias] }
  var statistics: [Parameter] { [runningMean, runningVariance] }

  init(name: String, channels: Int, setting: Setting = Setting()) {
    self.setting = setting
    self.channels = channels
    weight = Parameter(name: name + ".weight", shape: [channels], decays: false)
    bias = Parameter(name: name + ".bias", shape: [channels], decays: false)
    runningMean = Parameter(name: name + ".running_mean", shape: [channels], decays: false, hasGradient: false)
    runningVariance = Parameter(name: name + ".running_var", shape: [channels], decays: false, hasGradient: false)
    weight.values.fill(with: 1)
    runningVariance.values.fill(with: 1)
    let lanes = FeatureMap.blocks(of: channels) * FeatureMap.lanes
    scale = FloatBuffer(count: lanes)
    shift = FloatBuffer(count: lanes)
    mean = FloatBuffer(count: lanes)
    inverseDeviation = [Double](repeating: 0, count: channels)
  }

  /// out = (x − mean) / deviation · weight + bias, plus the residual, rectified where asked.
  /// - Parameter training: takes mean and deviation from the batch and moves the running ones; otherwise the running ones are used.
  func forward(
    _ x: FeatureMap, residual: FeatureMap?, rectifier: Rectifier, training: Bool, into out: FeatureMap, _ workspace: Workspace
  ) {
    if training {
      takeStatistics(of: x, workspace)
    } else {
      for channel in 0..<channels {
        mean.base[channel] = runningMean.values.base[channel]
        inverseDeviation[channel] = 1 / (Double(runningVariance.values.base[channel]) + setting.epsilon).squareRoot()
      }
    }
    for channel in 0..<channels {
      let factor = Double(weight.values.base[channel]) * inverseDeviation[channel]
      scale.base[channel] = Float(factor)
      shift.base[channel] = Float(Double(bias.values.base[channel]) - Double(mean.base[channel]) * factor)
    }
    let blocks = x.shape.blocks
    workspace.run(x.shape.images * blocks) { task, _ in
      let (image, block) = task.quotientAndRemainder(dividingBy: blocks)
      let lane = block * FeatureMap.lanes
      workspace.kernels.normalize(
        x.plane(image, block), residual: residual?.plane(image, block), scale: scale.base + lane, shift: shift.base + lane, rectifier,
        pixels: x.shape.pixels, into: out.plane(image, block))
    }
  }

  private func takeStatistics(of x: FeatureMap, _ workspace: Workspace) {
    let moments = x.moments(workspace)
    for channel in 0..<channels {
      let (block, lane) = channel.quotientAndRemainder(dividingBy: FeatureMap.lanes)
      let count = moments[block].count
      let average = moments[block].sums[lane] / count
      let squares = moments[block].squares[lane]
      mean.base[channel] = Float(average)
      inverseDeviation[channel] = 1 / (squares / count + setting.epsilon).squareRoot()
      let unbiased = squares / max(1, count - 1)
      move(&runningMean.values.base[channel], towards: average)
      move(&runningVariance.values.base[channel], towards: unbiased)
    }
  }

  private func move(_ value: inout Float, towards target: Double) {
    let momentum = setting.momentum
    value = Float((1 - momentum) * Double(value) + momentum * target)
  }

  /// Replaces `gradient` (the derivative by `out`) by that by `x`, after a forward pass in training mode with the same `x`.
  /// - Parameters:
  ///   - out: output of that pass where it rectified, nil where not.
  ///   - residual: receives the derivative by the residual.
  func backward(
    _ x: FeatureMap, out: FeatureMap?, rectifier: Rectifier = .relu, gradient: FeatureMap, residual: Destination?, _ workspace: Workspace
  ) {
    let shape = x.shape
    let blocks = shape.blocks
    let lanes = FeatureMap.lanes
    let tasks = shape.images * blocks
    var partial = [Double](repeating: 0, count: tasks * 2 * lanes)
    partial.withUnsafeMutableBufferPointer { partial in
      guard let partial = partial.baseAddress else { return }
      workspace.run(tasks) { task, _ in
        let (image, block) = task.quotientAndRemainder(dividingBy: blocks)
        workspace.kernels.normalizeSums(
          x.plane(image, block), out?.plane(image, block), gradient.plane(image, block), mean: mean.base + block * lanes, rectifier,
          pixels: shape.pixels, into: partial + task * 2 * lanes)
      }
    }
    let count = Double(shape.images * shape.pixels)
    let coefficients = FloatBuffer(count: 3 * blocks * lanes)
    for channel in 0..<channels {
      let (block, lane) = channel.quotientAndRemainder(dividingBy: lanes)
      var sum = 0.0
      var weighted = 0.0
      for image in 0..<shape.images {
        let at = (image * blocks + block) * 2 * lanes + lane
        sum += partial[at]
        weighted += partial[at + lanes]
      }
      let inverse = inverseDeviation[channel]
      weight.gradients.base[channel] = Float(weighted * inverse)
      bias.gradients.base[channel] = Float(sum)
      let factor = Double(weight.values.base[channel]) * inverse
      coefficients.base[channel] = Float(factor)
      coefficients.base[blocks * lanes + channel] = Float(-factor * inverse * inverse * weighted / count)
      coefficients.base[2 * blocks * lanes + channel] = Float(-factor * sum / count)
    }
    workspace.run(tasks) { task, _ in
      let (image, block) = task.quotientAndRemainder(dividingBy: blocks)
      let own = coefficients.base + block * lanes
      workspace.kernels.normalizeGradient(
        x.plane(image, block), out?.plane(image, block), gradient.plane(image, block), mean: mean.base + block * lanes, own,
        own + blocks * lanes, own + 2 * blocks * lanes, rectifier, pixels: shape.pixels, into: gradient.plane(image, block),
        masked: residual?.map.plane(image, block), accumulates: residual?.accumulates == true)
    }
  }
}
