/// NumPy's array format (NEP 1), versions 1 to 3.
enum NPYCodec {
  static func encoded(_ samples: ImageSamples) -> [UInt8] {
    let shape = [samples.size.height, samples.size.width] + (samples.channels == 1 ? [] : [samples.channels])
    return switch samples.values {
    case .bytes(let bytes): encoded(shape: shape, descriptor: "|u1", bytes)
    case .words(let words): encoded(shape: shape, descriptor: "<u2", words)
    case .integers(let integers): encoded(shape: shape, descriptor: "<u4", integers)
    case .floats(let floats): encoded(shape: shape, descriptor: "<f4", floats.map(\.bitPattern))
    }
  }

  /// A version 1.0 file; the header is padded so that the numbers start at a multiple of 64 bytes, as NumPy does.
  static func encoded<Number: FixedWidthInteger>(shape: [Int], descriptor: String, _ values: [Number]) -> [UInt8] {
    let lengths = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(lengths)), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
    bytes.reserveCapacity(10 + header.utf8.count + values.count * MemoryLayout<Number>.size)
    bytes += Array(header.utf8)
    // On a little-endian machine `littleEndian` changes nothing and the copy is one block.
    values.map(\.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }
}
