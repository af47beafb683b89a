import Basics
internal import CJPEG

/// JPEG (ITU-T T.81) with 8 bits per sample through libjpeg-turbo.
enum JPEGCodec {
  static func grayImage(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> GrayImage {
    let reader = try Reader(bytes)
    let (header, size) = try reader.header()
    let components = Int(header.components)
    let orientation = header.exif.map { Orientation(exif: UnsafeRawBufferPointer(start: $0, count: header.exif_count)) } ?? .topLeft
    var extras: Luma.Extras = components == 4 ? .color : []
    let pixels = try [Float].filled(count: size.count) { pixels throws(CodecProblem) in
      if components == 1, header.is_sequential != 0, size.count >= 1 << 18, Parallel.threadCount > 1 {
        return try readInParts(reader, bytes, size, into: pixels)
      }
      try reader.forEachRow(size, components) { row, samples in
        let gray = pixels + row * size.width
        if components == 4 {
          convertCMYK(samples, to: gray, count: size.width)
        } else {
          // Losses give gray a tint.
          extras.formUnion(Luma.convert(samples, channels: components, to: gray, count: size.width, tolerance: 8))
        }
      }
    }
    var image = GrayImage(size: size, pixels: pixels)
    image.remarks = extras.remarks
    return orientation.upright(image)
  }

  /// Decodes the upper rows of a gray image on one thread and the lower ones on another, with the same numbers.
  ///
  /// Huffman codes follow one another without a mark, so the second thread has to read those of the upper rows as well; but it turns none of them into
  /// pixels, which is more than a third of the work.
  private static func readInParts(
    _ reader: Reader, _ bytes: UnsafeRawBufferPointer, _ size: Size, into pixels: UnsafeMutablePointer<Float>
  ) throws(CodecProblem) {
    let parts = [0..<size.height * 5 / 8, size.height * 5 / 8..<size.height]
    let readers = [reader, try Reader(bytes)]
    _ = try readers[1].header()
    var problems = [CodecProblem?](repeating: nil, count: parts.count)
    problems.withUnsafeMutableBufferPointer { problems in
      // Each task is one part with its own reader, rows and problem.
      nonisolated(unsafe) let (readers, pixels, problems) = (readers, pixels, problems)
      Parallel.run(parts.count, on: Parallel.threadCount) { part, _ in
        do throws(CodecProblem) {
          try readers[part].forEachRow(of: parts[part], size, 1) { row, samples in
            PixelKernels.unpack(samples, into: pixels + row * size.width, count: size.width)
          }
        } catch { problems[part] = error }
      }
    }
    if let problem = problems.lazy.compactMap({ $0 }).first { throw problem }
  }

  /// The samples of a JPEG image inside another file, whose size and components are known: gray, or three components interleaved.
  /// - Parameter isRGB: whether three components are RGB, whatever the image says, or YCbCr; they come out as they are.
  static func samples(
    from bytes: UnsafeRawBufferPointer, isRGB: Bool, size expected: Size, components: Int
  ) throws(CodecProblem) -> [UInt8] {
    let reader = try Reader(bytes)
    let (header, size) = try reader.header(colorIs: isRGB ? .rgb : .yCbCr)
    guard size == expected, header.components == components else {
      throw .damaged(.jpeg, reason: "\(size) pixels of \(header.components) components instead of \(expected) of \(components)")
    }
    return try [UInt8].filled(count: size.count * components) { samples throws(CodecProblem) in
      try reader.forEachRow(size, components) { row, stored in
        (samples + row * size.width * components).update(from: stored, count: size.width * components)
      }
    }
  }

  /// Inverted CMYK, as Adobe's programs write it and Pillow takes all CMYK to be, by way of RGB with Pillow's rounding.
  private static func convertCMYK(_ samples: UnsafePointer<UInt8>, to gray: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let light = Int(samples[4 * index + 3])
      func channel(_ stored: UInt8) -> Int {
        let product = (255 - Int(stored)) * light + 128
        return max(0, light - ((product >> 8) + product) >> 8)
      }
      gray[index] = Luma.of(red: channel(samples[4 * index]), green: channel(samples[4 * index + 1]), blue: channel(samples[4 * index + 2]))
    }
  }

  static func encoded(_ samples: ImageSamples, options: EncodingOptions) throws(CodecProblem) -> [UInt8] {
    guard case .bytes = samples.values else { throw .cannotHold(.jpeg, what: "more than 8 bits per sample") }
    return try samples.withSamples(for: .jpeg) { bytes, _ throws(CodecProblem) in
      var out: UnsafeMutablePointer<UInt8>?
      var count = 0
      var message = [CChar](repeating: 0, count: 256)
      let failed = cjpeg_write(
        UInt32(samples.size.width), UInt32(samples.size.height), Int32(samples.channels), Int32(min(100, max(1, options.jpegQuality))),
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), &out, &count, &message)
      if failed != 0 { throw .library(.jpeg, reason: String(characters: message)) }
      defer { cjpeg_free(out) }
      return Array(UnsafeBufferPointer(start: out, count: count))
    }
  }

  /// libjpeg's state, freed with it. The bytes outlive it within `grayImage`.
  private final class Reader {
    private let handle: OpaquePointer
    private let byteCount: Int

    init(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) {
      guard let handle = cjpeg_reader_make(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count) else {
        throw .library(.jpeg, reason: "not enough memory")
      }
      self.handle = handle
      byteCount = bytes.count
    }

    deinit { cjpeg_reader_free(handle) }

    private func check(_ result: Int32) throws(CodecProblem) {
      guard result != 0 else { return }
      if cjpeg_reader_is_truncated(handle) != 0 { throw .truncated(.jpeg, reason: "\(byteCount) bytes without an end marker") }
      throw .damaged(.jpeg, reason: String(cString: cjpeg_reader_message(handle)))
    }

    /// Three components become RGB as the file's markers tell, or are known from elsewhere and stay.
    enum Color: Int32 { case marked, rgb, yCbCr }

    func header(colorIs color: Color = .marked) throws(CodecProblem) -> (cjpeg_header, Size) {
      var header = cjpeg_header()
      try check(cjpeg_read_header(handle, color.rawValue, &header))
      let size = Size(width: Int(header.width), height: Int(header.height))
      guard size.isValid else { throw .invalidSize(.jpeg, width: size.width, height: size.height) }
      // Huffman coding spends at least one bit on each block of 8x8 pixels. Arithmetic coding may spend less: an even image of 16 megapixels takes some 300 bytes.
      let leastBytes = size.count / 64 / 8 / (header.is_arithmetic != 0 ? 256 : 1)
      guard leastBytes <= byteCount else {
        throw .truncated(.jpeg, reason: "\(byteCount) bytes cannot hold \(size) pixels")
      }
      // The numbers twice where they are turned upright, and all coefficients at once where scans refine each other.
      let coefficients = header.is_sequential != 0 ? 0 : 2 * Int(header.components)
      try CodecProblem.admit(((header.exif == nil ? 4 : 8) + coefficients) * size.count, of: size)
      return (header, size)
    }

    /// Reads the given rows, or all; those above are passed over.
    func forEachRow(
      of rows: Range<Int>? = nil, _ size: Size, _ components: Int, _ body: (_ row: Int, _ samples: UnsafePointer<UInt8>) -> Void
    ) throws(CodecProblem) {
      let rows = rows ?? 0..<size.height
      try check(cjpeg_start_rows(handle))
      if rows.lowerBound > 0 { try check(cjpeg_skip_rows(handle, UInt32(rows.lowerBound))) }
      let samples = UnsafeMutablePointer<UInt8>.allocate(capacity: size.width * components)
      defer { samples.deallocate() }
      for row in rows {
        try check(cjpeg_next_row(handle, samples))
        body(row, samples)
      }
      if rows.upperBound == size.height { try check(cjpeg_finish(handle)) }
    }
  }
}
