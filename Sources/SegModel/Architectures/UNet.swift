import ImageOps

/// A `unet-resnet18` that learns. Use it from one thread at a time; the engine spreads the work over `Parallel.threadCount` threads itself.
///
/// Memory for activations is taken at the first step of a given input size and kept, so that later steps allocate nothing big.
/// Outputs and gradients do not depend on the number of threads.
public final class UNet {
  public let configuration: UNetConfiguration
  /// The learned parameters, in the order and with the names of segmentation_models_pytorch.
  public let parameters: [Parameter]
  /// Running means and variances of the batch norms.
  public let buffers: [Parameter]

  let layers: UNetLayers
  private let pool = FeatureMapPool()
  private let workspace: Workspace
  private var inputShape: [Int] = []
  /// What the last forward pass in training mode left for `backward`.
  private var pass: (input: FeatureMap, pooled: FeatureMap, output: [Int])?

  /// How often memory was taken for feature maps and scratch.
  var allocations: Int { pool.allocations + workspace.allocations }

  /// The most memory that the activations and gradients of one step may take.
  static let memoryLimit = 32 << 30

  /// A network with He-normal weights drawn from the seed, unit batch norms and zero biases. Equal seeds give equal bits.
  public convenience init(_ configuration: UNetConfiguration, seed: UInt64) {
    self.init(configuration, seed: seed, on: Workspace())
  }

  init(_ configuration: UNetConfiguration, seed: UInt64, on workspace: Workspace) {
    self.configuration = configuration
    self.workspace = workspace
    layers = UNetLayers(configuration)
    parameters = layers.parameters
    buffers = layers.statistics
    layers.initialise(seed: seed)
  }

  /// Copies weights in, for example from a checkpoint. Entries that the network does not have are ignored.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`; nothing is changed then.
  public func load(_ weights: [String: Tensor]) throws {
    try layers.load(weights)
  }

  /// A copy of all parameters and buffers by name, as `InferenceNetwork` and weight files take them.
  public var weights: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: (parameters + buffers).map { ($0.name, Tensor(shape: $0.shape, values: $0.values.values)) })
  }

  /// Applies the network to N×inChannels×H×W; H and W are multiples of 32.
  /// - Parameter training: normalises with batch statistics, updates the running ones (momentum 0.1) and keeps what `backward` needs.
  /// - Throws: `NetworkError.wrongInputShape`, `.inputTooLarge`.
  public func forward(_ x: Tensor, training: Bool) throws -> UNetOutput {
    try prepare(for: x.shape)
    let shape = FeatureMap.Shape(images: x.shape[0], channels: x.shape[1], height: x.shape[2], width: x.shape[3])
    let input = pool.take(shape)
    input.load(x, workspace)

    let stem = layers.stem.forward([Source(map: input)], training: training, pool, workspace)
    let pooled = pool.take(layers.pooling.outputShape(for: stem.shape))
    layers.pooling.forward(stem, into: pooled, workspace)
    var maps = [stem]
    var current = pooled
    for stage in layers.stages {
      for block in stage { current = block.forward(current, training: training, pool, workspace) }
      maps.append(current)
    }
    let bottleneck = current
    for (index, block) in layers.decoder.enumerated() {
      current = block.forward(current, skip: index < 4 ? maps[3 - index] : nil, training: training, pool, workspace)
    }
    let logits = pool.take(layers.head.outputShape(for: Source(map: current)))
    layers.head.forward([Source(map: current)], into: logits, workspace)

    let output = UNetOutput(
      logits: logits.tensor(workspace),
      features: Tensor(
        shape: [shape.images, configuration.featureCount, 1, 1], values: bottleneck.channelMeans))
    pool.give(logits)
    if training {
      pass = (input, pooled, output.logits.shape)
    } else {
      pool.give(input)
      pool.give(pooled)
    }
    return output
  }

  /// Replaces the gradients of all parameters by those of a loss whose derivatives by the last training output are given.
  /// - Parameters:
  ///   - logitsGradient: N×classes×H×W.
  ///   - featuresGradient: N×8w×1×1, or nil where the loss does not depend on the features.
  /// - Throws: `NetworkError.noMatchingForward`.
  public func backward(_ logitsGradient: Tensor, featuresGradient: Tensor? = nil) throws {
    guard let pass, pass.output == logitsGradient.shape, let bottleneck = layers.stages.last?.last?.second.out,
      let decoded = layers.decoder.last?.second.out, let stem = layers.stem.out
    else { throw NetworkError.noMatchingForward(gradient: logitsGradient.shape, output: pass?.output) }
    let features = [pass.input.shape.images, configuration.featureCount, 1, 1]
    if let featuresGradient, featuresGradient.shape != features {
      throw NetworkError.noMatchingForward(gradient: featuresGradient.shape, output: features)
    }
    self.pass = nil

    let headGradient = pool.take(layers.head.outputShape(for: Source(map: decoded)))
    headGradient.load(logitsGradient, workspace)
    var gradient = pool.take(decoded.shape)
    layers.head.backward([Source(map: decoded)], headGradient, into: [Destination(map: gradient)], workspace)
    pool.give(headGradient)

    // Derivatives by the encoder's maps, from the stem's on; the decoder's part first, the deeper stages add theirs.
    var skips: [FeatureMap] = []
    for block in layers.decoder.reversed() {
      let (input, skip) = block.backward(gradient, pool, workspace)
      if let skip { skips.append(skip) }
      gradient = input
    }
    if let featuresGradient {
      let share = 1 / Float(bottleneck.shape.pixels)
      gradient.add(toChannels: featuresGradient.values.map { $0 * share })
    }
    for (index, stage) in layers.stages.enumerated().reversed() {
      for (position, block) in stage.enumerated().reversed() {
        let isFirst = position == 0
        let target =
          isFirst
          ? (index == 0 ? Destination(map: pool.take(pass.pooled.shape)) : Destination(map: skips[index], accumulates: true))
          : Destination(map: pool.take(gradient.shape))
        block.backward(gradient, into: target, pool, workspace)
        gradient = target.map
      }
    }
    layers.pooling.backward(
      stem, out: pass.pooled, gradient: gradient, into: Destination(map: skips[0], accumulates: true), workspace)
    pool.give(gradient)
    layers.stem.backward([Source(map: pass.input)], skips[0], into: [], pool, workspace)
    pool.give(pass.input)
    pool.give(pass.pooled)
  }

  /// Checks the input and, when its size is new, lets go of the memory of the last one.
  private func prepare(for shape: [Int]) throws {
    if let pass {
      pool.give(pass.input)
      pool.give(pass.pooled)
    }
    pass = nil
    guard shape.count == 4, shape[1] == configuration.inChannels, shape[0] > 0, shape[2] > 0, shape[3] > 0, shape[2] % 32 == 0,
      shape[3] % 32 == 0
    else {
      throw NetworkError.wrongInputShape(expected: "N×\(configuration.inChannels)×H×W, H and W multiples of 32", found: shape)
    }
    guard shape != inputShape else { return }
    let bytes = 3 * configuration.activationBytes(images: shape[0], height: shape[2], width: shape[3])
    guard bytes <= Self.memoryLimit else { throw NetworkError.inputTooLarge(found: shape, bytes: bytes, limit: Self.memoryLimit) }
    layers.release(into: pool)
    pool.removeAll()
    inputShape = shape
  }
}
