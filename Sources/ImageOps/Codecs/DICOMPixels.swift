/// The pixel data of a DICOM file's first frame as gray numbers, before the modality transform.
enum DICOMPixels {
  static func firstFrame(
    _ dataSet: DICOMDataSet, _ format: DICOMPixelFormat, _ bytes: UnsafeRawBufferPointer
  ) throws(CodecProblem) -> [Float] {
    let converter = DICOMGrayConverter(format, palette: try format.isPalette ? palette(dataSet, bytes) : [])
    let syntax = dataSet.transferSyntax
    switch dataSet.pixelData {
    case nil: throw .truncated(.dicom, reason: "it has no pixel data")
    case .native(let range):
      guard ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"].contains(syntax) else {
        throw .damaged(.dicom, reason: "pixel data that is not encapsulated under transfer syntax \(syntax)")
      }
      let isSubsampled = format.photometric == "YBR_FULL_422"
      let needed = isSubsampled ? format.byteCount / 3 * 2 : format.byteCount
      guard range.count >= needed else {
        throw .truncated(.dicom, reason: "\(range.count) bytes of pixel data, \(format.size) pixels ask for \(needed)")
      }
      let layout: DICOMGrayConverter.Layout = isSubsampled ? .subsampled : format.isPlanar ? .planar : .interleaved
      return try converter.gray(
        UnsafeRawBufferPointer(rebasing: bytes[range]), layout, bytesPerSample: format.bytesPerSample,
        isBigEndian: syntax == "1.2.840.10008.1.2.2")
    case .encapsulated(let offsets, let fragments):
      return try decoded(try firstFrame(offsets, fragments, format, bytes), syntax, format, converter)
    }
  }

  /// The fragments of the first frame in one piece.
  private static func firstFrame(
    _ offsets: [Int], _ fragments: [Range<Int>], _ format: DICOMPixelFormat, _ bytes: UnsafeRawBufferPointer
  ) throws(CodecProblem) -> [UInt8] {
    guard let start = fragments.first?.lowerBound else { throw .truncated(.dicom, reason: "it has no pixel data") }
    var chosen = fragments[...]
    if format.frames > 1 {
      if offsets.count > 1 {
        // Offsets count from the first fragment's item, whose head has 8 bytes.
        chosen = fragments.prefix { $0.lowerBound - start < offsets[1] }
      } else if fragments.count == format.frames {
        chosen = fragments.prefix(1)
      } else {
        throw .unsupported(.dicom, feature: "\(format.frames) frames in \(fragments.count) fragments without an offset table")
      }
    }
    return chosen.reduce(into: []) { $0.append(contentsOf: bytes[$1]) }
  }

  private static func decoded(
    _ code: [UInt8], _ syntax: String, _ format: DICOMPixelFormat, _ converter: DICOMGrayConverter
  ) throws(CodecProblem) -> [Float] {
    // A blank picture shrinks a lot, but no X-ray this large does.
    guard format.size.count <= 1 << 24 || format.size.count / 2000 <= code.count else {
      throw .truncated(.dicom, reason: "\(code.count) bytes of pixel data cannot hold \(format.size) pixels")
    }
    switch syntax {
    case "1.2.840.10008.1.2.5":
      let samples = try DICOMRunLength.decoded(code, format)
      return try samples.pixels { samples throws(CodecProblem) in
        try converter.gray(samples, .planar, bytesPerSample: format.bytesPerSample, isBigEndian: true)
      }
    case "1.2.840.10008.1.2.4.50":
      guard format.bitsAllocated == 8 else { throw .unsupported(.dicom, feature: "JPEG baseline at \(format.bitsAllocated) bits") }
      return try code.pixels { code throws(CodecProblem) in
        do throws(CodecProblem) {
          let samples = try JPEGCodec.samples(from: code, isRGB: format.photometric == "RGB", size: format.size, components: format.samples)
          return try samples.pixels { samples throws(CodecProblem) in
            try converter.gray(samples, .interleaved, bytesPerSample: 1, isBigEndian: false)
          }
        } catch { throw error.inside(.dicom) }
      }
    case "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81",
      "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91":
      let (samples, bytesPerSample) = try DICOMCompressed.decoded(code, syntax, format)
      return try samples.pixels { samples throws(CodecProblem) in
        try converter.gray(samples, .interleaved, bytesPerSample: bytesPerSample, isBigEndian: false)
      }
    default: throw .unsupported(.dicom, feature: "transfer syntax \(syntax)")
    }
  }

  /// The gray of each palette entry (PS3.3, C.7.6.3.1.5), and the stored number that the first one stands for.
  private static func palette(_ dataSet: DICOMDataSet, _ bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> [Float] {
    let descriptor = dataSet.words(0x0028_1101, bytes)
    guard descriptor.count >= 3 else { throw .damaged(.dicom, reason: "no palette") }
    let count = descriptor[0] == 0 ? 65_536 : Int(descriptor[0])
    let channels = [0x0028_1201, 0x0028_1202, 0x0028_1203].map { dataSet.words($0, bytes) }
    guard channels.allSatisfy({ $0.count >= count }) else { throw .damaged(.dicom, reason: "a palette of fewer than \(count) entries") }
    guard descriptor[1] == 0 else { throw .unsupported(.dicom, feature: "a palette that starts at \(descriptor[1])") }
    let shift: UInt16 = descriptor[2] > 8 ? 8 : 0
    return (0..<count).map { Luma.of(red: channels[0][$0] >> shift, green: channels[1][$0] >> shift, blue: channels[2][$0] >> shift) }
  }
}

extension [UInt8] {
  /// Runs `body`, which may throw a codec's problem, on these bytes.
  func pixels<Result>(_ body: (UnsafeRawBufferPointer) throws(CodecProblem) -> Result) throws(CodecProblem) -> Result {
    let result: Swift.Result<Result, CodecProblem> = withUnsafeBytes { bytes in
      do throws(CodecProblem) { return .success(try body(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
