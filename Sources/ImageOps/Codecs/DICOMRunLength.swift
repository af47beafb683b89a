/// RLE lossless (PS3.5, annex G): PackBits, one segment for each byte of each sample.
enum DICOMRunLength {
  /// The samples of one frame, plane by plane, big-endian.
  static func decoded(_ code: [UInt8], _ format: DICOMPixelFormat) throws(CodecProblem) -> [UInt8] {
    let perSample = format.bytesPerSample
    let segments = format.samples * perSample
    guard code.count >= 64 else { throw .truncated(.dicom, reason: "an RLE header of \(code.count) bytes") }
    func word(_ index: Int) -> Int { (0..<4).reduce(0) { $0 | Int(code[4 * index + $1]) << (8 * $1) } }
    guard word(0) == segments else { throw .damaged(.dicom, reason: "\(word(0)) RLE segments instead of \(segments)") }
    let count = format.size.count
    // A run of 128 equal bytes takes 2.
    guard count * segments <= 64 * code.count else {
      throw .truncated(.dicom, reason: "\(code.count) bytes of RLE cannot hold \(format.size) pixels")
    }
    var out = [UInt8](repeating: 0, count: count * segments)
    for segment in 0..<segments {
      let start = word(1 + segment)
      let end = segment + 1 < segments ? word(2 + segment) : code.count
      guard start >= 64, start <= end, end <= code.count else {
        throw .damaged(.dicom, reason: "RLE segment \(segment) lies outside the frame")
      }
      let first = segment / perSample * perSample * count + segment % perSample
      guard expand(code[start..<end], to: &out, first: first, step: perSample, count: count) else {
        throw .truncated(.dicom, reason: "RLE segment \(segment) holds fewer than \(count) bytes")
      }
    }
    return out
  }

  /// Writes `count` bytes at every `step`; false when the code gives fewer.
  private static func expand(_ code: ArraySlice<UInt8>, to out: inout [UInt8], first: Int, step: Int, count: Int) -> Bool {
    out.withUnsafeMutableBufferPointer { out in
      code.withUnsafeBufferPointer { code in
        var at = 0
        var done = 0
        while done < count, at < code.count {
          let control = Int(Int8(bitPattern: code[at]))
          at += 1
          if control >= 0 {
            let length = min(control + 1, code.count - at, count - done)
            for index in 0..<length { out[first + (done + index) * step] = code[at + index] }
            at += control + 1
            done += length
          } else if control != -128, at < code.count {
            let length = min(1 - control, count - done)
            for index in 0..<length { out[first + (done + index) * step] = code[at] }
            at += 1
            done += length
          }
        }
        return done == count
      }
    }
  }
}
