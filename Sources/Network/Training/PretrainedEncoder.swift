/// A pre-trained encoder to start training from: a safetensors file with the tensors of a supported encoder, such as
/// `Tools/import-encoder` writes.
public struct PretrainedEncoder: Sendable {
  /// The path of the file.
  public let path: String
  /// The architecture that the encoder belongs to.
  public let architecture: Architecture
  /// The width of the encoder's first layer.
  public let width: Int
  /// The origin stated in the file's header, for the header of the model, such as "EfficientNet-Lite0, ImageNet, … , Apache-2.0".
  public let origin: String
  private let tensors: [String: Tensor]

  /// All weights of an encoder have this prefix.
  package static let prefix = "encoder."

  /// Reads an encoder.
  /// - Throws: `FileError`, `SafetensorsError`; `EncoderError` if the file holds no supported encoder, or not all of one.
  public init(path: String) throws {
    let file = try Safetensors(path: path)
    self.path = path
    guard let architecture = Architecture.allCases.first(where: { file.entries[$0.stem] != nil }),
      let stem = file.entries[architecture.stem]?.shape
    else { throw EncoderError.noEncoder(path: path) }
    self.architecture = architecture
    do {
      let expected = NetworkLayers(NetworkDescription(try UNetConfiguration(architecture, classes: 1, width: stem.first ?? 0)))
      width = stem.first ?? 0
      var tensors: [String: Tensor] = [:]
      for parameter in expected.parameters + expected.statistics where parameter.name.hasPrefix(Self.prefix) {
        guard let found = file.entries[parameter.name]?.shape else { throw NetworkError.missingWeight(name: parameter.name) }
        guard found == parameter.shape else {
          throw NetworkError.wrongWeightShape(name: parameter.name, expected: parameter.shape, found: found)
        }
        let tensor = try file.tensor(parameter.name)
        let isVariance = parameter.name.hasSuffix("running_var")
        guard tensor.values.allSatisfy({ $0.isFinite && (!isVariance || $0 >= 0) }) else {
          throw EncoderError.invalidValue(path: path, name: parameter.name)
        }
        tensors[parameter.name] = tensor
      }
      self.tensors = tensors
    } catch let error as NetworkError {
      throw EncoderError.doesNotFit(path: path, architecture: architecture, reason: error)
    }
    let parts = ["encoder", "trained_on", "source", "sha256", "licence"].compactMap { key in
      file.metadata[key].map { key == "sha256" ? "SHA-256 \($0)" : $0 }
    }
    origin = parts.isEmpty ? "origin not stated" : parts.joined(separator: ", ")
  }

  /// Returns the weights of a whole network: the encoder's, and random ones from the seed elsewhere.
  /// - Throws: `EncoderError.otherNetwork` if the encoder belongs to another network.
  public func weights(for configuration: UNetConfiguration, seed: UInt64) throws -> [String: Tensor] {
    guard configuration.architecture == architecture, configuration.width == width, configuration.inChannels == 1 else {
      throw EncoderError.otherNetwork(path: path, architecture: architecture, width: width, wanted: configuration)
    }
    return UNet(configuration, seed: seed).weights.merging(tensors) { $1 }
  }
}

/// An error in an encoder file.
public enum EncoderError: Error, Equatable {
  /// No tensor is the first layer of a supported encoder.
  case noEncoder(path: String)
  /// A tensor of the encoder is missing or has another shape.
  case doesNotFit(path: String, architecture: Architecture, reason: NetworkError)
  /// A tensor has a value that is not finite, or a negative variance.
  case invalidValue(path: String, name: String)
  /// The encoder belongs to another network than the one to train.
  case otherNetwork(path: String, architecture: Architecture, width: Int, wanted: UNetConfiguration)
}

extension EncoderError: CustomStringConvertible {
  /// The error with its path, as an English clause.
  public var description: String {
    switch self {
    case .noEncoder(let path):
      "\(path) contains no encoder: none of its tensors is the first layer of a supported network "
        + "(\(Architecture.allCases.map(\.stem).joined(separator: ", "))). Tools/import-encoder creates encoder files."
    case .doesNotFit(let path, let architecture, let reason): "\(path) is not an encoder of \(architecture.rawValue): \(reason)"
    case .invalidValue(let path, let name):
      "\(path): `\(name)` contains invalid values (not finite, or a negative variance)"
    case .otherNetwork(let path, let architecture, let width, let wanted):
      "\(path) is an encoder of \(architecture.rawValue), width \(width), but the network is \(wanted.architecture.rawValue), width \(wanted.width)"
    }
  }
}
