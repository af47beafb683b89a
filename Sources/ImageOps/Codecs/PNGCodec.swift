internal import CPNG

/// PNG (ISO/IEC 15948) through libpng.
enum PNGCodec {
  /// An image as stored: samples unpacked to 8 or 16 bits, palette indices left as they are.
  struct Header {
    var size: Size
    var bitDepth: Int
    var channels: Int
    var isPalette: Bool
    /// Red, green and blue of each palette entry.
    var palette: [UInt8]
    var hasTransparency: Bool
    /// As the file names them; nil where it names none or all.
    var significantBits: Int?

    /// Whether a palette entry is not gray.
    func isColored(_ entry: Int) -> Bool {
      guard 3 * entry + 2 < palette.count else { return false }
      return palette[3 * entry] != palette[3 * entry + 1] || palette[3 * entry + 1] != palette[3 * entry + 2]
    }
  }

  static func grayImage(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> GrayImage {
    let reader = try Reader(bytes)
    let header = try reader.header()
    let width = header.size.width
    let levels = grayLevels(of: header)
    var extras: Luma.Extras = header.hasTransparency ? .transparency : []
    let colored = (0..<256).map { header.isPalette && header.isColored($0) }
    let pixels = try [Float].filled(count: header.size.count) { pixels throws(CodecProblem) in
      try reader.forEachRow { row, samples in
        let gray = pixels + row * width
        if header.bitDepth == 16 {
          extras.formUnion(
            Luma.convert(samples.assumingMemoryBound(to: UInt16.self), channels: header.channels, to: gray, count: width))
        } else if levels.isEmpty {
          extras.formUnion(
            Luma.convert(samples.assumingMemoryBound(to: UInt8.self), channels: header.channels, to: gray, count: width))
        } else {
          let stored = UnsafeBufferPointer(start: samples.assumingMemoryBound(to: UInt8.self), count: width)
          for (column, number) in stored.enumerated() {
            gray[column] = levels[Int(number)]
            if colored[Int(number)] { extras.insert(.color) }
          }
        }
      }
    }
    let range: ClosedRange<Float> = header.bitDepth == 16 ? 0...65535 : 0...255
    var image = GrayImage(size: header.size, pixels: pixels, range: range, bitDepth: header.isPalette ? 8 : header.bitDepth)
    image.remarks = extras.remarks
    if let bits = header.significantBits { image.remarks.append(.significantBits(bits, of: header.bitDepth)) }
    return image
  }

  /// The 256 gray levels that stored numbers stand for, when they are not those levels themselves: palette entries by their luma, 1, 2 and 4 bits
  /// spread over 0...255 as Pillow does. An index beyond the palette is black.
  private static func grayLevels(of header: Header) -> [Float] {
    var levels = [Float](repeating: 0, count: 256)
    if header.isPalette {
      for index in 0..<min(256, header.palette.count / 3) {
        levels[index] = Luma.of(red: header.palette[3 * index], green: header.palette[3 * index + 1], blue: header.palette[3 * index + 2])
      }
      return levels
    }
    guard header.bitDepth < 8 else { return [] }
    let top = (1 << header.bitDepth) - 1
    for level in 0...top { levels[level] = Float(level * 255 / top) }
    return levels
  }

  /// The stored numbers of a gray or palette image: gray levels and palette indices, unscaled.
  static func labelImage(
    from bytes: UnsafeRawBufferPointer, remarks: inout [ReadingRemark]
  ) throws(CodecProblem) -> LabelImage {
    let reader = try Reader(bytes)
    let header = try reader.header()
    guard header.channels == 1 else { throw .unsupported(.png, feature: "labels in color or with alpha") }
    if header.isPalette, header.palette.prefix(3).contains(where: { $0 != 0 }) { remarks.append(.brightOutside) }
    if header.hasTransparency { remarks.append(.transparencyLeftOut) }
    let width = header.size.width
    let labels = try [UInt32].filled(count: header.size.count) { labels throws(CodecProblem) in
      try reader.forEachRow { row, samples in
        let to = labels + row * width
        if header.bitDepth == 16 {
          let stored = samples.assumingMemoryBound(to: UInt16.self)
          for column in 0..<width { to[column] = UInt32(stored[column]) }
        } else {
          let stored = samples.assumingMemoryBound(to: UInt8.self)
          for column in 0..<width { to[column] = UInt32(stored[column]) }
        }
      }
    }
    return LabelImage(size: header.size, labels: labels)
  }

  /// The samples as stored, where they are 8 or 16 bits of gray or RGB: what this module writes.
  static func samples(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> ImageSamples {
    let reader = try Reader(bytes)
    let header = try reader.header()
    guard header.channels == 1 || header.channels == 3, header.bitDepth == 8 || header.bitDepth == 16, !header.isPalette else {
      throw .unsupported(.png, feature: "a palette, alpha or fewer than 8 bits here")
    }
    let rowCount = header.size.width * header.channels
    if header.bitDepth == 16 {
      let words = try [UInt16].filled(count: header.size.count * header.channels) { words throws(CodecProblem) in
        try reader.forEachRow { row, samples in
          (words + row * rowCount).update(from: samples.assumingMemoryBound(to: UInt16.self), count: rowCount)
        }
      }
      return ImageSamples(size: header.size, channels: header.channels, values: .words(words))
    }
    let stored = try [UInt8].filled(count: header.size.count * header.channels) { stored throws(CodecProblem) in
      try reader.forEachRow { row, samples in
        (stored + row * rowCount).update(from: samples.assumingMemoryBound(to: UInt8.self), count: rowCount)
      }
    }
    return ImageSamples(size: header.size, channels: header.channels, values: .bytes(stored))
  }

  /// The text chunks. The pixels are decoded on the way, since text may follow them and a damaged file is to be noticed.
  static func text(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> [ImageText] {
    let reader = try Reader(bytes)
    _ = try reader.header()
    try reader.forEachRow { _, _ in }
    return reader.texts()
  }

  static func encoded(_ samples: ImageSamples, options: EncodingOptions) throws(CodecProblem) -> [UInt8] {
    for text in options.text { try text.check() }
    return try samples.withSamples(for: .png) { bytes, bitDepth throws(CodecProblem) in
      var picture = cpng_picture(
        width: UInt32(samples.size.width), height: UInt32(samples.size.height), bit_depth: Int32(bitDepth),
        channels: Int32(samples.channels),
        level: Int32(min(9, max(0, options.compressionLevel))), pixels_per_meter: pixelsPerMeter(options))
      var out: UnsafeMutablePointer<UInt8>?
      var count = 0
      var message = [CChar](repeating: 0, count: 256)
      let rows = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      let failed = withCStrings(options.text.map(\.key)) { keys in
        withCStrings(options.text.map(\.value)) { values in
          cpng_write(&picture, rows, keys, values, Int32(options.text.count), &out, &count, &message) != 0
        }
      }
      if failed { throw .library(.png, reason: String(characters: message)) }
      defer { cpng_free(out) }
      return Array(UnsafeBufferPointer(start: out, count: count))
    }
  }

  private static func pixelsPerMeter(_ options: EncodingOptions) -> UInt32 {
    guard let dots = options.dotsPerInch, (1...100_000).contains(dots) else { return 0 }
    return UInt32((dots / 0.0254).rounded())
  }

  private static func withCStrings<Result>(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
    let ends = strings.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.utf8.count + 1) }
    return strings.flatMap { $0.utf8CString }.withUnsafeBufferPointer { characters in
      body(ends.dropLast().map { start in characters.baseAddress.map { $0 + start } })
    }
  }

  /// libpng's state, freed with it. The bytes outlive it within `decode`.
  private final class Reader {
    let handle: OpaquePointer
    private let byteCount: Int
    /// What the IHDR chunk says, before libpng judges it.
    private let claimed: Size?

    init(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) {
      byteCount = bytes.count
      claimed =
        bytes.count < 24 ? nil : Size(width: Int(bytes.bigEndian(UInt32.self, at: 16)), height: Int(bytes.bigEndian(UInt32.self, at: 20)))
      guard let handle = cpng_reader_make(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count) else {
        throw .library(.png, reason: "not enough memory")
      }
      self.handle = handle
    }

    deinit { cpng_reader_free(handle) }

    var problem: CodecProblem {
      let reason = String(cString: cpng_reader_message(handle))
      return cpng_reader_is_truncated(handle) != 0 ? .truncated(.png, reason: reason) : .damaged(.png, reason: reason)
    }

    func check(_ succeeded: Bool) throws(CodecProblem) {
      if !succeeded { throw problem }
    }

    func header() throws(CodecProblem) -> Header {
      if let claimed, !claimed.isValid { throw .invalidSize(.png, width: claimed.width, height: claimed.height) }
      var header = cpng_header()
      try check(cpng_read_header(handle, &header) == 0)
      let size = Size(width: Int(header.width), height: Int(header.height))
      let bits = Int(header.bit_depth) * Int(header.channels)
      let needed = size.height * ((size.width * bits + 7) / 8 + 1)
      // Deflate shrinks at most 1032 to 1, so that a small file with a huge image is known to be a lie before memory is taken.
      guard needed <= byteCount * 1032 else {
        throw .truncated(.png, reason: "\(byteCount) bytes cannot hold \(size) pixels")
      }
      // The numbers, and all stored rows at once where they are interlaced.
      try CodecProblem.admit(4 * size.count + size.count * max(8, bits) / 8, of: size)
      let palette = withUnsafeBytes(of: header.palette) { Array($0.prefix(3 * Int(header.palette_count))) }
      let isPartial = header.is_palette == 0 && header.significant_bits > 0 && header.significant_bits < header.bit_depth
      return Header(
        size: size, bitDepth: Int(header.bit_depth), channels: Int(header.channels), isPalette: header.is_palette != 0, palette: palette,
        hasTransparency: header.has_transparency != 0, significantBits: isPartial ? Int(header.significant_bits) : nil)
    }

    /// Hands out the stored rows in order, 1 or 2 bytes a sample, and checks that the file is complete.
    func forEachRow(_ body: (_ row: Int, _ samples: UnsafeRawPointer) -> Void) throws(CodecProblem) {
      try check(cpng_start_rows(handle) == 0)
      var row = 0
      while let samples = cpng_next_row(handle) {
        body(row, samples)
        row += 1
      }
      try check(row == claimed?.height && cpng_finish(handle) == 0)
    }

    func texts() -> [ImageText] {
      (0..<cpng_text_count(handle)).map { index in
        var isUTF8: Int32 = 0
        let value = cpng_text_value(handle, index, &isUTF8)
        let key = cpng_text_key(handle, index)
        return ImageText(key: Self.latin1(key), value: isUTF8 != 0 ? value.map { String(cString: $0) } ?? "" : Self.latin1(value))
      }
    }

    private static func latin1(_ text: UnsafePointer<CChar>?) -> String {
      guard let text else { return "" }
      var result = ""
      var at = text
      while at.pointee != 0 {
        result.unicodeScalars.append(Unicode.Scalar(UInt8(bitPattern: at.pointee)))
        at += 1
      }
      return result
    }
  }
}
