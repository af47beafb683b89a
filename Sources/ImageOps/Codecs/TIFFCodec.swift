internal import CTIFF

/// TIFF 6.0 through libtiff: the first image of a file, gray (1-16, 24, 32 and 64 bits, or floating point of 16, 32 and 64 bits), palette or RGB (1-16
/// bits), in strips or tiles.
enum TIFFCodec {
  /// - Parameter expandingLowDepths: 1-7 bits are spread over 0...255 (as for PNG) and palettes become gray; otherwise the stored numbers come out.
  static func grayImage(from bytes: UnsafeRawBufferPointer, expandingLowDepths: Bool = true) throws(CodecProblem) -> GrayImage {
    let reader = try Reader(bytes)
    let layout = try reader.layout(expandingLowDepths: expandingLowDepths)
    let size = layout.size
    var lanes = TIFFLayout.Lanes(width: size.width)
    var pixels = try [Float].filled(count: size.count) { pixels throws(CodecProblem) in
      try reader.forEachRow(layout) { row, planes in layout.convert(planes, by: &lanes, to: pixels + row * size.width) }
    }
    let range = layout.range ?? pixels.finiteExtremes
    if layout.isInverted {
      let sum = range.lowerBound + range.upperBound
      for index in pixels.indices { pixels[index] = sum - pixels[index] }
    }
    var image = GrayImage(size: size, pixels: pixels, range: range, bitDepth: layout.bitDepth)
    image.remarks = layout.remarks + lanes.remarks(layout)
    return layout.orientation.upright(image)
  }

  static func encoded(_ samples: ImageSamples) throws(CodecProblem) -> [UInt8] {
    try samples.withSamples(for: .tiff) { bytes, bitDepth throws(CodecProblem) in
      var out: UnsafeMutablePointer<UInt8>?
      var count = 0
      var message = [CChar](repeating: 0, count: 256)
      let failed = ctiff_write(
        UInt32(samples.size.width), UInt32(samples.size.height), Int32(samples.channels), Int32(bitDepth),
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), &out, &count, &message)
      if failed != 0 { throw .library(.tiff, reason: String(characters: message)) }
      defer { ctiff_free(out) }
      return Array(UnsafeBufferPointer(start: out, count: count))
    }
  }

  /// libtiff's state, freed with it. The bytes outlive it within `grayImage`.
  private final class Reader {
    private let handle: OpaquePointer
    private let byteCount: Int

    init(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) {
      guard let handle = ctiff_reader_make(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count) else {
        throw .library(.tiff, reason: "not enough memory")
      }
      self.handle = handle
      byteCount = bytes.count
    }

    deinit { ctiff_reader_free(handle) }

    private func check(_ result: Int32) throws(CodecProblem) {
      if result != 0 { throw .damaged(.tiff, reason: String(cString: ctiff_reader_message(handle))) }
    }

    func layout(expandingLowDepths: Bool) throws(CodecProblem) -> TIFFLayout {
      var header = ctiff_header()
      let result = ctiff_read_header(handle, &header)
      let size = Size(width: Int(header.width), height: Int(header.height))
      if result == 0 || size.count > 0 {
        guard size.isValid else { throw .invalidSize(.tiff, width: size.width, height: size.height) }
      }
      try check(result)
      let layout = try TIFFLayout(header, size, expandingLowDepths: expandingLowDepths)
      guard layout.rowBytes <= 1 << 24, layout.rowBytes >= (size.width * layout.channels / layout.planes * layout.bits + 7) / 8 else {
        throw .damaged(.tiff, reason: "rows of \(layout.rowBytes) bytes")
      }
      let needed = layout.rowBytes * layout.planes * size.height
      guard needed <= 1 << 31, needed / Self.largestRatio(of: Int(header.compression)) <= byteCount else {
        throw .truncated(.tiff, reason: "\(byteCount) bytes cannot hold \(size) pixels")
      }
      // The numbers, twice where they are turned upright, and a band as it is stored.
      let band = min(layout.bandRows, size.height) * layout.rowBytes * layout.planes
      try CodecProblem.admit((layout.orientation == .topLeft ? 4 : 8) * size.count + band, of: size)
      return layout
    }

    /// How much a compression can shrink at most.
    private static func largestRatio(of compression: Int) -> Int {
      switch compression {
      case 1: 1
      case 5: 4096
      case 8, 32946: 1032
      case 32773: 64
      default: 65_536
      }
    }

    /// Hands out every row with the samples of each of its planes.
    func forEachRow(_ layout: TIFFLayout, _ body: (_ row: Int, _ planes: [UnsafePointer<UInt8>]) -> Void) throws(CodecProblem) {
      let bandRows = min(layout.bandRows, layout.size.height)
      let planeBytes = bandRows * layout.rowBytes
      let band = UnsafeMutablePointer<UInt8>.allocate(capacity: planeBytes * layout.planes)
      defer { band.deallocate() }
      for first in stride(from: 0, to: layout.size.height, by: bandRows) {
        let count = min(bandRows, layout.size.height - first)
        for plane in 0..<layout.planes {
          try check(ctiff_read_band(handle, UInt32(first / bandRows), UInt32(plane), UInt32(count), band + plane * planeBytes))
        }
        for row in 0..<count {
          body(first + row, (0..<layout.planes).map { UnsafePointer(band + $0 * planeBytes + row * layout.rowBytes) })
        }
      }
    }
  }
}

extension TIFFLayout {
  fileprivate init(_ header: ctiff_header, _ size: Size, expandingLowDepths: Bool) throws(CodecProblem) {
    var palette: [RGB]?
    if let red = header.palette.0, let green = header.palette.1, let blue = header.palette.2, (1...8).contains(header.bits) {
      palette = (0..<1 << Int(header.bits)).map {
        RGB(red: UInt8(red[$0] >> 8), green: UInt8(green[$0] >> 8), blue: UInt8(blue[$0] >> 8))
      }
    }
    try self.init(
      size: size, bits: Int(header.bits), channels: Int(header.samples), planes: Int(header.planes),
      sampleFormat: Int(header.sample_format),
      photometric: Int(header.photometric), bandRows: Int(header.band_rows), rowBytes: header.row_bytes,
      orientation: Orientation(rawValue: Int(header.orientation)) ?? .topLeft, palette: palette, extraSamples: Int(header.extra_samples),
      hasAlpha: header.has_alpha != 0, expandingLowDepths: expandingLowDepths)
    if header.pages > 1 { remarks.insert(.firstOf(Int(header.pages), "page"), at: 0) }
    if header.is_preview != 0 {
      remarks.append(.contradiction("the first page is a reduced version of another page (NewSubfileType); the first page is read"))
    }
  }
}
