import Basics
import Testing

@testable import ImageOps

/// What becomes of every kind of value in every format: it is read back as it was, or the mapping says what changed.
@Suite("Saved values") struct SampleMappingTests {
  private static let size = Size(width: 3, height: 2)

  private static func image(_ pixels: [Float], _ range: ClosedRange<Float>, bits: Int) -> GrayImage {
    GrayImage(size: size, pixels: pixels, range: range, bitDepth: bits)
  }

  enum Outcome: Equatable {
    case exact(Int)
    case rounded(Int)
    case spread(Int)
    case refused
  }

  struct Row: CustomTestStringConvertible {
    let name: String
    let image: GrayImage
    let png: Outcome
    let tiff: Outcome
    let jpeg: Outcome
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(name: "8 bits", image: image([0, 1, 5, 100, 200, 255], 0...255, bits: 8), png: .exact(8), tiff: .exact(8), jpeg: .exact(8)),
    Row(name: "doubled", image: image([0, 2, 10, 200, 400, 510], 0...510, bits: 8), png: .exact(16), tiff: .exact(16), jpeg: .spread(8)),
    Row(
      name: "8 bits, a pixel above the range", image: image([0, 1, 5, 100, 200, 256], 0...255, bits: 8), png: .exact(16), tiff: .exact(16),
      jpeg: .spread(8)),
    Row(
      name: "12 bits", image: image([0, 1, 5, 100, 2000, 4095], 0...4095, bits: 12), png: .exact(16), tiff: .exact(16), jpeg: .spread(8)),
    Row(
      name: "12 bits, dark", image: image([0, 1, 5, 100, 200, 255], 0...4095, bits: 12), png: .exact(16), tiff: .exact(16), jpeg: .exact(8)),
    Row(
      name: "16 bits", image: image([0, 1, 5, 100, 2000, 65535], 0...65535, bits: 16), png: .exact(16), tiff: .exact(16), jpeg: .spread(8)),
    Row(
      name: "beyond 16 bits", image: image([0, 1, 5, 100, 2000, 65536], 0...65536, bits: 32), png: .refused, tiff: .exact(32),
      jpeg: .spread(8)),
    Row(name: "negative", image: image([-1, 1, 5, 100, 200, 255], -255...255, bits: 8), png: .refused, tiff: .exact(32), jpeg: .spread(8)),
    Row(
      name: "smoothed", image: image([0.25, 1.5, 5, 100.75, 200, 255], 0...255, bits: 8), png: .rounded(8), tiff: .rounded(8),
      jpeg: .rounded(8)),
    Row(
      name: "fractions", image: image([0, 0.001, 0.01, 0.1, 0.2, 0.215], 0...0.255, bits: 8), png: .refused, tiff: .exact(32),
      jpeg: .spread(8)),
    Row(name: "0 and 1", image: image([0, 1, 0, 1, 1, 0], 0...1, bits: 1), png: .exact(8), tiff: .exact(8), jpeg: .spread(8)),
    Row(name: "NaN", image: image([0, .nan, 5, 100, 200, 255], 0...255, bits: 32), png: .refused, tiff: .exact(32), jpeg: .spread(8)),
    Row(
      name: "infinity", image: image([0, .infinity, 5, 100, 200, 255], 0...255, bits: 32), png: .refused, tiff: .exact(32), jpeg: .spread(8)
    ),
  ]

  private static func outcome(_ image: GrayImage, _ format: ImageFormat, _ options: EncodingOptions) throws -> Outcome {
    do {
      switch try image.mapping(for: format, options: options) {
      case .exact(let bits): return .exact(bits)
      case .rounded(let bits): return .rounded(bits)
      case .spread(_, let bits, _, _): return .spread(bits)
      }
    } catch {
      guard case .cannotHold = error else { throw error }
      return .refused
    }
  }

  @Test(arguments: SampleMappingTests.rows) func `are read back as they were, or the mapping says what changed`(row: Row) throws {
    let options = EncodingOptions(keepsValues: true, jpegQuality: 100)
    for (format, expected) in [(ImageFormat.png, row.png), (.tiff, row.tiff), (.jpeg, row.jpeg), (.npy, .exact(32))] {
      #expect(try Self.outcome(row.image, format, options) == expected, "\(format)")
      if expected == .refused {
        #expect(throws: CodecError.self, "\(format)") { try row.image.encoded(as: format, options: options) }
        continue
      }
      let read = try GrayImage.decode(try row.image.encoded(as: format, options: options), name: "x")
      for (saved, read) in zip(row.image.pixels, read.pixels) {
        switch expected {
        case .exact where format == .jpeg: #expect(abs(saved - read) <= 6, "\(format): \(saved) became \(read)")
        case .exact: #expect(saved == read || saved.isNaN && read.isNaN, "\(format): \(saved) became \(read)")
        case .rounded: #expect(abs(saved - read) <= (format == .jpeg ? 7 : 0.5), "\(format): \(saved) became \(read)")
        default: break
        }
      }
    }
  }

  @Test func `are spread where a depth asks for it, and what is clipped is counted`() throws {
    let image = Self.image([-1, 1, .nan, 100, 200, 300], 0...255, bits: 8)
    #expect(
      try image.mapping(for: .png, options: EncodingOptions(depth: .eight, keepsValues: true))
        == .spread(0...255, bits: 8, clipped: 2, notNumbers: 1))
    let deep = Self.image([0, 1, 5, 100, 2000, 4095], 0...4095, bits: 12)
    #expect(
      try deep.mapping(for: .tiff, options: EncodingOptions(depth: .eight, keepsValues: true))
        == .spread(0...4095, bits: 8, clipped: 0, notNumbers: 0))
    #expect(try deep.mapping(for: .tiff, options: EncodingOptions(depth: .sixteen, keepsValues: true)) == .exact(bits: 16))
  }

  @Test func `floating-point TIFF holds any intensity`() throws {
    let size = Size(width: 61, height: 47)
    var generator = SeededGenerator(seed: 8)
    let pixels = (0..<size.count).map { _ in Float.random(in: -1e6...1e6, using: &generator) }
    let image = GrayImage(size: size, pixels: pixels, range: -1e6...1e6, bitDepth: 32)
    let read = try GrayImage.decode(try image.encoded(as: .tiff, options: EncodingOptions(keepsValues: true)), name: "x")
    #expect(read.pixels == pixels && read.bitDepth == 32)
    let map = ProbabilityMap(size: Size(width: 2, height: 1), pixels: [0.1, 0.7])
    #expect(try GrayImage.decode(try map.encoded(as: .tiff, options: EncodingOptions(keepsValues: true)), name: "x").pixels == [0.1, 0.7])
    #expect(
      try GrayImage.decode(try map.encoded(as: .png, options: EncodingOptions(keepsValues: true)), name: "x").pixels == [6554, 45875])
  }

  @Test func `labels beyond what Float holds come back exactly from NPY`() throws {
    let top: [UInt32] = [0, 1, 70_000, 16_777_217, 4_294_967_295, 3]
    let labels = LabelImage(size: Self.size, labels: top)
    #expect(try LabelImage.decode(labels.encoded(as: .npy), name: "x").labels == top)
    for format in [ImageFormat.png, .tiff] { #expect(throws: CodecError.self) { try labels.encoded(as: format) } }
    let fractions = NPYArray(shape: [1, 2], values: [1, 1.5]).encoded()
    #expect(throws: CodecError.self) { try LabelImage.decode(fractions, name: "x") }
  }
}
