import ImageOps

/// A `unet-resnet18` that learns. Use it from one thread at a time; the engine spreads the work over `Parallel.threadCount` threads itself.
///
/// Memory for activations is taken at the first step of a given input size and kept, so that later steps allocate nothing big.
/// Gradients do not depend on the number of threads.
public final class UNet {
  public let configuration: UNetConfiguration
  /// The learned parameters, in the order and with the names of segmentation_models_pytorch.
  public let parameters: [Parameter]
  /// Running means and variances of the batch norms.
  public let buffers: [Parameter]

  /// A network with He-normal weights drawn from the seed, unit batch norms and zero biases. Equal seeds give equal bits.
  public init(_ configuration: UNetConfiguration, seed: UInt64) {
    self.configuration = configuration
    parameters = []
    buffers = []
  }

  /// Copies weights in, for example from a checkpoint. Entries that the network does not have are ignored.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`; nothing is changed then.
  public func load(_ weights: [String: Tensor]) throws {
  }

  /// A copy of all parameters and buffers by name, as `InferenceNetwork` and weight files take them.
  public var weights: [String: Tensor] { [:] }

  /// Applies the network to N×inChannels×H×W; H and W are multiples of 32.
  /// - Parameter training: normalises with batch statistics, updates the running ones (momentum 0.1) and keeps what `backward` needs.
  /// - Throws: `NetworkError.wrongInputShape`, `.inputTooLarge`.
  public func forward(_ x: Tensor, training: Bool) throws -> UNetOutput {
    throw NetworkError.wrongInputShape(expected: "N×\(configuration.inChannels)×H×W", found: x.shape)
  }

  /// Replaces the gradients of all parameters by those of a loss whose derivatives by the last training output are given.
  /// - Parameters:
  ///   - logitsGradient: N×classes×H×W.
  ///   - featuresGradient: N×8w×1×1, or nil where the loss does not depend on the features.
  /// - Throws: `NetworkError.noMatchingForward`.
  public func backward(_ logitsGradient: Tensor, featuresGradient: Tensor? = nil) throws {
    throw NetworkError.noMatchingForward(gradient: logitsGradient.shape, output: nil)
  }
}
