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
  let range: ClosedRange<Float>
  private let isColor: Bool
  private let isInverted: Bool
  /// What stored numbers of up to 8 bits become; empty when they stay.
  private let levels: [Float]

  init(
    size: Size, bits: Int, channels: Int, planes: Int, sampleFormat: Int, photometric: Int, bandRows: Int, rowBytes: Int,
    orientation: Orientation, palette: [RGB]?, expandingLowDepths: Bool
  ) throws(CodecProblem) {
    switch (sampleFormat, bits) {
    case (1, 1...16): kind = .unsigned
    case (2, 8), (2, 16): kind = .signed
    case (3, 32): kind = .float
    default: throw .unsupported(.tiff, feature: "\(bits)-bit samples of format \(sampleFormat)")
    }
    switch photometric {
    case 0, 1: isColor = false
    case 2 where channels >= 3 && kind == .unsigned && (bits == 8 || bits == 16): isColor = true
    case 3 where palette != nil && channels == 1 && kind == .unsigned: isColor = false
    default: throw .unsupported(.tiff, feature: "photometric interpretation \(photometric) in \(channels) samples of \(bits) bits")
    }
    guard !isColor || expandingLowDepths else { throw .unsupported(.tiff, feature: "labels in colour") }
    guard (1...16).contains(channels) else { throw .unsupported(.tiff, feature: "\(channels) samples a pixel") }
    guard planes == 1 || planes == channels else { throw .damaged(.tiff, reason: "\(planes) planes of \(channels) samples") }
    let top = bits <= 16 ? 1 << bits - 1 : 1
    switch kind {
    case .unsigned: range = expandingLowDepths && bits < 8 ? 0...255 : 0...Float(top)
    case .signed: range = bits == 8 ? -128...127 : -32768...32767
    case .float: range = 0...1
    }
    if photometric == 3, expandingLowDepths, let palette {
      levels = palette.map { Luma.of(red: $0.red, green: $0.green, blue: $0.blue) }
    } else if bits < 8 && expandingLowDepths {
      levels = (0...top).map { Float($0 * 255 / top) }
    } else {
      levels = []
    }
    isInverted = photometric == 0 && kind == .unsigned
    (self.size, self.bits, self.channels, self.planes) = (size, bits, channels, planes)
    (self.bandRows, self.rowBytes, self.orientation) = (bandRows, rowBytes, orientation)
  }

  /// The samples of one row, one channel each.
  struct Lanes {
    var red: [UInt16]
    var green: [UInt16]
    var blue: [UInt16]

    init(width: Int) {
      red = [UInt16](repeating: 0, count: width)
      green = red
      blue = red
    }
  }

  /// One row to gray; `planes` holds the row of each plane.
  func convert(_ planes: [UnsafePointer<UInt8>], by lanes: inout Lanes, to gray: UnsafeMutablePointer<Float>) {
    let width = size.width
    if kind == .float {
      let row = UnsafeRawPointer(planes[0])
      for column in 0..<width { gray[column] = row.loadUnaligned(fromByteOffset: 4 * column * stride, as: Float.self) }
      return
    }
    unpack(0, planes, to: &lanes.red)
    if isColor {
      unpack(1, planes, to: &lanes.green)
      unpack(2, planes, to: &lanes.blue)
      for column in 0..<width { gray[column] = Luma.of(red: lanes.red[column], green: lanes.green[column], blue: lanes.blue[column]) }
    } else if kind == .signed {
      for column in 0..<width {
        gray[column] = bits == 8 ? Float(Int8(truncatingIfNeeded: lanes.red[column])) : Float(Int16(bitPattern: lanes.red[column]))
      }
    } else if levels.isEmpty {
      for column in 0..<width { gray[column] = Float(lanes.red[column]) }
    } else {
      for column in 0..<width { gray[column] = levels[Int(lanes.red[column])] }
    }
    if isInverted {
      for column in 0..<width { gray[column] = range.upperBound - gray[column] }
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
