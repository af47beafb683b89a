/// A U-Net for training. Use it from one thread at a time; it uses `Parallel.threadCount` threads itself.
///
/// Memory for activations is allocated at the first step of a given input size and kept, so that later steps allocate nothing large.
/// Outputs and gradients do not depend on the number of threads.
public final class UNet {
  /// The architecture, channels and width.
  public let configuration: UNetConfiguration
  /// The learned parameters, in the order and with the names of weight files.
  public let parameters: [Parameter]
  /// Running means and variances of the batch norms.
  public let buffers: [Parameter]

  let layers: NetworkLayers
  private let pool = FeatureMapPool()
  private let workspace: Workspace
  private var inputShape: [Int] = []
  /// What the last forward pass in training mode left for `backward`.
  private var pass: (input: FeatureMap, output: [Int])?

  /// How often memory was taken for feature maps and scratch.
  var allocations: Int { pool.allocations + workspace.allocations }

  /// The most memory that the activations and gradients of one step may take.
  static let memoryLimit = 32 << 30

  /// Creates a network with He-normal weights drawn from the seed, unit batch norms and zero biases. Equal seeds yield equal bits.
  public convenience init(_ configuration: UNetConfiguration, seed: UInt64) {
    self.init(configuration, seed: seed, on: Workspace())
  }

  init(_ configuration: UNetConfiguration, seed: UInt64, on workspace: Workspace) {
    self.configuration = configuration
    self.workspace = workspace
    layers = NetworkLayers(NetworkDescription(configuration))
    parameters = layers.parameters
    buffers = layers.statistics
    layers.initialize(seed: seed)
  }

  /// Copies weights in, for example from a checkpoint. Unknown names are ignored.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`; nothing is changed then.
  public func load(_ weights: [String: Tensor]) throws {
    try layers.load(weights)
  }

  /// A copy of all parameters and buffers by name, as ``InferenceNetwork`` and weight files use them.
  public var weights: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: (parameters + buffers).map { ($0.name, Tensor(shape: $0.shape, values: $0.values.values)) })
  }

  /// Applies the network to N×inChannels×H×W; H and W are multiples of 32.
  /// - Parameter training: Whether to normalize with batch statistics, update the running ones and keep what `backward` needs.
  /// - Throws: `NetworkError.wrongInputShape`, `.inputTooLarge`.
  public func forward(_ x: Tensor, training: Bool) throws -> UNetOutput {
    try prepare(for: x.shape)
    let shape = FeatureMap.Shape(images: x.shape[0], channels: x.shape[1], height: x.shape[2], width: x.shape[3])
    let input = pool.take(shape)
    input.load(x, workspace)

    let network = layers.description
    var bottleneck: [Float] = []
    for index in network.order {
      let step = network.steps[index]
      let out = layers.layers[index].forward(
        sources(of: step, image: input), residual: step.residual.map(output), training: training, pool, workspace)
      if index == network.features { bottleneck = out.channelMeans }
    }
    let result = UNetOutput(
      logits: output(of: network.logits).tensor(workspace),
      features: Tensor(shape: [shape.images, network.featureCount, 1, 1], values: bottleneck))
    if training {
      pass = (input, result.logits.shape)
    } else {
      pool.give(input)
    }
    return result
  }

  /// What a step left in the last forward pass.
  private func output(of step: Int) -> FeatureMap {
    guard let out = layers.layers[step].out else { preconditionFailure("a step runs after those that it reads") }
    return out
  }

  private func sources(of step: NetworkDescription.Step, image: FeatureMap) -> [Source] {
    step.inputs.map { Source(map: $0.step.map(output) ?? image, isEnlarged: $0.isEnlarged) }
  }

  /// Computes the gradients of all parameters from the derivatives of a loss by the last training output, and replaces the former gradients.
  /// - Parameters:
  ///   - logitsGradient: N×classes×H×W.
  ///   - featuresGradient: N×features×1×1; nil if the loss does not depend on the features.
  /// - Throws: `NetworkError.noMatchingForward`.
  public func backward(_ logitsGradient: Tensor, featuresGradient: Tensor? = nil) throws {
    guard let pass, pass.output == logitsGradient.shape else {
      throw NetworkError.noMatchingForward(gradient: logitsGradient.shape, output: pass?.output)
    }
    let network = layers.description
    let features = [pass.input.shape.images, network.featureCount, 1, 1]
    if let featuresGradient, featuresGradient.shape != features {
      throw NetworkError.noMatchingForward(gradient: featuresGradient.shape, output: features)
    }
    self.pass = nil

    // Derivatives by the outputs of the steps: the first step that read an output, from the end, writes its derivative, the others add theirs.
    var gradients = [FeatureMap?](repeating: nil, count: network.steps.count)
    let last = pool.take(output(of: network.logits).shape)
    last.load(logitsGradient, workspace)
    gradients[network.logits] = last
    func destination(_ index: Int, isEnlarged: Bool = false) -> Destination {
      if let map = gradients[index] { return Destination(map: map, isEnlarged: isEnlarged, accumulates: true) }
      let map = pool.take(output(of: index).shape)
      gradients[index] = map
      return Destination(map: map, isEnlarged: isEnlarged)
    }
    for index in network.order.reversed() {
      guard let gradient = gradients[index] else { preconditionFailure("every step leads to the logits") }
      gradients[index] = nil
      if index == network.features, let featuresGradient {
        let share = 1 / Float(gradient.shape.pixels)
        gradient.add(toChannels: featuresGradient.values.map { $0 * share })
      }
      let step = network.steps[index]
      let residual = step.residual.map { destination($0) }
      let destinations = step.inputs.compactMap { input in input.step.map { destination($0, isEnlarged: input.isEnlarged) } }
      layers.layers[index].backward(
        sources(of: step, image: pass.input), gradient, residual: residual, into: destinations, pool, workspace)
    }
    pool.give(pass.input)
  }

  /// Checks the input and, when its size is new, lets go of the memory of the last one.
  private func prepare(for shape: [Int]) throws {
    if let pass { pool.give(pass.input) }
    pass = nil
    let multiple = layers.description.stride
    guard shape.count == 4, shape[1] == configuration.inChannels, shape[0] > 0, shape[2] > 0, shape[3] > 0, shape[2] % multiple == 0,
      shape[3] % multiple == 0
    else {
      throw NetworkError.wrongInputShape(expected: "N×\(configuration.inChannels)×H×W, H and W multiples of \(multiple)", found: shape)
    }
    guard shape != inputShape else { return }
    let bytes = 3 * layers.description.activationBytes(images: shape[0], height: shape[2], width: shape[3])
    guard bytes <= Self.memoryLimit else { throw NetworkError.inputTooLarge(found: shape, bytes: bytes, limit: Self.memoryLimit) }
    layers.release(into: pool)
    pool.removeAll()
    inputShape = shape
  }
}
