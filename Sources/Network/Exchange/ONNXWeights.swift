/// The constants of an ONNX file by their names (`graph.initializer`), as far as they are floating-point numbers inside the file.
struct ONNXWeights {
  private static let countLimit = 100_000
  private(set) var tensors: [String: Tensor] = [:]

  init(_ bytes: [UInt8]) throws(ForeignFormatProblem) {
    var isModel = false
    var model = MessageReader(bytes[...])
    while let field = try model.next() {
      guard field.number == 7 else { continue }
      isModel = true
      var graph = MessageReader(field.bytes)
      while let constant = try graph.next() {
        if constant.number == 5 { try add(constant.bytes) }
        guard tensors.count <= Self.countLimit else { throw ForeignFormatProblem("it has more than \(Self.countLimit) constants") }
      }
    }
    guard isModel else { throw ForeignFormatProblem("it has no graph") }
  }

  private mutating func add(_ message: ArraySlice<UInt8>) throws(ForeignFormatProblem) {
    var (shape, name, type, isOutside) = ([Int](), "", 0, false)
    var raw: ArraySlice<UInt8>?
    var numbers: [UInt8] = []
    var reader = MessageReader(message)
    while let field = try reader.next() {
      guard shape.count <= 8 else { throw ForeignFormatProblem("a constant has more than 8 axes") }
      switch field.number {
      case 1 where field.bytes.isEmpty: shape.append(field.value)
      case 1:
        var sides = MessageReader(field.bytes)
        while !sides.isAtEnd, shape.count <= 8 { shape.append(try sides.number()) }
      case 2: type = field.value
      case 4: numbers += field.bytes
      case 8: name = String(decoding: field.bytes, as: UTF8.self)
      case 9: raw = field.bytes
      case 14: isOutside = field.value == 1
      default: break
      }
    }
    let elements: [Int: ForeignTensor.ElementType] = [1: .float32, 10: .float16, 11: .float64, 16: .bfloat16]
    guard let element = elements[type] else { return }
    if isOutside { throw ForeignFormatProblem("the weights are in another file; export with all weights in one file") }
    if raw == nil, element != .float32 { throw ForeignFormatProblem("`\(name.prefix(80))` is stored in a rare way") }
    tensors[name] = try ForeignTensor.tensor(raw ?? numbers[...], element, shape: shape)
  }
}

/// The fields of a message in Protocol Buffers' wire format, one after the other.
private struct MessageReader {
  struct Field {
    let number: Int
    var value = 0
    var bytes: ArraySlice<UInt8> = []
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  /// Nil at the end of the message.
  mutating func next() throws(ForeignFormatProblem) -> Field? {
    guard !rest.isEmpty else { return nil }
    let key = try number()
    let field = key >> 3 & 0x1FFF_FFFF
    switch key & 7 {
    case 0: return Field(number: field, value: try number())
    case 1: return Field(number: field, bytes: try take(8))
    case 2: return Field(number: field, bytes: try take(try number()))
    case 5: return Field(number: field, bytes: try take(4))
    default: throw ForeignFormatProblem("it is not an ONNX file")
    }
  }

  private mutating func take(_ count: Int) throws(ForeignFormatProblem) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else { throw ForeignFormatProblem("it ends inside a field") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// A number of up to ten bytes.
  mutating func number() throws(ForeignFormatProblem) -> Int {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { throw ForeignFormatProblem("it ends inside a number") }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return Int(truncatingIfNeeded: value) }
    }
    throw ForeignFormatProblem("it is not an ONNX file")
  }
}
