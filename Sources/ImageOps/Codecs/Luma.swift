/// Gray from colour by Rec. 601 luma in 16-bit fixed point, the weights and rounding of Pillow's `convert("L")`.
///
/// 16-bit colour goes through the same weights at full depth. Alpha plays no part: transparent pixels keep the gray that is stored.
enum Luma {
  @inline(__always)
  static func of(red: some FixedWidthInteger, green: some FixedWidthInteger, blue: some FixedWidthInteger) -> Float {
    Float(
      (UInt64(truncatingIfNeeded: red) * 19595 + UInt64(truncatingIfNeeded: green) * 38470 + UInt64(truncatingIfNeeded: blue) * 7471
        + 0x8000) >> 16)
  }

  /// Appends one row of interleaved samples as gray. `channels` is 1 or 2 (gray, any alpha skipped) or 3 or more (RGB, the rest skipped).
  @inline(__always)
  static func convert<Sample: FixedWidthInteger & UnsignedInteger>(
    _ samples: UnsafePointer<Sample>, channels: Int, to gray: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch channels {
    case 1 where samples is UnsafePointer<UInt8>:
      samples.withMemoryRebound(to: UInt8.self, capacity: count) { PixelKernels.unpack($0, into: gray, count: count) }
    case 1: for index in 0..<count { gray[index] = Float(samples[index]) }
    case 3:
      for index in 0..<count { gray[index] = of(red: samples[3 * index], green: samples[3 * index + 1], blue: samples[3 * index + 2]) }
    case 2: for index in 0..<count { gray[index] = Float(samples[2 * index]) }
    default:
      for index in 0..<count {
        let pixel = samples + channels * index
        gray[index] = of(red: pixel[0], green: pixel[1], blue: pixel[2])
      }
    }
  }
}
