/// XXH64 with seed 0: a fast checksum that tells damaged or exchanged data from what was written. It is no protection against forgery.
///
/// Source: Y. Collet, xxHash fast digest algorithm, specification 0.1.1.
public enum XXHash64 {
  private static let primes: [UInt64] = [
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63, 0x27D4_EB2F_1656_67C5,
  ]

  /// The checksum of the bytes; of none, 0xEF46DB3751D8E999. O(bytes).
  public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let (p1, p2, p3, p4, p5) = (primes[0], primes[1], primes[2], primes[3], primes[4])
    func word(_ offset: Int) -> UInt64 { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    func round(_ sum: UInt64, _ word: UInt64) -> UInt64 { turned(sum &+ word &* p2, 31) &* p1 }

    var position = 0
    var result: UInt64
    if bytes.count >= 32 {
      var (a, b, c, d) = (p1 &+ p2, p2, UInt64(0), 0 &- p1)
      while position + 32 <= bytes.count {
        a = round(a, word(position))
        b = round(b, word(position + 8))
        c = round(c, word(position + 16))
        d = round(d, word(position + 24))
        position += 32
      }
      result = turned(a, 1) &+ turned(b, 7) &+ turned(c, 12) &+ turned(d, 18)
      for lane in [a, b, c, d] { result = (result ^ round(0, lane)) &* p1 &+ p4 }
    } else {
      result = p5
    }
    result &+= UInt64(bytes.count)
    while position + 8 <= bytes.count {
      result = turned(result ^ round(0, word(position)), 27) &* p1 &+ p4
      position += 8
    }
    if position + 4 <= bytes.count {
      let half = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
      result = turned(result ^ UInt64(half) &* p1, 23) &* p2 &+ p3
      position += 4
    }
    while position < bytes.count {
      result = turned(result ^ UInt64(bytes[position]) &* p5, 11) &* p1
      position += 1
    }
    result = (result ^ result >> 33) &* p2
    result = (result ^ result >> 29) &* p3
    return result ^ result >> 32
  }

  @inline(__always)
  private static func turned(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
}
