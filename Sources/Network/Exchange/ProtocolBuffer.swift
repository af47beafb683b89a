/// A message in Protocol Buffers' wire format, field by field; what ONNX files consist of.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private enum WireType: UInt64 {
    case number = 0
    case bytes = 2
    case float = 5
  }

  private mutating func append(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func begin(_ field: UInt64, _ type: WireType) { append(field << 3 | type.rawValue) }

  /// A whole number; a negative one takes ten bytes.
  mutating func add(_ value: Int, to field: UInt64) {
    begin(field, .number)
    append(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ value: Float, to field: UInt64) {
    begin(field, .float)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func add(_ content: [UInt8], to field: UInt64) {
    begin(field, .bytes)
    append(UInt64(content.count))
    bytes += content
  }

  mutating func add(_ text: String, to field: UInt64) { add(Array(text.utf8), to: field) }

  /// A message inside this one.
  mutating func add(to field: UInt64, _ body: (inout ProtocolBuffer) -> Void) {
    var message = ProtocolBuffer()
    body(&message)
    add(message.bytes, to: field)
  }
}
