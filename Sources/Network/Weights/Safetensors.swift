import Basics

/// A safetensors file: its header is checked completely before use, and tensors are decoded on access.
///
/// Layout (huggingface/safetensors, format of 2022): header length as a little-endian 64-bit number, a JSON object of tensor names with type, shape
/// and byte range, then the data. The ranges must fill the data without gap or overlap, so no byte of the file goes unread.
public struct Safetensors: Sendable {
  /// Element types by their name in the header. Only floating-point types can be read, as `Float`.
  public enum ElementType: String, Sendable, CaseIterable {
    /// 64-bit floating point.
    case float64 = "F64"
    /// 32-bit floating point.
    case float32 = "F32"
    /// 16-bit floating point (IEEE 754).
    case float16 = "F16"
    /// 16-bit brain floating point.
    case bfloat16 = "BF16"
    /// 64-bit signed integer.
    case int64 = "I64"
    /// 32-bit signed integer.
    case int32 = "I32"
    /// 16-bit signed integer.
    case int16 = "I16"
    /// 8-bit signed integer.
    case int8 = "I8"
    /// 64-bit unsigned integer.
    case uint64 = "U64"
    /// 32-bit unsigned integer.
    case uint32 = "U32"
    /// 16-bit unsigned integer.
    case uint16 = "U16"
    /// 8-bit unsigned integer.
    case uint8 = "U8"
    /// Boolean, one byte.
    case bool = "BOOL"

    /// The size of an element in bytes.
    public var byteCount: Int {
      switch self {
      case .float64, .int64, .uint64: 8
      case .float32, .int32, .uint32: 4
      case .float16, .bfloat16, .int16, .uint16: 2
      case .int8, .uint8, .bool: 1
      }
    }
  }

  /// A tensor as described by the header.
  public struct Entry: Sendable, Equatable {
    /// The tensor's name.
    public let name: String
    /// The element type.
    public let type: ElementType
    /// The length of each axis; empty for a single number.
    public let shape: [Int]
    /// The byte range in the file.
    public let bytes: Range<Int>

    /// The number of elements.
    public var count: Int { bytes.count / type.byteCount }
  }

  /// The maximum size of a header in bytes (16 MiB).
  public static let headerLimit = 16 << 20

  /// The path of the file.
  public let path: String
  /// The tensors by name.
  public let entries: [String: Entry]
  /// The names in the order of their data.
  public let names: [String]
  /// The `__metadata__` of the header.
  public let metadata: [String: String]
  private let file: MappedFile

  /// Opens a file and checks its header.
  ///
  /// - Parameter isMapped: Whether to leave tensors on disk until they are accessed; only for files that nobody else changes (see ``MappedFile``).
  /// - Throws: `FileError` if the file cannot be read, `SafetensorsError` if it is truncated, oversized or contradicts itself.
  public init(path: String, isMapped: Bool = false) throws {
    let file = try MappedFile(path: path, isCopied: !isMapped)
    guard file.byteCount >= 8 else { throw SafetensorsError.truncated(path: path, bytes: file.byteCount) }
    let claimed = file.withBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    let available = min(file.byteCount - 8, Self.headerLimit)
    guard claimed <= UInt64(available) else {
      throw SafetensorsError.headerTooLong(path: path, bytes: claimed, available: available)
    }
    let dataStart = 8 + Int(claimed)
    let header: JSON
    do {
      header = try JSON(parsing: file.withBytes { Array($0[8..<dataStart]) }, depthLimit: 4)
    } catch {
      throw SafetensorsError.invalidHeader(path: path, reason: error)
    }
    guard case .object(let members) = header else {
      throw SafetensorsError.malformedHeader(path: path, detail: "it is not an object")
    }
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    for member in members {
      if member.key == "__metadata__" {
        metadata = try Self.metadata(member.value, path: path)
      } else {
        entries.append(try Self.entry(member.key, member.value, path: path, dataStart: dataStart, dataEnd: file.byteCount))
      }
    }
    entries.sort { ($0.bytes.lowerBound, $0.bytes.upperBound, $0.name) < ($1.bytes.lowerBound, $1.bytes.upperBound, $1.name) }
    try Self.checkCoverage(entries, path: path, dataStart: dataStart, dataEnd: file.byteCount)
    self.path = path
    self.file = file
    self.metadata = metadata
    names = entries.map(\.name)
    self.entries = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0) })
  }

  /// Returns the elements of a tensor in row-major order, as `Float`; 64-bit numbers are rounded.
  ///
  /// - Parameter shape: The shape that the tensor must have; nil for any.
  /// - Throws: `SafetensorsError.missingTensor`, `.wrongShape`, or `.unsupportedType` for integers.
  public func floats(_ name: String, shape: [Int]? = nil) throws(SafetensorsError) -> [Float] {
    let entry = try floatingPointEntry(name, shape: shape)
    return [Float](unsafeUninitializedCapacity: entry.count) { target, count in
      decode(entry, into: UnsafeMutableBufferPointer(rebasing: target[..<entry.count]))
      count = entry.count
    }
  }

  /// Returns a tensor with its shape; see ``floats(_:shape:)``.
  /// - Throws: `SafetensorsError.missingTensor`, `.unsupportedType` for integers, `.malformedTensor` for a shape that is too large.
  public func tensor(_ name: String) throws(SafetensorsError) -> Tensor {
    let entry = try floatingPointEntry(name, shape: nil)
    guard Tensor.count(of: entry.shape) != nil else {
      throw .malformedTensor(path: path, name: name, detail: "its shape \(entry.shape) is too large")
    }
    var tensor = Tensor(shape: entry.shape)
    tensor.withUnsafeMutableBufferPointer { decode(entry, into: $0) }
    return tensor
  }

  /// Reads a tensor into the beginning of a buffer.
  /// - Precondition: the buffer has room for it.
  func read(_ name: String, shape: [Int], into buffer: FloatBuffer) throws(SafetensorsError) {
    let entry = try floatingPointEntry(name, shape: shape)
    precondition(entry.count <= buffer.count, "a buffer with room for the tensor")
    decode(entry, into: UnsafeMutableBufferPointer(start: buffer.base, count: entry.count))
  }

  /// A tensor of floats as it lies in the mapped file, to be read only; nil where it has another type, shape or an odd place.
  func mapped(_ name: String, count: Int) -> FloatBuffer? {
    guard let entry = entries[name], entry.type == .float32, entry.count == count else { return nil }
    return FloatBuffer(reading: file, at: entry.bytes.lowerBound, count: count)
  }

  /// Lends the bytes of the whole file.
  func withFileBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result { try file.withBytes(body) }

  private func floatingPointEntry(_ name: String, shape: [Int]?) throws(SafetensorsError) -> Entry {
    guard let entry = entries[name] else { throw .missingTensor(path: path, name: name) }
    if let shape, shape != entry.shape { throw .wrongShape(path: path, name: name, shape: entry.shape, expected: shape) }
    guard [.float64, .float32, .float16, .bfloat16].contains(entry.type) else {
      throw .unsupportedType(path: path, name: name, type: entry.type.rawValue)
    }
    return entry
  }

  /// - Precondition: a floating-point type, and room for its elements.
  private func decode(_ entry: Entry, into target: UnsafeMutableBufferPointer<Float>) {
    file.withBytes { bytes in
      let source = UnsafeRawBufferPointer(rebasing: bytes[entry.bytes])
      switch entry.type {
      case .float16: HalfPrecision.decodeFloat16(source, into: target)
      case .bfloat16: HalfPrecision.decodeBFloat16(source, into: target)
      case .float64:
        for index in target.indices { target[index] = Float(source.loadUnaligned(fromByteOffset: index * 8, as: Double.self)) }
      default: UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
      }
    }
  }

  private static func metadata(_ value: JSON, path: String) throws(SafetensorsError) -> [String: String] {
    guard case .object(let members) = value else { throw .malformedHeader(path: path, detail: "`__metadata__` is not an object") }
    var result: [String: String] = [:]
    for member in members {
      guard let text = member.value.stringValue else {
        throw .malformedHeader(path: path, detail: "`__metadata__` has a value that is not text under `\(member.key)`")
      }
      result[member.key] = text
    }
    return result
  }

  private static func entry(_ name: String, _ value: JSON, path: String, dataStart: Int, dataEnd: Int) throws(SafetensorsError) -> Entry {
    func malformed(_ detail: String) -> SafetensorsError { .malformedTensor(path: path, name: name, detail: detail) }
    guard let typeName = value["dtype"]?.stringValue else { throw malformed("it has no `dtype`") }
    guard let type = ElementType(rawValue: typeName) else { throw malformed("unknown type `\(typeName)`") }
    guard let axes = value["shape"]?.arrayValue, axes.count <= 8 else { throw malformed("it has no `shape` of at most 8 axes") }
    let shape = axes.compactMap(\.integerValue)
    guard shape.count == axes.count, shape.allSatisfy({ $0 >= 0 }) else { throw malformed("its `shape` is not a list of sizes") }
    guard let offsets = value["data_offsets"]?.arrayValue?.map(\.integerValue), offsets.count == 2,
      let start = offsets[0], let end = offsets[1], start >= 0, end >= start
    else { throw malformed("its `data_offsets` are not a valid range") }
    guard end <= dataEnd - dataStart else {
      throw .beyondEndOfFile(path: path, name: name, end: end, available: dataEnd - dataStart)
    }
    var byteCount = type.byteCount
    for length in shape {
      let (product, overflows) = byteCount.multipliedReportingOverflow(by: length)
      if overflows { throw malformed("its shape \(shape) is too large") }
      byteCount = product
    }
    guard byteCount == end - start else {
      throw malformed("its shape \(shape) needs \(byteCount) bytes, but its `data_offsets` span \(end - start)")
    }
    return Entry(name: name, type: type, shape: shape, bytes: dataStart + start..<dataStart + end)
  }

  private static func checkCoverage(_ entries: [Entry], path: String, dataStart: Int, dataEnd: Int) throws(SafetensorsError) {
    var position = dataStart
    var previous = ""
    for entry in entries {
      if entry.bytes.lowerBound < position { throw .overlap(path: path, first: previous, second: entry.name) }
      guard entry.bytes.lowerBound == position else {
        throw .unclaimedBytes(path: path, count: entry.bytes.lowerBound - position, offset: position - dataStart)
      }
      position = entry.bytes.upperBound
      previous = entry.name
    }
    guard position == dataEnd else { throw .unclaimedBytes(path: path, count: dataEnd - position, offset: position - dataStart) }
  }
}
