internal import CDICOM

/// Encapsulated frames: run lengths, JPEG through libjpeg-turbo, and through GDCM lossless and 12-bit JPEG, JPEG-LS and JPEG 2000.
enum DICOMCompressed {
  private static let runLength = "1.2.840.10008.1.2.5"
  private static let jpeg2000: Set<String> = ["1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"]
  private static let others: Set<String> = [
    "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81",
  ]

  /// - Parameter remarks: takes where the code stream and the data set disagree.
  static func gray(
    _ code: [UInt8], _ syntax: String, _ format: DICOMPixelFormat, _ converter: DICOMGrayConverter, _ remarks: inout [ReadingRemark]
  ) throws(CodecProblem) -> DICOMGrayConverter.Gray {
    guard format.bitsAllocated > 1 else { throw .unsupported(.dicom, feature: "compressed single bits") }
    // A blank image shrinks a lot, but no X-ray this large does.
    guard format.size.count <= 1 << 24 || format.size.count / 2000 <= code.count else {
      throw .truncated(.dicom, reason: "\(code.count) bytes of pixel data cannot hold \(format.size) pixels")
    }
    if syntax == runLength {
      let samples = try DICOMRunLength.decoded(code, format)
      let coding = DICOMGrayConverter.Coding(
        bytes: format.bytesPerSample, bits: format.bitsStored, highBit: format.highBit, isSigned: format.isSigned, isBigEndian: true)
      return try samples.pixels { samples throws(CodecProblem) in try converter.gray(samples, .planar, coding) }
    }
    guard others.contains(syntax) || jpeg2000.contains(syntax) else { throw .unsupported(.dicom, feature: "transfer syntax \(syntax)") }
    let content = try CodeStream.withoutBoxes(code)
    if content.count < code.count, jpeg2000.contains(syntax) { remarks.append(.boxes) }
    let stream = try stream(content, format)
    if stream.isBaseline {
      return try jpeg(content, stream, format, converter, &remarks)
    }
    guard !(stream.isTransformed && format.samples == 3) else {
      throw .unsupported(.dicom, feature: "JPEG in color at \(stream.precision) bits")
    }
    let (samples, bytesPerSample) = try decoded(content, syntax, stream, format)
    let isShifted = format.highBit >= format.bitsStored
    let bits = isShifted ? format.bitsStored : stream.precision
    let coding = DICOMGrayConverter.Coding(
      bytes: bytesPerSample, bits: bits, highBit: isShifted ? format.highBit : bits - 1, isSigned: format.isSigned, isBigEndian: false)
    var gray = try samples.pixels { samples throws(CodecProblem) in try converter.gray(samples, .interleaved, coding) }
    // The decoder may extend a sign where the data set has none; the bits above the precision say nothing.
    gray.unusedBits = 0
    if stream.precision > format.bitsStored, format.isSingleChannel, !format.isPalette {
      let range = format.storedRange
      let above = gray.values.lazy.filter { !range.contains($0) && !$0.isNaN }
      if let largest = above.max() { remarks.append(.aboveBitsStored(count: above.count, bits: format.bitsStored, largest: Int(largest))) }
    }
    return gray
  }

  private static func stream(_ code: [UInt8], _ format: DICOMPixelFormat) throws(CodecProblem) -> CodeStream {
    guard let stream = CodeStream(code) else { throw .damaged(.dicom, reason: "the pixel data is not a codestream") }
    // The decoder trusts the data set about the size of its output, so the code stream has to agree with it.
    guard stream.width == format.size.width, stream.height == format.size.height, stream.components == format.samples else {
      throw .damaged(
        .dicom,
        reason: "the codestream holds \(stream.width)x\(stream.height) pixels of \(stream.components) samples, the data set states"
          + " \(format.size) of \(format.samples)")
    }
    guard (2...16).contains(stream.precision), stream.precision <= format.bitsAllocated else {
      throw .unsupported(.dicom, feature: "\(stream.precision) bits in a codestream")
    }
    return stream
  }

  /// A JPEG of 8 bits. What its markers say of color goes before the photometric interpretation, which decoders and editors leave unchanged.
  private static func jpeg(
    _ code: [UInt8], _ stream: CodeStream, _ format: DICOMPixelFormat, _ converter: DICOMGrayConverter, _ remarks: inout [ReadingRemark]
  ) throws(CodecProblem) -> DICOMGrayConverter.Gray {
    let named: CodeStream.Color = format.photometric == "RGB" ? .rgb : .yCbCr
    let found = stream.color ?? named
    if format.samples == 3, found != named { remarks.append(.colorTransform(named: format.photometric, found: found.rawValue)) }
    return try code.pixels { code throws(CodecProblem) in
      do throws(CodecProblem) {
        let samples = try JPEGCodec.samples(from: code, isRGB: found == .rgb, size: format.size, components: format.samples)
        let coding = DICOMGrayConverter.Coding(bytes: 1, bits: 8, highBit: 7, isSigned: format.isSigned, isBigEndian: false)
        return try samples.pixels { samples throws(CodecProblem) in
          try converter.gray(samples, .interleaved, coding, isLuma: found == .yCbCr)
        }
      } catch { throw error.inside(.dicom) }
    }
  }

  /// - Returns: the samples, interleaved and native-endian, and the bytes that each takes.
  private static func decoded(
    _ code: [UInt8], _ syntax: String, _ stream: CodeStream, _ format: DICOMPixelFormat
  ) throws(CodecProblem) -> (samples: [UInt8], bytesPerSample: Int) {
    let bytesPerSample = stream.precision > 8 ? 2 : 1
    let count = format.size.count * format.samples * bytesPerSample
    var message = [CChar](repeating: 0, count: 256)
    var result: Int32 = 0
    var frame = cdicom_frame()
    copy(syntax, to: &frame.transfer_syntax)
    copy(format.photometric, to: &frame.photometric)
    (frame.columns, frame.rows) = (UInt16(format.size.width), UInt16(format.size.height))
    (frame.samples, frame.bits_allocated, frame.bits_stored) = (
      UInt16(format.samples), UInt16(8 * bytesPerSample), UInt16(stream.precision)
    )
    frame.is_signed = (stream.isSigned ?? format.isSigned) ? 1 : 0
    (frame.code_count, frame.out_count) = (UInt64(code.count), UInt64(count))
    let samples = [UInt8](unsafeUninitializedCapacity: count) { samples, initialized in
      result = cdicom_decode(&frame, code, samples.baseAddress, &message)
      initialized = result == 0 ? count : 0
    }
    if result == 2 { throw .library(.dicom, reason: Self.reason(message)) }
    guard result == 0 else { throw .damaged(.dicom, reason: Self.reason(message)) }
    return (samples, bytesPerSample)
  }

  /// What the library says, without the place in its source that it may put in a line above.
  private static func reason(_ message: [CChar]) -> String {
    let lines = String(characters: message).split(separator: "\n").filter { !($0.contains("/") && $0.contains(":")) }
    return lines.isEmpty ? "the codestream cannot be decoded" : lines.joined(separator: " ")
  }

  /// A C string into a field that is larger than it; the field is zeroed already.
  private static func copy<Field>(_ text: String, to field: inout Field) {
    withUnsafeMutableBytes(of: &field) { $0.copyBytes(from: text.utf8.prefix($0.count - 1)) }
  }
}
