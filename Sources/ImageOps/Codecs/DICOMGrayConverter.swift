/// Turns the stored samples of a DICOM frame into gray numbers.
struct DICOMGrayConverter {
  enum Layout { case interleaved, planar, subsampled }

  private let format: DICOMPixelFormat
  private let palette: [Float]

  /// - Parameter palette: the gray of each stored number; empty for direct pictures.
  init(_ format: DICOMPixelFormat, palette: [Float]) {
    self.format = format
    self.palette = palette
  }

  /// - Parameter bytesPerSample: 1, 2 or 4; less than the file allocates when the code stream needs less.
  func gray(
    _ bytes: UnsafeRawBufferPointer, _ layout: Layout, bytesPerSample: Int, isBigEndian: Bool
  ) throws(CodecProblem) -> [Float] {
    let count = format.size.count
    guard bytes.count >= (layout == .subsampled ? 2 * count : format.samples * bytesPerSample * count) else {
      throw .truncated(.dicom, reason: "\(bytes.count) bytes of pixels")
    }
    var pixels = try [Float].filled(count: count) { pixels throws(CodecProblem) in
      if format.samples == 3 {
        color(bytes, layout, to: pixels)
      } else if bytesPerSample == 1 {
        numbers(UInt8.self, Int8.self, bytes, isBigEndian, to: pixels)
      } else if bytesPerSample == 2 {
        numbers(UInt16.self, Int16.self, bytes, isBigEndian, to: pixels)
      } else {
        numbers(UInt32.self, Int32.self, bytes, isBigEndian, to: pixels)
      }
    }
    if !palette.isEmpty {
      for index in pixels.indices { pixels[index] = palette[min(palette.count - 1, max(0, Int(pixels[index])))] }
    }
    return pixels
  }

  /// BitsStored bits up to HighBit, with their sign.
  @inline(__always)
  private func numbers<Bits: FixedWidthInteger & UnsignedInteger, Signed: FixedWidthInteger & SignedInteger>(
    _ bits: Bits.Type, _ signed: Signed.Type, _ bytes: UnsafeRawBufferPointer, _ isBigEndian: Bool, to pixels: UnsafeMutablePointer<Float>
  ) {
    let width = Bits.bitWidth
    let stored = min(format.bitsStored, width)
    let unused = Bits(truncatingIfNeeded: max(0, width - 1 - max(stored - 1, min(format.highBit, width - 1))))
    let shift = width - stored
    for index in 0..<format.size.count {
      let loaded = bytes.loadUnaligned(fromByteOffset: index * (width / 8), as: Bits.self)
      let number = (isBigEndian ? Bits(bigEndian: loaded) : Bits(littleEndian: loaded)) &<< unused
      pixels[index] = format.isSigned ? Float(Signed(truncatingIfNeeded: number) >> shift) : Float(number >> shift)
    }
  }

  /// RGB by its luma; of YBR the first channel is the luma already.
  private func color(_ bytes: UnsafeRawBufferPointer, _ layout: Layout, to pixels: UnsafeMutablePointer<Float>) {
    let count = format.size.count
    let isLuma = format.photometric == "YBR_FULL" || format.photometric == "YBR_FULL_422"
    for index in 0..<count {
      switch layout {
      case .subsampled: pixels[index] = Float(bytes[index / 2 * 4 + index % 2])
      case .interleaved where isLuma: pixels[index] = Float(bytes[3 * index])
      case .planar where isLuma: pixels[index] = Float(bytes[index])
      case .interleaved: pixels[index] = Luma.of(red: bytes[3 * index], green: bytes[3 * index + 1], blue: bytes[3 * index + 2])
      case .planar: pixels[index] = Luma.of(red: bytes[index], green: bytes[count + index], blue: bytes[2 * count + index])
      }
    }
  }
}
