/// NumPy's array format (NEP 1), versions 1 to 3.
enum NPYCodec {
  /// A two-dimensional array as an image. Unsigned integers and booleans keep the range of their type, others get the extremes of their values.
  static func grayImage(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> GrayImage {
    let header = try NPYHeader(bytes)
    guard header.shape.count == 2 else { throw .unsupported(.npy, feature: "\(header.shape.count) dimensions; an image has 2") }
    let size = Size(width: header.shape[1], height: header.shape[0])
    guard size.isValid else { throw .invalidSize(.npy, width: size.width, height: size.height) }
    try CodecProblem.admit((header.isFortranOrder ? 8 : 4) * size.count, of: size)
    let pixels = try array(from: bytes, header).values
    var image = image(header, size, pixels)
    let rounded = roundedCount(header, bytes)
    if rounded > 0 { image.remarks.append(.rounded(count: rounded)) }
    return image
  }

  private static func image(_ header: NPYHeader, _ size: Size, _ pixels: [Float]) -> GrayImage {
    switch (header.kind, header.itemSize) {
    case (.boolean, _): return GrayImage(size: size, pixels: pixels, range: 0...1, bitDepth: 1)
    case (.unsigned, 1): return GrayImage(size: size, pixels: pixels, range: 0...255, bitDepth: 8)
    case (.unsigned, 2): return GrayImage(size: size, pixels: pixels, range: 0...65535, bitDepth: 16)
    case (.signed, 1): return GrayImage(size: size, pixels: pixels, range: -128...127, bitDepth: 8)
    case (.signed, 2): return GrayImage(size: size, pixels: pixels, range: -32768...32767, bitDepth: 16)
    default: return GrayImage(size: size, pixels: pixels, range: pixels.finiteExtremes, bitDepth: 32)
    }
  }

  /// How many numbers of 4 or 8 bytes a Float does not hold exactly.
  private static func roundedCount(_ header: NPYHeader, _ bytes: UnsafeRawBufferPointer) -> Int {
    guard header.itemSize == 8 || header.itemSize == 4 && header.kind != .float else { return 0 }
    var count = 0
    // In stored order, which may differ from the pixels'; only how many matters.
    let isExact: (UInt64) -> Bool = { bits in
      switch header.kind {
      case .float:
        let value = Double(bitPattern: bits)
        return !value.isFinite || Double(Float(value)) == value
      case .signed:
        let value = header.itemSize == 8 ? Int64(bitPattern: bits) : Int64(Int32(truncatingIfNeeded: bits))
        return Int128(Float(value)) == Int128(value)
      default: return Int128(Float(bits)) == Int128(bits)
      }
    }
    for index in 0..<header.count {
      let at = header.offset + index * header.itemSize
      let bits =
        header.itemSize == 8
        ? (header.isBigEndian ? bytes.bigEndian(UInt64.self, at: at) : bytes.littleEndian(UInt64.self, at: at))
        : UInt64(header.isBigEndian ? bytes.bigEndian(UInt32.self, at: at) : bytes.littleEndian(UInt32.self, at: at))
      if !isExact(bits) { count += 1 }
    }
    return count
  }

  /// A two-dimensional array of whole numbers from 0 to 2^32 - 1 as labels, without rounding.
  static func labelImage(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> LabelImage {
    let header = try NPYHeader(bytes)
    let image = try grayImage(from: bytes)
    guard header.itemSize >= 4 else { return try LabelImage(exactly: image.pixels.lazy.map(Double.init), size: image.size, .npy) }
    let stored = try [Double].filled(count: header.count) { values throws(CodecProblem) in
      switch (header.kind, header.itemSize) {
      case (.unsigned, 4): header.read(UInt32.self, bytes, values) { Double($0) }
      case (.unsigned, 8): header.read(UInt64.self, bytes, values) { Double($0) }
      case (.signed, 4): header.read(UInt32.self, bytes, values) { Double(Int32(bitPattern: $0)) }
      case (.signed, 8): header.read(UInt64.self, bytes, values) { Double(Int64(bitPattern: $0)) }
      case (.float, 4): header.read(UInt32.self, bytes, values) { Double(Float(bitPattern: $0)) }
      case (.float, 8): header.read(UInt64.self, bytes, values) { Double(bitPattern: $0) }
      default: throw .unsupported(.npy, feature: "items of \(header.itemSize) bytes")
      }
    }
    let isTurned = header.isFortranOrder && header.shape.count > 1
    if isTurned { try CodecProblem.admit(8 * header.count) }
    return try LabelImage(exactly: isTurned ? rowMajor(stored, header.shape) : stored, size: image.size, .npy)
  }

  static func array(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> (array: NPYArray, header: NPYHeader) {
    let header = try NPYHeader(bytes)
    return (try array(from: bytes, header), header)
  }

  private static func array(from bytes: UnsafeRawBufferPointer, _ header: NPYHeader) throws(CodecProblem) -> NPYArray {
    let stored = try [Float].filled(count: header.count) { values throws(CodecProblem) in
      switch (header.kind, header.itemSize) {
      case (.boolean, 1): header.read(UInt8.self, bytes, values) { $0 == 0 ? 0 : 1 }
      case (.unsigned, 1): header.read(UInt8.self, bytes, values) { Float($0) }
      case (.unsigned, 2): header.read(UInt16.self, bytes, values) { Float($0) }
      case (.unsigned, 4): header.read(UInt32.self, bytes, values) { Float($0) }
      case (.unsigned, 8): header.read(UInt64.self, bytes, values) { Float($0) }
      case (.signed, 1): header.read(UInt8.self, bytes, values) { Float(Int8(bitPattern: $0)) }
      case (.signed, 2): header.read(UInt16.self, bytes, values) { Float(Int16(bitPattern: $0)) }
      case (.signed, 4): header.read(UInt32.self, bytes, values) { Float(Int32(bitPattern: $0)) }
      case (.signed, 8): header.read(UInt64.self, bytes, values) { Float(Int64(bitPattern: $0)) }
      case (.float, 2): header.read(UInt16.self, bytes, values) { Float(halfBits: $0) }
      case (.float, 4): header.read(UInt32.self, bytes, values) { Float(bitPattern: $0) }
      case (.float, 8): header.read(UInt64.self, bytes, values) { Float(Double(bitPattern: $0)) }
      default: throw .unsupported(.npy, feature: "items of \(header.itemSize) bytes")
      }
    }
    guard header.isFortranOrder, header.shape.count > 1 else { return NPYArray(shape: header.shape, values: stored) }
    try CodecProblem.admit(4 * header.count)
    return NPYArray(shape: header.shape, values: rowMajor(stored, header.shape))
  }

  /// From the first index running fastest to the last.
  private static func rowMajor<Number>(_ stored: [Number], _ shape: [Int]) -> [Number] {
    var strides = [1]
    for length in shape.dropLast() { strides.append(strides[strides.count - 1] * length) }
    var index = [Int](repeating: 0, count: shape.count)
    var offset = 0
    return stored.indices.map { _ in
      let value = stored[offset]
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < shape[axis] { break }
        offset -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
      return value
    }
  }

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

extension Float {
  /// From the bits of an IEEE 754 binary16 number.
  init(halfBits bits: UInt16) {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1023)
    switch exponent {
    case 0: self = sign * fraction * 0x1p-24
    case 31: self = fraction == 0 ? sign * .infinity : .nan
    default: self = sign * (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
    }
  }
}
