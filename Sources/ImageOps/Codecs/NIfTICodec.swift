import Basics

/// NIfTI-1 files (`.nii`, `.nii.gz`) of one slice; see ``VolumeSlice`` for the orientation.
enum NIfTICodec {
  private static let headerCount = 348
  private static let provenance = "segsh; pixel spacing: "

  /// Whether bytes start with a header, in either byte order; also of the form with pixels in a second file.
  static func hasHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= headerCount, bytes[344] == UInt8(ascii: "n"), bytes[346] == UInt8(ascii: "1"), bytes[347] == 0 else {
      return false
    }
    return bytes.littleEndian(Int32.self, at: 0) == 348 || bytes.bigEndian(Int32.self, at: 0) == 348
  }

  /// Runs `body` on the slice of a file and the bytes that hold its numbers, decompressed if they were compressed.
  static func slice<Result>(
    of bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, VolumeSlice) throws(CodecProblem) -> Result
  ) throws(CodecProblem) -> Result {
    guard bytes.count > 2, bytes[0] == 0x1F, bytes[1] == 0x8B else { return try body(bytes, header(bytes)) }
    let volume = try inflated(bytes, .nifti)
    return try volume.pixels { bytes throws(CodecProblem) in
      guard hasHeader(bytes) else { throw .damaged(.nifti, reason: "the compressed file has no NIfTI-1 header") }
      return try body(bytes, header(bytes))
    }
  }

  /// Decompresses a gzip file.
  static func inflated(_ bytes: UnsafeRawBufferPointer, _ format: ImageFormat) throws(CodecProblem) -> [UInt8] {
    // Deflate shrinks at most 1032 to 1.
    let limit = min(1 << 29, 1032 * bytes.count)
    try CodecProblem.admit(limit)
    do throws(Deflate.Problem) { return try Deflate.inflated(bytes, .gzip, limit: limit) } catch {
      switch error {
      case .damaged: throw .damaged(format, reason: "its data cannot be decompressed")
      case .tooLarge(let limit): throw .unsupported(format, feature: "more than \(limit) bytes of compressed data")
      case .noMemory: throw .library(format, reason: "not enough memory")
      }
    }
  }

  private static func header(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> VolumeSlice {
    let isBigEndian = bytes.littleEndian(Int32.self, at: 0) != 348
    func short(_ offset: Int) -> Int {
      Int(isBigEndian ? bytes.bigEndian(Int16.self, at: offset) : bytes.littleEndian(Int16.self, at: offset))
    }
    func float(_ offset: Int) -> Float {
      Float(bitPattern: isBigEndian ? bytes.bigEndian(UInt32.self, at: offset) : bytes.littleEndian(UInt32.self, at: offset))
    }
    guard bytes[345] == UInt8(ascii: "+") else { throw .unsupported(.nifti, feature: "pixels in a second file (.img)") }
    let count = short(40)
    guard (1...7).contains(count) else { throw .damaged(.nifti, reason: "it states \(count) dimensions") }
    let sizes = (1...count).map { short(40 + 2 * $0) }
    guard count >= 2, sizes.dropFirst(2).allSatisfy({ $0 == 1 }) else {
      throw .unsupported(.nifti, feature: "the dimensions \(sizes.map(String.init).joined(separator: " x ")); an image has one slice")
    }
    let size = Size(width: sizes[0], height: sizes[1])
    guard size.isValid else { throw .invalidSize(.nifti, width: size.width, height: size.height) }
    let kind: ArrayLayout.Kind
    let itemSize: Int
    switch short(70) {
    case 2: (kind, itemSize) = (.unsigned, 1)
    case 4: (kind, itemSize) = (.signed, 2)
    case 8: (kind, itemSize) = (.signed, 4)
    case 16: (kind, itemSize) = (.float, 4)
    case 64: (kind, itemSize) = (.float, 8)
    case 256: (kind, itemSize) = (.signed, 1)
    case 512: (kind, itemSize) = (.unsigned, 2)
    case 768: (kind, itemSize) = (.unsigned, 4)
    case 1024: (kind, itemSize) = (.signed, 8)
    case 1280: (kind, itemSize) = (.unsigned, 8)
    case let code: throw .unsupported(.nifti, feature: "data type \(code)")
    }
    guard let offset = Int(exactly: float(108)), offset >= headerCount else { throw .damaged(.nifti, reason: "its pixels start nowhere") }
    let layout = try ArrayLayout(
      .nifti, kind, itemSize: itemSize, isBigEndian: isBigEndian, shape: [size.height, size.width], offset: offset, byteCount: bytes.count)
    var slice = VolumeSlice(layout: layout)
    let slope = Double(float(112))
    if slope != 0, slope.isFinite, float(116).isFinite { (slice.slope, slice.intercept) = (slope, Double(float(116))) }
    let text = String(decoding: bytes[148..<228].prefix { $0 != 0 }, as: UTF8.self)
    let unit: Double? = [1: 1000, 2: 1, 3: 0.001][bytes[123] & 7]
    // The shortest decimal that the number of 32 bits stands for.
    func length(_ offset: Int) -> Double { Double("\(abs(float(offset)))") ?? 0 }
    if let unit {
      slice.spacing = VolumeSlice.spacing(
        row: length(84) * unit, column: length(80) * unit,
        provenance: text.hasPrefix(provenance) ? String(text.dropFirst(provenance.count)) : nil)
    }
    slice.axes = axes(isScanner: short(252) > 0, isAligned: short(254) > 0, float)
    return slice
  }

  /// Where columns and rows run, from the affine or else the quaternion.
  private static func axes(isScanner: Bool, isAligned: Bool, _ float: (Int) -> Float) -> (
    column: VolumeSlice.Direction, row: VolumeSlice.Direction
  )? {
    // The file's axes run to the right, to the front and to the head.
    func direction(_ right: Double, _ front: Double, _ head: Double) -> VolumeSlice.Direction {
      VolumeSlice.Direction(left: -right, back: -front, head: head)
    }
    if isAligned {
      func column(_ index: Int) -> VolumeSlice.Direction {
        direction(Double(float(280 + 4 * index)), Double(float(296 + 4 * index)), Double(float(312 + 4 * index)))
      }
      return (column(0), column(1))
    }
    guard isScanner else { return nil }
    let (b, c, d) = (Double(float(256)), Double(float(260)), Double(float(264)))
    let a = max(0, 1 - b * b - c * c - d * d).squareRoot()
    return (
      direction(a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)),
      direction(2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b))
    )
  }

  static func encoded(_ samples: ImageSamples, spacing: Spacing, isLabels: Bool) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 352)
    func put<Number: FixedWidthInteger>(_ value: Number, _ offset: Int) {
      withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
    func put(_ value: Double, _ offset: Int) { put(Float(value).bitPattern, offset) }
    let millimeters = spacing.millimeters ?? (row: 1, column: 1)
    put(Int32(348), 0)
    for (index, length) in [3, samples.size.width, samples.size.height, 1, 1, 1, 1, 1].enumerated() {
      put(Int16(truncatingIfNeeded: length), 40 + 2 * index)
    }
    let (code, bits): (Int16, Int16) =
      switch samples.values {
      case .bytes: (2, 8)
      case .words: (512, 16)
      case .integers: (768, 32)
      case .floats: (16, 32)
      }
    // 1002: the values are labels.
    if isLabels { put(Int16(1002), 68) }
    put(code, 70)
    put(bits, 72)
    for (index, length) in [1, millimeters.column, millimeters.row, 1].enumerated() { put(length, 76 + 4 * index) }
    put(352.0, 108)
    put(1.0, 112)
    if spacing != .unknown { bytes[123] = 2 }
    let text = Array((provenance + VolumeSlice.provenance(of: spacing)).utf8)
    bytes.replaceSubrange(148..<148 + text.count, with: text)
    // 2: coordinates aligned with another image, the X-ray.
    put(Int16(2), 252)
    put(Int16(2), 254)
    put(1.0, 264)
    put(-millimeters.column, 280)
    put(-millimeters.row, 300)
    put(1.0, 320)
    bytes.replaceSubrange(344..<348, with: Array("n+1\0".utf8))
    return bytes + samples.littleEndianBytes
  }
}
