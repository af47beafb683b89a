/// How the samples of a TIFF file lie, and how they become gray.
struct TIFFLayout {
  enum Kind { case unsigned, signed, float }

  let size: Size
  /// Bits a sample.
  let bits: Int
  /// Samples a pixel, of which the first or the first three count.
  let channels: Int
  /// 1 when samples are interleaved, otherwise one plane a sample.
  let planes: Int
  let kind: Kind
  /// Rows that are read at once, and bytes that one row of one plane takes.
  let bandRows: Int
  let rowBytes: Int
  let orientation: Orientation
  /// Nominal range; nil where it is that of the pixels.
  let range: ClosedRange<Float>?
  /// Whether numbers count from white.
  let isInverted: Bool
  /// What is known before the pixels are read.
  var remarks: [ReadingRemark] = []
  private let isColor: Bool
  /// What stored numbers of up to 8 bits become; empty when they stay.
  private let levels: [Float]
  /// Palette entries that are not gray.
  private let coloredEntries: [Bool]
  private let alphaChannel: Int?

  /// Of the image: 8 for palettes, 32 for anything of more than 16 bits.
  var bitDepth: Int { bits > 16 || kind == .float ? 32 : bits }
  private var isWide: Bool { bits > 16 || kind == .float }

  init(
    size: Size, bits: Int, channels: Int, planes: Int, sampleFormat: Int, photometric: Int, bandRows: Int, rowBytes: Int,
    orientation: Orientation, palette: [RGB]?, extraSamples: Int, hasAlpha: Bool, expandingLowDepths: Bool
  ) throws(CodecProblem) {
    switch (sampleFormat, bits) {
    case (1, 1...16), (1, 24), (1, 32), (1, 64): kind = .unsigned
    case (2, 2...16), (2, 24), (2, 32), (2, 64): kind = .signed
    case (3, 16), (3, 32), (3, 64): kind = .float
    default: throw .unsupported(.tiff, feature: "\(bits)-bit samples of format \(sampleFormat)")
    }
    switch photometric {
    case 0, 1: isColor = false
    case 2 where channels >= 3 && kind == .unsigned && bits <= 16: isColor = true
    case 3 where palette != nil && channels == 1 && kind == .unsigned: isColor = false
    default: throw .unsupported(.tiff, feature: "photometric interpretation \(photometric) in \(channels) samples of \(bits) bits")
    }
    guard !isColor || expandingLowDepths else { throw .unsupported(.tiff, feature: "labels in color") }
    guard (1...16).contains(channels) else { throw .unsupported(.tiff, feature: "\(channels) samples per pixel") }
    guard planes == 1 || planes == channels else { throw .damaged(.tiff, reason: "\(planes) planes of \(channels) samples") }
    let top = bits <= 16 ? 1 << bits - 1 : 1
    let isExpanded = expandingLowDepths && bits < 8 && kind == .unsigned
    switch kind {
    case .unsigned where bits <= 16: range = isExpanded ? 0...255 : 0...Float(top)
    case .signed where bits <= 16: range = -Float(1 << (bits - 1))...Float(1 << (bits - 1) - 1)
    default: range = nil
    }
    if photometric == 3, expandingLowDepths, let palette {
      levels = palette.map { Luma.of(red: $0.red, green: $0.green, blue: $0.blue) }
      coloredEntries = palette.map { $0.red != $0.green || $0.green != $0.blue }
    } else {
      levels = isExpanded ? (0...top).map { Float((Double($0 * 255) / Double(top)).rounded()) } : []
      coloredEntries = []
    }
    if photometric == 3, !expandingLowDepths, let black = palette?.first, black.red != 0 || black.green != 0 || black.blue != 0 {
      remarks.append(.brightOutside)
    }
    isInverted = photometric == 0
    if isInverted { remarks.append(.whiteIsZero) }
    let colors = isColor ? 3 : 1
    let isAlphaKnown = hasAlpha && channels > colors && bits <= 16 && kind == .unsigned
    alphaChannel = isAlphaKnown ? colors : nil
    let others = channels - colors - (isAlphaKnown ? 1 : 0)
    if others > 0 { remarks.append(.extraSamples(others)) }
    (self.size, self.bits, self.channels, self.planes) = (size, bits, channels, planes)
    (self.bandRows, self.rowBytes, self.orientation) = (bandRows, rowBytes, orientation)
  }

  /// The samples of one row, one channel each, and what all rows so far had.
  struct Lanes {
    fileprivate var red: [UInt16]
    fileprivate var green: [UInt16]
    fileprivate var blue: [UInt16]
    fileprivate var isColored = false
    fileprivate var isTransparent = false
    fileprivate var rounded = 0

    init(width: Int) {
      red = [UInt16](repeating: 0, count: width)
      green = red
      blue = red
    }

    func remarks(_ layout: TIFFLayout) -> [ReadingRemark] {
      (isColored ? [.colorToGray] : []) + (isTransparent ? [.transparencyLeftOut] : []) + (rounded > 0 ? [.rounded(count: rounded)] : [])
    }
  }

  /// One row to gray, not yet inverted; `planes` holds the row of each plane.
  func convert(_ planes: [UnsafePointer<UInt8>], by lanes: inout Lanes, to gray: UnsafeMutablePointer<Float>) {
    let width = size.width
    if isWide {
      let row = UnsafeRawPointer(planes[0])
      for column in 0..<width { gray[column] = wideNumber(row + bits / 8 * column * stride, &lanes.rounded) }
      return
    }
    if let alphaChannel {
      unpack(alphaChannel, planes, to: &lanes.red)
      let opaque = UInt16(1 << bits - 1)
      lanes.isTransparent = lanes.isTransparent || lanes.red.contains { $0 != opaque }
    }
    unpack(0, planes, to: &lanes.red)
    if isColor {
      unpack(1, planes, to: &lanes.green)
      unpack(2, planes, to: &lanes.blue)
      for column in 0..<width {
        let (red, green, blue) = (lanes.red[column], lanes.green[column], lanes.blue[column])
        lanes.isColored = lanes.isColored || red != green || green != blue
        if levels.isEmpty {
          gray[column] = Luma.of(red: red, green: green, blue: blue)
        } else {
          gray[column] = Luma.of(
            red: UInt16(levels[Int(red)]), green: UInt16(levels[Int(green)]), blue: UInt16(levels[Int(blue)]))
        }
      }
    } else if kind == .signed {
      let shift = 16 - bits
      for column in 0..<width { gray[column] = Float(Int16(bitPattern: lanes.red[column] << UInt16(shift)) >> Int16(shift)) }
    } else if levels.isEmpty {
      for column in 0..<width { gray[column] = Float(lanes.red[column]) }
    } else {
      for column in 0..<width {
        let number = Int(lanes.red[column])
        gray[column] = levels[number]
        if !coloredEntries.isEmpty, coloredEntries[number] { lanes.isColored = true }
      }
    }
  }

  /// A number of 24 bits or more, or a floating-point one, native-endian.
  private func wideNumber(_ bytes: UnsafeRawPointer, _ rounded: inout Int) -> Float {
    func exact(_ value: some BinaryInteger) -> Float {
      let result = Float(value)
      if value.magnitude > 1 << 24, Int128(result) != Int128(value) { rounded += 1 }
      return result
    }
    switch (kind, bits) {
    case (.float, 16): return Float(halfBits: bytes.loadUnaligned(as: UInt16.self))
    case (.float, 32): return bytes.loadUnaligned(as: Float.self)
    case (.float, _):
      let value = bytes.loadUnaligned(as: Double.self)
      if Double(Float(value)) != value, value.isFinite { rounded += 1 }
      return Float(value)
    case (.unsigned, 24):
      return exact(
        UInt32(bytes.load(as: UInt8.self)) | UInt32(bytes.load(fromByteOffset: 1, as: UInt8.self)) << 8
          | UInt32(bytes.load(fromByteOffset: 2, as: UInt8.self)) << 16)
    case (.signed, 24):
      let low = UInt32(bytes.load(as: UInt8.self)) | UInt32(bytes.load(fromByteOffset: 1, as: UInt8.self)) << 8
      return exact(Int32(bitPattern: low << 8 | UInt32(bytes.load(fromByteOffset: 2, as: UInt8.self)) << 24) >> 8)
    case (.unsigned, 32): return exact(bytes.loadUnaligned(as: UInt32.self))
    case (.signed, 32): return exact(bytes.loadUnaligned(as: Int32.self))
    case (.unsigned, _): return exact(bytes.loadUnaligned(as: UInt64.self))
    default: return exact(bytes.loadUnaligned(as: Int64.self))
    }
  }

  /// Samples from one pixel to the next within a plane.
  private var stride: Int { planes == 1 ? channels : 1 }

  private func unpack(_ channel: Int, _ planes: [UnsafePointer<UInt8>], to lane: inout [UInt16]) {
    let row = planes[self.planes == 1 ? 0 : channel]
    let first = self.planes == 1 ? channel : 0
    let width = size.width
    let stride = stride
    lane.withUnsafeMutableBufferPointer { lane in
      switch bits {
      case 8: for column in 0..<width { lane[column] = UInt16(row[first + column * stride]) }
      case 16:
        let words = UnsafeRawPointer(row)
        for column in 0..<width { lane[column] = words.loadUnaligned(fromByteOffset: 2 * (first + column * stride), as: UInt16.self) }
      default:
        // Samples of odd sizes follow each other bit by bit, the highest first, and may span three bytes.
        for column in 0..<width {
          let bit = (first + column * stride) * bits
          let last = (bit + bits - 1) / 8
          var window: UInt32 = 0
          for byte in bit / 8...last { window = window << 8 | UInt32(row[byte]) }
          let spare = (last + 1) * 8 - (bit + bits)
          lane[column] = UInt16(truncatingIfNeeded: window >> UInt32(spare) & (1 << UInt32(bits) - 1))
        }
      }
    }
  }
}
