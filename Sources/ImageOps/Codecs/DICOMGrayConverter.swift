/// Turns the stored samples of a DICOM frame into gray numbers.
struct DICOMGrayConverter {
  enum Layout { case interleaved, planar, subsampled }

  /// How one sample is written.
  struct Coding {
    /// 1, 2 or 4; 0 for single bits.
    var bytes: Int
    var bits: Int
    var highBit: Int
    var isSigned: Bool
    var isBigEndian: Bool
  }

  struct Gray {
    /// NaN is padding whose bits lie beyond BitsStored.
    var values: [Float]
    var isColored = false
    /// Pixels with bits set above the stored ones.
    var unusedBits = 0
    /// Numbers that a Float does not hold exactly.
    var rounded = 0
  }

  private let format: DICOMPixelFormat
  private let palette: DICOMPalette?
  private let padding: DICOMPadding?

  /// - Parameter palette: nil for direct images.
  init(_ format: DICOMPixelFormat, palette: DICOMPalette?, padding: DICOMPadding?) {
    (self.format, self.palette, self.padding) = (format, palette, padding)
  }

  /// - Parameters:
  ///   - coding: other than the file says where a code stream does.
  ///   - isLuma: whether the first of three channels is luma; nil: as the photometric interpretation says.
  func gray(_ bytes: UnsafeRawBufferPointer, _ layout: Layout, _ coding: Coding, isLuma: Bool? = nil) throws(CodecProblem) -> Gray {
    let count = format.size.count
    let needed = layout == .subsampled ? 2 * count : coding.bytes == 0 ? format.byteCount : format.samples * coding.bytes * count
    guard bytes.count >= needed else { throw .truncated(.dicom, reason: "\(bytes.count) bytes of pixels") }
    var gray = Gray(values: [])
    var (isColored, unused, rounded) = (false, 0, 0)
    gray.values = try [Float].filled(count: count) { pixels throws(CodecProblem) in
      if format.isFloat {
        rounded = floats(bytes, coding, to: pixels)
      } else if format.samples == 3 {
        let isLuma = isLuma ?? (format.photometric == "YBR_FULL" || format.photometric == "YBR_FULL_422")
        isColored =
          coding.bytes == 1
          ? color(UInt8.self, bytes, layout, coding, isLuma, to: pixels) : color(UInt16.self, bytes, layout, coding, isLuma, to: pixels)
      } else {
        switch coding.bytes {
        case 0: for index in 0..<count { pixels[index] = Float(bytes[index >> 3] >> UInt8(index & 7) & 1) }
        case 1: (unused, rounded) = numbers(UInt8.self, Int8.self, bytes, coding, to: pixels)
        case 2: (unused, rounded) = numbers(UInt16.self, Int16.self, bytes, coding, to: pixels)
        default: (unused, rounded) = numbers(UInt32.self, Int32.self, bytes, coding, to: pixels)
        }
      }
      if let palette { for index in 0..<count { pixels[index] = palette.gray(of: pixels[index]) } }
    }
    (gray.isColored, gray.unusedBits, gray.rounded) = (isColored, unused, rounded)
    return gray
  }

  /// `bits` bits up to the high one, with their sign.
  /// - Returns: how many samples have bits set above them, and how many numbers were rounded.
  @inline(__always)
  private func numbers<Bits: FixedWidthInteger & UnsignedInteger, Signed: FixedWidthInteger & SignedInteger>(
    _ bits: Bits.Type, _ signed: Signed.Type, _ bytes: UnsafeRawBufferPointer, _ coding: Coding, to pixels: UnsafeMutablePointer<Float>
  ) -> (unused: Int, rounded: Int) {
    let width = Bits.bitWidth
    let stored = min(coding.bits, width)
    let high = max(stored - 1, min(coding.highBit, width - 1))
    let unused = Bits(truncatingIfNeeded: width - 1 - high)
    let shift = width - stored
    let padded = padding?.word.map { Bits(truncatingIfNeeded: $0) }
    let above = unused == 0 ? 0 : Bits.max << (Bits(truncatingIfNeeded: width) - unused)
    var (beyond, rounded) = (0, 0)
    for index in 0..<format.size.count {
      let loaded = bytes.loadUnaligned(fromByteOffset: index * (width / 8), as: Bits.self)
      let word = coding.isBigEndian ? Bits(bigEndian: loaded) : Bits(littleEndian: loaded)
      if word == padded {
        pixels[index] = .nan
        continue
      }
      let extra = word & above
      if extra != 0, !(coding.isSigned && extra == above) { beyond += 1 }
      let number = word &<< unused
      if width > 16 {
        let value = coding.isSigned ? Int64(Signed(truncatingIfNeeded: number) >> shift) : Int64(number >> shift)
        pixels[index] = Float(value)
        if Int64(Double(pixels[index])) != value { rounded += 1 }
      } else {
        pixels[index] = coding.isSigned ? Float(Signed(truncatingIfNeeded: number) >> shift) : Float(number >> shift)
      }
    }
    return (beyond, rounded)
  }

  /// Floating-point numbers of 4 or 8 bytes.
  /// - Returns: how many were rounded.
  private func floats(_ bytes: UnsafeRawBufferPointer, _ coding: Coding, to pixels: UnsafeMutablePointer<Float>) -> Int {
    var rounded = 0
    for index in 0..<format.size.count {
      if coding.bytes == 4 {
        let place = 4 * index
        pixels[index] = Float(
          bitPattern: coding.isBigEndian ? bytes.bigEndian(UInt32.self, at: place) : bytes.littleEndian(UInt32.self, at: place))
      } else {
        let place = 8 * index
        let value = Double(
          bitPattern: coding.isBigEndian ? bytes.bigEndian(UInt64.self, at: place) : bytes.littleEndian(UInt64.self, at: place))
        pixels[index] = Float(value)
        if Double(pixels[index]) != value, value.isFinite { rounded += 1 }
      }
    }
    return rounded
  }

  /// RGB by its luma; of YBR the first channel is the luma already.
  /// - Returns: whether any pixel has a color other than gray.
  @inline(__always)
  private func color<Sample: FixedWidthInteger & UnsignedInteger>(
    _ type: Sample.Type, _ bytes: UnsafeRawBufferPointer, _ layout: Layout, _ coding: Coding, _ isLuma: Bool,
    to pixels: UnsafeMutablePointer<Float>
  ) -> Bool {
    let (count, width) = (format.size.count, Sample.bitWidth / 8)
    let shift = Sample(truncatingIfNeeded: max(0, coding.highBit + 1 - coding.bits))
    let mask = Sample.max >> Sample(truncatingIfNeeded: Sample.bitWidth - min(coding.bits, Sample.bitWidth))
    func sample(_ place: Int) -> Sample {
      let loaded = bytes.loadUnaligned(fromByteOffset: place * width, as: Sample.self)
      return (coding.isBigEndian ? Sample(bigEndian: loaded) : Sample(littleEndian: loaded)) &>> shift & mask
    }
    let middle = mask / 2 + 1
    var isColored = false
    for index in 0..<count {
      let places =
        switch layout {
        case .interleaved: (3 * index, 3 * index + 1, 3 * index + 2)
        case .planar: (index, count + index, 2 * count + index)
        case .subsampled: (index / 2 * 4 + index % 2, index / 2 * 4 + 2, index / 2 * 4 + 3)
        }
      let (first, second, third) = (sample(places.0), sample(places.1), sample(places.2))
      if isLuma {
        pixels[index] = Float(first)
        isColored = isColored || second != middle || third != middle
      } else {
        pixels[index] = Luma.of(red: first, green: second, blue: third)
        isColored = isColored || first != second || second != third
      }
    }
    return isColored
  }
}
