/// Conversions between `Float` and the 16-bit formats of weights files.
enum HalfPrecision {
  /// Exact for every half-precision number, subnormal ones, infinities and NaN included. Little-endian source of two bytes an element.
  static func decodeFloat16(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
    // Moving exponent and fraction into place leaves the exponent 112 too small; one multiplication mends that for normal and subnormal numbers alike.
    let rebias = SIMD8<Float>(repeating: Float(bitPattern: 0x7780_0000))
    let largest = Float(65536).bitPattern
    let whole = target.count & ~7
    for index in stride(from: 0, to: whole, by: 8) {
      let half = source.loadUnaligned(fromByteOffset: index * 2, as: SIMD8<UInt16>.self)
      let wide = SIMD8<UInt32>(truncatingIfNeeded: half)
      let magnitude = SIMD8<Float>(bitPattern: (wide & 0x7FFF) &<< 13) * rebias
      var bits = SIMD8<UInt32>(bitPattern: magnitude)
      // A rebiased exponent of 16 stands for infinities and NaN.
      bits.replace(with: bits | 0x7F80_0000, where: bits .>= SIMD8<UInt32>(repeating: largest))
      let result = SIMD8<Float>(bitPattern: bits | (wide & 0x8000) &<< 16)
      for lane in 0..<8 { target[index + lane] = result[lane] }
    }
    for index in whole..<target.count {
      target[index] = Float(Float16(bitPattern: source.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)))
    }
  }

  /// Exact: a bfloat16 is the upper half of a `Float`.
  static func decodeBFloat16(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
    for index in target.indices {
      target[index] = Float(bitPattern: UInt32(source.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)) << 16)
    }
  }
}

extension SIMD8<Float> {
  fileprivate init(bitPattern: SIMD8<UInt32>) { self = unsafeBitCast(bitPattern, to: SIMD8<Float>.self) }
}

extension SIMD8<UInt32> {
  fileprivate init(bitPattern: SIMD8<Float>) { self = unsafeBitCast(bitPattern, to: SIMD8<UInt32>.self) }
}
