extension UnsafeRawBufferPointer {
  /// The integer at a byte offset, which has to lie inside; no alignment is asked for.
  @inline(__always)
  func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }

  @inline(__always)
  func bigEndian<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
    Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}

extension String {
  /// The text of a C buffer up to its NUL; ill-formed UTF-8 is repaired.
  init(characters: [CChar]) {
    self.init(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension [Float] {
  /// The smallest and the largest finite value; 0...1 where there is none.
  var finiteExtremes: ClosedRange<Float> {
    var low = Float.infinity
    var high = -Float.infinity
    for value in self where value.isFinite {
      low = Swift.min(low, value)
      high = Swift.max(high, value)
    }
    return low <= high ? low...high : 0...1
  }
}
