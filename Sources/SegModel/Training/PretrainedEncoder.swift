/// An encoder's weights from elsewhere that a training starts from: a safetensors file with the tensors of one of the program's encoders, such as
/// `Tools/import-encoder` writes.
public struct PretrainedEncoder: Sendable {
  public let path: String
  /// The network that the encoder belongs to, and its width.
  public let architecture: Architecture
  public let width: Int
  /// What the file's header says of its origin, for the header of the model: "EfficientNet-Lite0, ImageNet, … , Apache-2.0".
  public let origin: String
  private let tensors: [String: Tensor]

  /// All weights of an encoder have this prefix.
  static let prefix = "encoder."

  /// - Throws: `FileError`, `SafetensorsError`; `EncoderError` where the file holds none of the program's encoders, or not all of one.
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

  /// Weights of a whole network: the encoder's, and those drawn from the seed elsewhere.
  /// - Throws: `EncoderError.otherNetwork` where the encoder belongs to another network.
  public func weights(for configuration: UNetConfiguration, seed: UInt64) throws -> [String: Tensor] {
    guard configuration.architecture == architecture, configuration.width == width, configuration.inChannels == 1 else {
      throw EncoderError.otherNetwork(path: path, architecture: architecture, width: width, wanted: configuration)
    }
    return UNet(configuration, seed: seed).weights.merging(tensors) { $1 }
  }
}

/// Why a file is no encoder for a training.
public enum EncoderError: Error, Equatable {
  case noEncoder(path: String)
  case doesNotFit(path: String, architecture: Architecture, reason: NetworkError)
  case invalidValue(path: String, name: String)
  case otherNetwork(path: String, architecture: Architecture, width: Int, wanted: UNetConfiguration)
}

extension EncoderError: CustomStringConvertible {
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
