internal import CDICOM

/// JPEG lossless and extended, JPEG-LS and JPEG 2000 frames through GDCM.
enum DICOMCompressed {
  /// - Returns: the samples, interleaved and native-endian, and the bytes that each takes.
  static func decoded(
    _ code: [UInt8], _ syntax: String, _ format: DICOMPixelFormat
  ) throws(CodecProblem) -> (samples: [UInt8], bytesPerSample: Int) {
    guard let stream = CodeStream(code) else { throw .damaged(.dicom, reason: "the pixel data is no code stream") }
    // The decoder trusts the data set about the size of its output, so the code stream has to agree with it.
    guard stream.width == format.size.width, stream.height == format.size.height, stream.components == format.samples else {
      throw .damaged(
        .dicom,
        reason: "the code stream holds \(stream.width)x\(stream.height) pixels of \(stream.components) samples, the data set claims"
          + " \(format.size) of \(format.samples)")
    }
    guard (2...16).contains(stream.precision), stream.precision <= format.bitsAllocated else {
      throw .unsupported(.dicom, feature: "\(stream.precision) bits in a code stream")
    }
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
    frame.is_signed = format.isSigned ? 1 : 0
    (frame.code_count, frame.out_count) = (UInt64(code.count), UInt64(count))
    let samples = [UInt8](unsafeUninitializedCapacity: count) { samples, initialized in
      result = cdicom_decode(&frame, code, samples.baseAddress, &message)
      initialized = result == 0 ? count : 0
    }
    if result == 2 { throw .library(.dicom, reason: String(characters: message)) }
    guard result == 0 else { throw .damaged(.dicom, reason: String(characters: message)) }
    return (samples, bytesPerSample)
  }

  /// A C string into a field that is larger than it; the field is zeroed already.
  private static func copy<Field>(_ text: String, to field: inout Field) {
    withUnsafeMutableBytes(of: &field) { $0.copyBytes(from: text.utf8.prefix($0.count - 1)) }
  }
}

/// What a JPEG, JPEG-LS or JPEG 2000 code stream says of its picture.
struct CodeStream {
  let width: Int
  let height: Int
  let components: Int
  /// Bits a sample.
  let precision: Int

  /// nil when the bytes start no code stream.
  init?(_ code: [UInt8]) {
    func word(_ offset: Int) -> Int { Int(code[offset]) << 8 | Int(code[offset + 1]) }
    func long(_ offset: Int) -> Int { word(offset) << 16 | word(offset + 2) }
    guard code.count >= 12, code[0] == 0xFF else { return nil }
    if code[1] == 0x4F {
      // JPEG 2000: SIZ follows at once (ISO/IEC 15444-1, A.5.1).
      guard code.count >= 44, word(2) == 0xFF51 else { return nil }
      width = long(8) - long(16)
      height = long(12) - long(20)
      components = word(40)
      precision = Int(code[42] & 0x7F) + 1
      guard code.count >= 42 + 3 * components else { return nil }
      for component in 0..<components
      where code[42 + 3 * component] != code[42] || code[43 + 3 * component] != 1 || code[44 + 3 * component] != 1 {
        return nil
      }
      return
    }
    guard code[1] == 0xD8 else { return nil }
    var offset = 2
    while offset + 10 <= code.count {
      guard code[offset] == 0xFF else { return nil }
      let marker = code[offset + 1]
      if marker == 0xFF {
        offset += 1
        continue
      }
      let isFrame = (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
      if isFrame || marker == 0xF7 {
        precision = Int(code[offset + 4])
        height = word(offset + 5)
        width = word(offset + 7)
        components = Int(code[offset + 9])
        return
      }
      offset += 2 + word(offset + 2)
    }
    return nil
  }
}
