import Basics

extension Safetensors {
  /// A tensor to write.
  public struct Content: Sendable, Equatable {
    /// The name in the header.
    public var name: String
    /// The length of each axis; empty for a single number.
    public var shape: [Int]
    /// The elements in row-major order.
    public var values: [Float]
    /// The element type: `.float32`, `.float16` (rounded to nearest, ties to even) or `.float64`.
    public var type: ElementType

    /// Creates a tensor to write.
    /// - Precondition: As many values as the shape has elements, and a type that can be written.
    public init(name: String, shape: [Int], values: [Float], type: ElementType = .float32) {
      precondition(shape.reduce(1, *) == values.count, "values fill the shape")
      precondition([.float32, .float16, .float64].contains(type), "a type that can be written")
      self.name = name
      self.shape = shape
      self.values = values
      self.type = type
    }
  }

  /// Writes tensors in the given order, and metadata sorted by key, so that the same content yields the same bytes. The file is replaced atomically.
  ///
  /// - Parameter isFlushed: Whether the file is on disk when the call returns.
  /// - Throws: `SafetensorsError.notRepresentable` for a finite value beyond the range of float16, `FileError` if the file cannot be written.
  public static func write(_ tensors: [Content], metadata: [String: String], to path: String, for owner: AtomicFile.Owner = .program) throws
  {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      members.append(
        JSON.Member("__metadata__", .object(metadata.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })))
    }
    var offset = 0
    for tensor in tensors {
      try checkRange(of: tensor)
      let end = offset + tensor.values.count * tensor.type.byteCount
      members.append(
        JSON.Member(
          tensor.name,
          [
            "dtype": .string(tensor.type.rawValue), "shape": .array(tensor.shape.map { .number(Double($0)) }),
            "data_offsets": [.number(Double(offset)), .number(Double(end))],
          ]))
      offset = end
    }
    var header = Array(JSON.object(members).description.utf8)
    // Data starts at a cache line; the format asks for a multiple of eight bytes.
    let alignment = FloatBuffer.alignment
    header += [UInt8](repeating: 0x20, count: (alignment - (header.count + 8) % alignment) % alignment)
    try AtomicFile.write(to: path, for: owner) { append in
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try append($0) }
      try header.withUnsafeBytes { try append($0) }
      for tensor in tensors { try write(tensor, through: append) }
    }
  }

  private static func write(_ tensor: Content, through append: (UnsafeRawBufferPointer) throws -> Void) throws {
    switch tensor.type {
    case .float16: try tensor.values.map { Float16($0).bitPattern.littleEndian }.withUnsafeBytes { try append($0) }
    case .float64: try tensor.values.map { Double($0) }.withUnsafeBytes { try append($0) }
    default: try tensor.values.withUnsafeBytes { try append($0) }
    }
  }

  private static func checkRange(of tensor: Content) throws(SafetensorsError) {
    guard tensor.type == .float16 else { return }
    for value in tensor.values where value.isFinite && !Float16(value).isFinite {
      throw .notRepresentable(name: tensor.name, value: value)
    }
  }
}
