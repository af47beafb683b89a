/// Why a network cannot be built or applied.
public enum NetworkError: Error, Equatable, Sendable {
  /// A setting of an architecture is outside its range.
  case invalidConfiguration(setting: String, value: Int, allowed: String)
  /// A weight that the architecture needs is not there.
  case missingWeight(name: String)
  case wrongWeightShape(name: String, expected: [Int], found: [Int])
  /// The input is not N×C×H×W with the network's number of channels.
  case wrongInputShape(expected: String, found: [Int])
  /// The activations of such an input would exceed what the engine takes.
  case inputTooLarge(found: [Int], bytes: Int, limit: Int)
  /// `backward` without a preceding `forward(training: true)`, or with a gradient of another shape than its output.
  case noMatchingForward(gradient: [Int], output: [Int]?)
}

extension NetworkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidConfiguration(let setting, let value, let allowed): "\(setting) is \(value) but must be \(allowed)"
    case .missingWeight(let name): "the weights lack `\(name)`"
    case .wrongWeightShape(let name, let expected, let found):
      "weight `\(name)` has shape \(Self.text(found)), but the architecture needs \(Self.text(expected))"
    case .wrongInputShape(let expected, let found): "the network takes \(expected), not \(Self.text(found))"
    case .inputTooLarge(let found, let bytes, let limit):
      "an input of \(Self.text(found)) needs \(bytes >> 20) MiB for activations; the limit is \(limit >> 20) MiB"
    case .noMatchingForward(let gradient, let output):
      "a gradient of shape \(Self.text(gradient)) does not follow "
        + (output.map { "an output of shape \(Self.text($0))" } ?? "a forward pass in training mode")
    }
  }

  private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }
}
