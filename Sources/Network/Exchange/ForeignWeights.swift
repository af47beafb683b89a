import Basics

/// Weights of other programs by their names: a PyTorch checkpoint, an ONNX file, or a safetensors file without a description.
///
/// Nothing in a file is executed. What wraps a state dict is removed: the dictionaries `state_dict`, `model_state_dict` and `model`, and the prefixes
/// `module.`, `model.` and `_orig_mod.`.
public struct ForeignWeights: Sendable {
  /// The tensors of floating-point numbers by name.
  public let tensors: [String: Tensor]
  /// The format of the file: "PyTorch", "ONNX" or "safetensors".
  public let format: String

  /// Why a file holds no weights that can be used.
  public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownFormat(String)
    case damaged(String, String)
    case empty(String)

    public var description: String {
      switch self {
      case .unknownFormat(let path):
        "\(path) is not a PyTorch checkpoint (.pt, .pth), ONNX or safetensors file; save weights with torch.save(model.state_dict(), FILE)"
      case .damaged(let path, let what): "\(path) is damaged or not supported: \(what)"
      case .empty(let path):
        "\(path) contains no tensors by name; save weights with torch.save(model.state_dict(), FILE), not the model object"
      }
    }
  }

  /// The largest file that is read, in bytes.
  public static let limit = 1 << 30

  /// Reads a file; its format is recognized by its content.
  /// - Throws: `Problem`, `FileError`, `SafetensorsError`.
  public init(path: String) throws {
    let bytes = try WholeFile.read(path, limit: Self.limit)
    if let shortage = MemoryBudget.shortage(of: 2 * bytes.count) { throw FileError.noMemory(path: path, shortage) }
    let found: [String: Tensor]
    do {
      if bytes.starts(with: [0x50, 0x4B, 3, 4]) {
        format = "PyTorch"
        found = try PyTorchCheckpoint(bytes).tensors
      } else if path.lowercased().hasSuffix(".onnx") {
        format = "ONNX"
        found = try ONNXWeights(bytes).tensors
      } else if path.lowercased().hasSuffix(".safetensors") {
        format = "safetensors"
        let file = try Safetensors(path: path)
        found = Dictionary(
          uniqueKeysWithValues: try file.names.filter { name in
            file.entries[name].map { [.float32, .float16, .bfloat16, .float64].contains($0.type) } ?? false
          }.map { ($0, try file.tensor($0)) })
      } else {
        throw Problem.unknownFormat(path)
      }
    } catch let problem as ForeignFormatProblem {
      throw Problem.damaged(path, problem.text)
    }
    guard !found.isEmpty else { throw Problem.empty(path) }
    tensors = Self.unwrapped(found)
  }

  private static let prefixes = ["module.", "model.", "_orig_mod."]

  private static func unwrapped(_ tensors: [String: Tensor]) -> [String: Tensor] {
    var tensors = tensors
    while let prefix = prefixes.first(where: { prefix in tensors.keys.allSatisfy { $0.hasPrefix(prefix) } }) {
      tensors = Dictionary(uniqueKeysWithValues: tensors.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }
    return tensors
  }
}

/// What is wrong inside a file of another program.
struct ForeignFormatProblem: Error {
  let text: String
  init(_ text: String) { self.text = text }
}

/// Numbers of a tensor from a file, with every length checked against what is there.
enum ForeignTensor {
  enum ElementType {
    case float64, float32, float16, bfloat16

    var byteCount: Int {
      switch self {
      case .float64: 8
      case .float32: 4
      case .float16, .bfloat16: 2
      }
    }
  }

  /// - Parameters:
  ///   - offset: the first element's number in the bytes.
  ///   - strides: in elements; nil for row-major.
  static func tensor(
    _ bytes: ArraySlice<UInt8>, _ type: ElementType, shape: [Int], offset: Int = 0, strides: [Int]? = nil
  ) throws(ForeignFormatProblem) -> Tensor {
    guard shape.count <= 8, shape.allSatisfy({ $0 >= 0 }), let count = Tensor.count(of: shape) else {
      throw ForeignFormatProblem("a tensor has the shape \(shape)")
    }
    let available = bytes.count / type.byteCount
    let rowMajor = shape.indices.map { axis in shape[(axis + 1)...].reduce(1, *) }
    let strides = strides ?? rowMajor
    var last = offset
    for (side, stride) in zip(shape, strides) where side > 0 {
      let (reach, tooFar) = (side - 1).multipliedReportingOverflow(by: stride)
      guard stride >= 0, !tooFar, reach <= available else { throw ForeignFormatProblem("a tensor reaches beyond its data") }
      last += reach
    }
    guard strides.count == shape.count, offset >= 0, count == 0 || last < available else {
      throw ForeignFormatProblem("a tensor reaches beyond its data")
    }
    if let shortage = MemoryBudget.shortage(of: 4 * count) { throw ForeignFormatProblem("\(shortage)") }
    var values = [Float](repeating: 0, count: count)
    bytes.withUnsafeBytes { bytes in
      var index = [Int](repeating: 0, count: shape.count)
      var element = offset
      for place in 0..<count {
        values[place] = value(bytes, type, element)
        for axis in shape.indices.reversed() {
          index[axis] += 1
          element += strides[axis]
          if index[axis] < shape[axis] { break }
          element -= index[axis] * strides[axis]
          index[axis] = 0
        }
      }
    }
    return Tensor(shape: shape, values: values)
  }

  private static func value(_ bytes: UnsafeRawBufferPointer, _ type: ElementType, _ index: Int) -> Float {
    let offset = index * type.byteCount
    switch type {
    case .float64: return Float(Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))))
    case .float32: return Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    case .float16: return Float(Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))))
    case .bfloat16:
      return Float(bitPattern: UInt32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))) << 16)
    }
  }
}
