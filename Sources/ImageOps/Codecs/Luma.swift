/// Gray from color by Rec. 601 luma in 16-bit fixed point, the weights and rounding of Pillow's `convert("L")`.
///
/// 16-bit color goes through the same weights at full depth. Alpha plays no part: transparent pixels keep the gray that is stored.
enum Luma {
  @inline(__always)
  static func of(red: some FixedWidthInteger, green: some FixedWidthInteger, blue: some FixedWidthInteger) -> Float {
    Float(
      (UInt64(truncatingIfNeeded: red) * 19595 + UInt64(truncatingIfNeeded: green) * 38470 + UInt64(truncatingIfNeeded: blue) * 7471
        + 0x8000) >> 16)
  }

  /// What a row holds beyond gray.
  struct Extras: OptionSet {
    let rawValue: UInt8
    /// Red, green and blue differ.
    static let color = Extras(rawValue: 1)
    /// Alpha is not the largest number everywhere.
    static let transparency = Extras(rawValue: 2)

    var remarks: [ReadingRemark] { (contains(.color) ? [.colorToGray] : []) + (contains(.transparency) ? [.transparencyLeftOut] : []) }
  }

  /// One row of interleaved samples as gray. `channels` is 1 or 2 (gray, then alpha) or 3 or 4 (RGB, then alpha).
  /// - Parameter tolerance: by how much channels of gray may differ.
  @inline(__always)
  static func convert<Sample: FixedWidthInteger & UnsignedInteger>(
    _ samples: UnsafePointer<Sample>, channels: Int, to gray: UnsafeMutablePointer<Float>, count: Int, tolerance: Sample = 0
  ) -> Extras {
    var extras: Extras = []
    switch channels {
    case 1 where samples is UnsafePointer<UInt8>:
      samples.withMemoryRebound(to: UInt8.self, capacity: count) { PixelKernels.unpack($0, into: gray, count: count) }
    case 1: for index in 0..<count { gray[index] = Float(samples[index]) }
    case 2:
      var least = Sample.max
      for index in 0..<count {
        gray[index] = Float(samples[2 * index])
        least = min(least, samples[2 * index + 1])
      }
      if least != .max { extras.insert(.transparency) }
    default:
      var (widest, least) = (Sample.zero, Sample.max)
      for index in 0..<count {
        let pixel = samples + channels * index
        let (red, green, blue) = (pixel[0], pixel[1], pixel[2])
        gray[index] = of(red: red, green: green, blue: blue)
        widest = max(widest, max(red, green, blue) - min(red, green, blue))
        if channels == 4 { least = min(least, pixel[3]) }
      }
      if widest > tolerance { extras.insert(.color) }
      if least != .max { extras.insert(.transparency) }
    }
    return extras
  }
}
