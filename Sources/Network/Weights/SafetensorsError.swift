import Basics

/// An error in a safetensors file, or in content to write into one.
public enum SafetensorsError: Error, Equatable {
  /// The file is too short to have a header.
  case truncated(path: String, bytes: Int)
  /// The header claims more bytes than the file or the limit allows.
  case headerTooLong(path: String, bytes: UInt64, available: Int)
  /// The header is not valid JSON.
  case invalidHeader(path: String, reason: JSONError)
  /// The header is not an object of tensors and text metadata.
  case malformedHeader(path: String, detail: String)
  /// A tensor's description is invalid or contradicts itself.
  case malformedTensor(path: String, name: String, detail: String)
  /// A tensor ends beyond the end of the file.
  case beyondEndOfFile(path: String, name: String, end: Int, available: Int)
  /// Two tensors overlap.
  case overlap(path: String, first: String, second: String)
  /// Bytes of the data belong to no tensor.
  case unclaimedBytes(path: String, count: Int, offset: Int)
  /// There is no tensor of this name.
  case missingTensor(path: String, name: String)
  /// The tensor's element type cannot be read as `Float`.
  case unsupportedType(path: String, name: String, type: String)
  /// The tensor has another shape than required.
  case wrongShape(path: String, name: String, shape: [Int], expected: [Int])
  /// A value to write does not fit into float16.
  case notRepresentable(name: String, value: Float)
}

extension SafetensorsError: CustomStringConvertible {
  /// The error as an English clause, with the path and the tensor's name.
  public var description: String {
    switch self {
    case .truncated(let path, let bytes): "\(path) is not a safetensors file: it ends after \(bytes) bytes"
    case .headerTooLong(let path, let bytes, let available):
      "\(path) is damaged or not a safetensors file: its header claims \(bytes) bytes, but at most \(available) are present"
    case .invalidHeader(let path, let reason): "\(path): the header is damaged: \(reason)"
    case .malformedHeader(let path, let detail): "\(path): the header is malformed: \(detail)"
    case .malformedTensor(let path, let name, let detail): "\(path): tensor `\(name)`: \(detail)"
    case .beyondEndOfFile(let path, let name, let end, let available):
      "\(path) is truncated: tensor `\(name)` ends at byte \(end) of the data, which has only \(available) bytes"
    case .overlap(let path, let first, let second): "\(path): the tensors `\(first)` and `\(second)` overlap"
    case .unclaimedBytes(let path, let count, let offset): "\(path): \(count) bytes at \(offset) of the data belong to no tensor"
    case .missingTensor(let path, let name): "\(path) has no tensor `\(name)`"
    case .unsupportedType(let path, let name, let type): "\(path): tensor `\(name)` has type \(type), which is not supported for weights"
    case .wrongShape(let path, let name, let shape, let expected): "\(path): tensor `\(name)` has shape \(shape), expected \(expected)"
    case .notRepresentable(let name, let value): "tensor `\(name)` contains \(value), which does not fit into a 16-bit number"
    }
  }
}
