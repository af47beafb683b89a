import Basics

/// An sRGB color with 8 bits per channel.
public struct RGB: Hashable, Sendable {
  /// Red, 0...255.
  public var red: UInt8
  /// Green, 0...255.
  public var green: UInt8
  /// Blue, 0...255.
  public var blue: UInt8

  /// Creates a color from its channels.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Creates a gray of the given level.
  public init(gray: UInt8) { self.init(red: gray, green: gray, blue: gray) }
}

/// A color image for display (overlays, curves): 8 bits per channel, sRGB, row-major from the top.
///
/// Pixel (row, column) is the three bytes red, green, blue from `pixels[3 * (row * size.width + column)]`.
public struct ColorImage: Sendable, Equatable {
  /// Width and height in pixels.
  public let size: Size
  /// Row-major, interleaved red, green, blue; `3 * size.count` bytes.
  public var pixels: [UInt8] {
    didSet { precondition(pixels.count == 3 * size.count, "a picture keeps its size") }
  }

  /// Creates an image from its pixels.
  /// - Precondition: `size.isValid` and `pixels.count == 3 * size.count`.
  public init(size: Size, pixels: [UInt8]) {
    precondition(size.isValid && pixels.count == 3 * size.count, "pixels fill the size")
    self.size = size
    self.pixels = pixels
  }

  /// Creates an image of one color.
  /// - Precondition: `size.isValid`.
  public init(size: Size, filledWith color: RGB = RGB(gray: 0)) {
    precondition(size.isValid, "a picture has pixels")
    self.size = size
    pixels = [UInt8](unsafeUninitializedCapacity: 3 * size.count) { bytes, count in
      for index in 0..<size.count {
        bytes[3 * index] = color.red
        bytes[3 * index + 1] = color.green
        bytes[3 * index + 2] = color.blue
      }
      count = 3 * size.count
    }
  }

  /// Creates an RGB image from a gray image: `range` (by default the image's nominal range) is scaled to 0...255 and rounded to nearest.
  /// Intensities outside are clipped, NaN becomes black, and with an empty range everything above it is white.
  /// - Throws: `CancellationError`.
  public init(_ image: GrayImage, showing range: ClosedRange<Float>? = nil) throws {
    let (scale, width) = (LevelScale(range ?? image.range), image.size.width)
    let bytes: [UInt8] = try image.pixels.withUnsafeBufferPointer { pixels in
      nonisolated(unsafe) let pixels = pixels
      return try Parallel.filled(rows: image.size.height, of: 3 * width) { rows, output in
        for (index, place) in (rows.lowerBound * width..<rows.upperBound * width).enumerated() {
          let level = scale.level(pixels[place])
          output[3 * index] = level
          output[3 * index + 1] = level
          output[3 * index + 2] = level
        }
      }
    }
    self.init(size: image.size, pixels: bytes)
  }

  /// The color of the pixel in a row and column, from 0.
  public subscript(row: Int, column: Int) -> RGB {
    get {
      let index = 3 * (row * size.width + column)
      return RGB(red: pixels[index], green: pixels[index + 1], blue: pixels[index + 2])
    }
    set {
      let index = 3 * (row * size.width + column)
      pixels[index] = newValue.red
      pixels[index + 1] = newValue.green
      pixels[index + 2] = newValue.blue
    }
  }
}

extension GrayImage {
  /// Returns the image as 8-bit levels, row-major: `range` is scaled to 0...255 and rounded to nearest; outside it is clipped, and NaN becomes 0.
  public func levels8(of range: ClosedRange<Float>) -> [UInt8] {
    let scale = LevelScale(range)
    return [UInt8](unsafeUninitializedCapacity: pixels.count) { bytes, count in
      pixels.withUnsafeBufferPointer { pixels in
        for index in 0..<pixels.count { bytes[index] = scale.level(pixels[index]) }
      }
      count = pixels.count
    }
  }
}

/// Intensities of a range as levels 0...255.
private struct LevelScale: Sendable {
  private let low: Float
  private let factor: Float

  init(_ range: ClosedRange<Float>) {
    let span = range.upperBound - range.lowerBound
    low = range.lowerBound
    factor = span > 0 ? 255 / span : .greatestFiniteMagnitude
  }

  func level(_ pixel: Float) -> UInt8 {
    let level = (pixel - low) * factor
    // In this order of comparison NaN becomes 0.
    return UInt8((level > 0 ? (level < 255 ? level : 255) : 0) + 0.5)
  }
}
