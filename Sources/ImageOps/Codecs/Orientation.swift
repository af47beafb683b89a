/// How the stored rows and columns lie (the Orientation tag of TIFF 6.0 and EXIF).
enum Orientation: Int {
  /// Where the first stored row and the first stored column are shown.
  case topLeft = 1
  case topRight, bottomRight, bottomLeft, leftTop, rightTop, rightBottom, leftBottom

  /// Whether rows become columns.
  var transposes: Bool { rawValue >= 5 }

  private var flipsRows: Bool { self == .bottomRight || self == .bottomLeft || self == .rightBottom || self == .leftBottom }
  private var flipsColumns: Bool { self == .topRight || self == .bottomRight || self == .rightTop || self == .rightBottom }

  /// The image as it is to be seen. O(pixels).
  func upright(_ image: GrayImage) -> GrayImage {
    guard self != .topLeft else { return image }
    let stored = image.size
    let size = transposes ? Size(width: stored.height, height: stored.width) : stored
    // Where the first shown pixel is stored, and how far it is from there to the next row and the next column.
    let origin = (flipsRows ? size.height - 1 : 0, flipsColumns ? size.width - 1 : 0)
    let (down, right) = transposes ? (1, stored.width) : (stored.width, 1)
    let start = origin.0 * down + origin.1 * right
    let (rowStep, columnStep) = (flipsRows ? -down : down, flipsColumns ? -right : right)
    let pixels = [Float](unsafeUninitializedCapacity: size.count) { pixels, count in
      image.pixels.withUnsafeBufferPointer { source in
        for row in 0..<size.height {
          for column in 0..<size.width { pixels[row * size.width + column] = source[start + row * rowStep + column * columnStep] }
        }
      }
      count = size.count
    }
    var upright = GrayImage(
      size: size, pixels: pixels, range: image.range, bitDepth: image.bitDepth,
      spacing: transposes ? image.spacing.transposed : image.spacing, polarity: image.polarity, source: image.source)
    (upright.voi, upright.remarks) = (image.voi, image.remarks)
    return upright
  }

  /// The orientation that an EXIF block (a TIFF header and its first directory) gives; top left when it gives none that is legal.
  init(exif: UnsafeRawBufferPointer) {
    self = Self.tag(in: exif).flatMap(Orientation.init) ?? .topLeft
  }

  private static func tag(in exif: UnsafeRawBufferPointer) -> Int? {
    guard exif.count >= 8, exif[0] == exif[1], exif[0] == UInt8(ascii: "I") || exif[0] == UInt8(ascii: "M") else { return nil }
    let isBig = exif[0] == UInt8(ascii: "M")
    func word(_ offset: Int) -> Int { Int(isBig ? exif.bigEndian(UInt16.self, at: offset) : exif.littleEndian(UInt16.self, at: offset)) }
    let directory = Int(isBig ? exif.bigEndian(UInt32.self, at: 4) : exif.littleEndian(UInt32.self, at: 4))
    guard directory <= exif.count - 2 else { return nil }
    for entry in 0..<word(directory) {
      let offset = directory + 2 + 12 * entry
      guard offset + 12 <= exif.count else { return nil }
      let isShort = word(offset + 2) == 3
      if word(offset) == 0x0112 { return isShort ? word(offset + 8) : nil }
    }
    return nil
  }
}
