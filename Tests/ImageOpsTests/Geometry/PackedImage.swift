import Basics
import Foundation

@testable import ImageOps

/// An image as the fixture scripts write it: base64 of little-endian floats.
struct PackedImage: Decodable {
  let width: Int
  let height: Int
  let data: String

  var image: GrayImage {
    let bytes = Data(base64Encoded: data) ?? Data()
    let pixels = stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
    }
    return GrayImage(size: Size(width: width, height: height), pixels: pixels)
  }
}

enum ImageFixture {
  static func load<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name).json")
    return try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }
}

/// The largest difference between two images, relative to `scale`; infinite when their sizes differ.
func largestDifference(_ a: GrayImage, _ b: GrayImage, scale: Float = 1) -> Float {
  guard a.size == b.size else { return .infinity }
  return zip(a.pixels, b.pixels).map { abs($0 - $1) }.max().map { $0 / scale } ?? 0
}

/// A seeded image of whole numbers in 0...255.
func seededPicture(_ seed: UInt64, _ size: Size) -> GrayImage {
  var generator = SeededGenerator(seed: seed)
  return GrayImage(
    size: size, pixels: (0..<size.count).map { _ in Float(generator.next() >> 56) }, spacing: .calibrated(row: 0.2, column: 0.3))
}

func seededMask(_ seed: UInt64, _ size: Size) -> Mask {
  let picture = seededPicture(seed, size)
  return Mask(size: size, spacing: picture.spacing) { picture.pixels[$0] > 127 }
}

/// Runs the body with 1, 2 and 4 threads and returns what each gave.
func withThreadCounts<Result>(_ body: () throws -> Result) rethrows -> [Result] {
  threadCountLock.lock()
  defer { threadCountLock.unlock() }
  let before = Parallel.threadCount
  defer { Parallel.threadCount = before }
  return try [1, 2, 4].map { count in
    Parallel.threadCount = count
    return try body()
  }
}

/// The number of threads is one for the whole program, so that tests of it take turns.
private let threadCountLock = NSLock()
