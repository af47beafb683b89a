extension ArrayLayout {
  /// A two-dimensional array as an image. Unsigned integers and booleans keep the range of their type, others get the extremes of their values.
  func grayImage(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> GrayImage {
    guard shape.count == 2 else { throw .unsupported(format, feature: "\(shape.count) dimensions; an image has 2") }
    let size = Size(width: shape[1], height: shape[0])
    guard size.isValid else { throw .invalidSize(format, width: size.width, height: size.height) }
    try CodecProblem.admit((isFortranOrder ? 8 : 4) * size.count, of: size)
    let pixels = try array(from: bytes).values
    var image = image(size, pixels)
    let rounded = roundedCount(bytes)
    if rounded > 0 { image.remarks.append(.rounded(count: rounded)) }
    return image
  }

  private func image(_ size: Size, _ pixels: [Float]) -> GrayImage {
    switch (kind, itemSize) {
    case (.boolean, _): return GrayImage(size: size, pixels: pixels, range: 0...1, bitDepth: 1)
    case (.unsigned, 1): return GrayImage(size: size, pixels: pixels, range: 0...255, bitDepth: 8)
    case (.unsigned, 2): return GrayImage(size: size, pixels: pixels, range: 0...65535, bitDepth: 16)
    case (.signed, 1): return GrayImage(size: size, pixels: pixels, range: -128...127, bitDepth: 8)
    case (.signed, 2): return GrayImage(size: size, pixels: pixels, range: -32768...32767, bitDepth: 16)
    default: return GrayImage(size: size, pixels: pixels, range: pixels.finiteExtremes, bitDepth: 32)
    }
  }

  /// How many numbers of 4 or 8 bytes a Float does not hold exactly.
  private func roundedCount(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard itemSize == 8 || itemSize == 4 && kind != .float else { return 0 }
    var rounded = 0
    // In stored order, which may differ from the pixels'; only how many matters.
    let isExact: (UInt64) -> Bool = { bits in
      switch kind {
      case .float:
        let value = Double(bitPattern: bits)
        return !value.isFinite || Double(Float(value)) == value
      case .signed:
        let value = itemSize == 8 ? Int64(bitPattern: bits) : Int64(Int32(truncatingIfNeeded: bits))
        return Int128(Float(value)) == Int128(value)
      default: return Int128(Float(bits)) == Int128(bits)
      }
    }
    for index in 0..<count {
      let at = offset + index * itemSize
      let bits =
        itemSize == 8
        ? (isBigEndian ? bytes.bigEndian(UInt64.self, at: at) : bytes.littleEndian(UInt64.self, at: at))
        : UInt64(isBigEndian ? bytes.bigEndian(UInt32.self, at: at) : bytes.littleEndian(UInt32.self, at: at))
      if !isExact(bits) { rounded += 1 }
    }
    return rounded
  }

  /// A two-dimensional array of whole numbers from 0 to 2^32 - 1 as labels, without rounding.
  func labelImage(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> LabelImage {
    let image = try grayImage(from: bytes)
    guard itemSize >= 4 else { return try LabelImage(exactly: image.pixels.lazy.map(Double.init), size: image.size, format) }
    let stored = try [Double].filled(count: count) { values throws(CodecProblem) in
      switch (kind, itemSize) {
      case (.unsigned, 4): read(UInt32.self, bytes, values) { Double($0) }
      case (.unsigned, 8): read(UInt64.self, bytes, values) { Double($0) }
      case (.signed, 4): read(UInt32.self, bytes, values) { Double(Int32(bitPattern: $0)) }
      case (.signed, 8): read(UInt64.self, bytes, values) { Double(Int64(bitPattern: $0)) }
      case (.float, 4): read(UInt32.self, bytes, values) { Double(Float(bitPattern: $0)) }
      case (.float, 8): read(UInt64.self, bytes, values) { Double(bitPattern: $0) }
      default: throw .unsupported(format, feature: "items of \(itemSize) bytes")
      }
    }
    let isTurned = isFortranOrder && shape.count > 1
    if isTurned { try CodecProblem.admit(8 * count) }
    return try LabelImage(exactly: isTurned ? Self.rowMajor(stored, shape) : stored, size: image.size, format)
  }

  func array(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> NPYArray {
    let stored = try [Float].filled(count: count) { values throws(CodecProblem) in
      switch (kind, itemSize) {
      case (.boolean, 1): read(UInt8.self, bytes, values) { $0 == 0 ? 0 : 1 }
      case (.unsigned, 1): read(UInt8.self, bytes, values) { Float($0) }
      case (.unsigned, 2): read(UInt16.self, bytes, values) { Float($0) }
      case (.unsigned, 4): read(UInt32.self, bytes, values) { Float($0) }
      case (.unsigned, 8): read(UInt64.self, bytes, values) { Float($0) }
      case (.signed, 1): read(UInt8.self, bytes, values) { Float(Int8(bitPattern: $0)) }
      case (.signed, 2): read(UInt16.self, bytes, values) { Float(Int16(bitPattern: $0)) }
      case (.signed, 4): read(UInt32.self, bytes, values) { Float(Int32(bitPattern: $0)) }
      case (.signed, 8): read(UInt64.self, bytes, values) { Float(Int64(bitPattern: $0)) }
      case (.float, 2): read(UInt16.self, bytes, values) { Float(halfBits: $0) }
      case (.float, 4): read(UInt32.self, bytes, values) { Float(bitPattern: $0) }
      case (.float, 8): read(UInt64.self, bytes, values) { Float(Double(bitPattern: $0)) }
      default: throw .unsupported(format, feature: "items of \(itemSize) bytes")
      }
    }
    guard isFortranOrder, shape.count > 1 else { return NPYArray(shape: shape, values: stored) }
    try CodecProblem.admit(4 * count)
    return NPYArray(shape: shape, values: Self.rowMajor(stored, shape))
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
