import Network

/// Reads the settings that the header of every model file has.
struct ModelHeader {
  let file: Safetensors

  /// - Throws: `ModelError.missingMetadata`.
  func text(_ key: String) throws(ModelError) -> String {
    guard let value = file.metadata[key] else { throw .missingMetadata(path: file.path, key: key) }
    return value
  }

  /// - Throws: `ModelError`.
  func number<Number: LosslessStringConvertible & Comparable>(_ key: String, in range: ClosedRange<Number>) throws(ModelError) -> Number {
    let value = try text(key)
    guard let number = Number(value), range.contains(number) else { throw invalid(key, value, "a number in \(range)") }
    return number
  }

  /// How images are prepared.
  /// - Throws: `ModelError`.
  var normalization: InputNormalization {
    get throws(ModelError) {
      let value = try text("normalisation")
      guard let normalization = InputNormalization(rawValue: value) else {
        throw invalid("normalisation", value, InputNormalization.allCases.map { "`\($0.rawValue)`" }.joined(separator: " or "))
      }
      return normalization
    }
  }

  /// The side of the square that images are resampled to.
  /// - Throws: `ModelError`.
  var side: Int {
    get throws(ModelError) {
      let side: Int = try number("input_size", in: 32...2048)
      guard side % 32 == 0 else { throw invalid("input_size", "\(side)", "a multiple of 32") }
      return side
    }
  }

  /// The network, with this number of outputs.
  /// - Throws: `ModelError`, `NetworkError`.
  func configuration(classes: Int) throws -> UNetConfiguration {
    let value = try text("architecture")
    guard let architecture = Architecture(rawValue: value) else {
      throw invalid("architecture", value, Architecture.allCases.map { "`\($0.rawValue)`" }.joined(separator: " or "))
    }
    return try UNetConfiguration(architecture, inChannels: 1, classes: classes, width: number("width", in: 8...256))
  }

  /// The weights of the network by name.
  /// - Throws: `SafetensorsError`.
  func weights() throws -> [String: Tensor] {
    var weights: [String: Tensor] = [:]
    for name in file.names where !name.hasPrefix("severity.") {
      guard let entry = file.entries[name], entry.type == .float32 || entry.type == .float16 || entry.type == .bfloat16 else { continue }
      weights[name] = try file.tensor(name)
    }
    return weights
  }

  func invalid(_ key: String, _ value: String, _ expected: String) -> ModelError {
    .invalidMetadata(path: file.path, key: key, value: value, expected: expected)
  }

  /// The tensors of a network as they are stored: weights of convolutions as float16, others as float32.
  static func contents(of weights: [String: Tensor]) -> [Safetensors.Content] {
    weights.sorted { $0.key < $1.key }.map { name, tensor in
      Safetensors.Content(name: name, shape: tensor.shape, values: tensor.values, type: tensor.rank > 1 ? .float16 : .float32)
    }
  }
}
