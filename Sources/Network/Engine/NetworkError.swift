/// An error in building or applying a network.
public enum NetworkError: Error, Equatable, Sendable {
  /// A setting of an architecture is outside its range.
  case invalidConfiguration(setting: String, value: Int, allowed: String)
  /// A weight that the architecture needs is missing.
  case missingWeight(name: String)
  /// A weight has another shape than the architecture needs.
  case wrongWeightShape(name: String, expected: [Int], found: [Int])
  /// The input has another shape than the network takes.
  case wrongInputShape(expected: String, found: [Int])
  /// The activations of the input would exceed the memory limit.
  case inputTooLarge(found: [Int], bytes: Int, limit: Int)
  /// `backward` without a preceding `forward(training: true)`, or with a gradient of another shape than its output.
  case noMatchingForward(gradient: [Int], output: [Int]?)
}

extension NetworkError: CustomStringConvertible {
  /// The error as an English clause, with shapes and limits.
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
