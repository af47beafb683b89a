import Network

/// Weights of another program that do not make a segmentation model.
public enum ModelImportError: Error, Equatable, CustomStringConvertible {
  /// No supported architecture has these names.
  case unknownArchitecture(format: String, example: String)
  case wrongChannels(found: Int)
  case wrongClasses(found: Int)
  /// How many weights are missing of how many, and the first of them.
  case missing(Int, of: Int, first: String, architecture: Architecture)

  public var description: String {
    switch self {
    case .unknownArchitecture(let format, let example):
      "the \(format) file has none of the supported networks; its first weight is `\(example)`. "
        + "Supported are U-Nets with the names of segmentation_models_pytorch: \(Self.builders)"
    case .wrongChannels(let found): "the network takes \(found) input channels, but X-rays have 1: build it with in_channels=1"
    case .wrongClasses(let found):
      "the network has \(found) output channel\(found == 1 ? "" : "s"), but 3 are needed, in this order: right lung, left lung, opacity"
    case .missing(let count, let all, let first, let architecture):
      "\(count) of \(all) weights of \(architecture.rawValue) are missing, such as `\(first)`. An export that folds batch norm into convolutions"
        + " loses them: import the PyTorch state dict, or export with training=TrainingMode.PRESERVE, do_constant_folding=False"
    }
  }

  private static let builders = Architecture.allCases.map { "\($0.rawValue) (\($0.encoder))" }.joined(separator: ", ")
}

extension SegmentationModel {
  /// A model of weights that another program trained, without calibration: no score estimators, intervals or image check.
  ///
  /// The network's three logits are right lung, left lung and opacity; a sigmoid makes probabilities of them.
  /// - Parameters:
  ///   - side: the side of the square that images are resampled to, a multiple of 32 from 32 to 2048.
  ///   - normalization: how the training prepared images.
  /// - Throws: `ModelImportError`, `NetworkError`.
  public init(_ foreign: ForeignWeights, side: Int, normalization: InputNormalization, notes: [String: String]) throws {
    let shapes = foreign.tensors.mapValues(\.shape)
    let configuration: UNetConfiguration
    do { configuration = try UNetConfiguration(inferredFrom: shapes) } catch NetworkError.missingWeight {
      throw ModelImportError.unknownArchitecture(format: foreign.format, example: foreign.tensors.keys.min() ?? "")
    }
    guard configuration.inChannels == 1 else { throw ModelImportError.wrongChannels(found: configuration.inChannels) }
    let classes = SegmentationChannel.allCases.count
    guard configuration.classes == classes else { throw ModelImportError.wrongClasses(found: configuration.classes) }
    let needed = configuration.weightShapes
    let missing = needed.filter { shapes[$0.name] == nil }
    if let first = missing.first {
      throw ModelImportError.missing(missing.count, of: needed.count, first: first.name, architecture: configuration.architecture)
    }
    var weights: [String: Tensor] = [:]
    for (name, shape) in needed {
      guard let tensor = foreign.tensors[name] else { continue }
      guard tensor.shape == shape else { throw NetworkError.wrongWeightShape(name: name, expected: shape, found: tensor.shape) }
      weights[name] = tensor
    }
    self.init(configuration: configuration, side: side, weights: weights, notes: notes)
    self.normalization = normalization
  }
}
