import Foundation
import Testing

@testable import ImageOps

/// The files that `Tools/fixtures/sample_depths.py` wrote: every depth and format of samples.
private struct DepthFixture: Decodable, Sendable {
  var width: Int
  var height: Int
  var bitDepth: Int
  var low: Float
  var high: Float
  var pixels: [Float]
  var remarks: [String]

  static let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures/depths")

  static let all: [String: DepthFixture] = {
    do {
      return try JSONDecoder().decode([String: DepthFixture].self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
    } catch { fatalError("expected.json: \(error)") }
  }()
}

@Suite("Sample depths") struct SampleDepthTests {
  @Test(arguments: DepthFixture.all.keys.sorted())
  func `every depth is exact or rounded to nearest, and what is left out is remarked on`(name: String) throws {
    let expected = try #require(DepthFixture.all[name])
    let image = try GrayImage.read(from: DepthFixture.folder.appendingPathComponent(name).path)
    try #require(image.size == Size(width: expected.width, height: expected.height))
    #expect(image.pixels == expected.pixels)
    #expect(image.bitDepth == expected.bitDepth)
    #expect(image.range == expected.low...expected.high)
    #expect(image.remarks.map(\.kind) == expected.remarks, "\(image.remarks)")
  }

  @Test func `numbers of 64 bits are counted where they are rounded`() throws {
    func npy(_ values: [Int64]) -> [UInt8] {
      let head = "{'descr': '<i8', 'fortran_order': False, 'shape': (1, \(values.count)), }"
      let padded = head + String(repeating: " ", count: 117 - head.utf8.count) + "\n"
      let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]
      return start + Array(padded.utf8) + values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    }
    let exact = try GrayImage.decode(npy([1, -5, 16_777_216]), name: "exact.npy")
    #expect(exact.pixels == [1, -5, 16_777_216])
    #expect(exact.remarks.isEmpty)
    let rounded = try GrayImage.decode(npy([1, 16_777_217, 33_554_433]), name: "rounded.npy")
    #expect(rounded.remarks == [.rounded(count: 2)])
    #expect(try LabelImage.decode(npy([0, 16_777_217]), name: "labels.npy").labels == [0, 16_777_217], "labels are never rounded")
    #expect(throws: CodecError.self) { try LabelImage.decode(npy([0, 4_294_967_296]), name: "labels.npy") }
    #expect(throws: CodecError.self) { try LabelImage.decode(npy([0, -1]), name: "labels.npy") }
  }

  @Test func `a mask of several numbers, or of a palette whose outside is bright, is remarked on`() throws {
    var remarks: [ReadingRemark] = []
    let size = Size(width: 3, height: 1)
    func png(_ bytes: [UInt8]) throws -> [UInt8] { try GrayImage(size: size, pixels: bytes.map { Float($0) }).encoded(as: .png) }
    for plain in [[0, 255, 0], [0, 1, 1], [0, 0, 0], [7, 7, 7]] as [[UInt8]] {
      _ = try Mask.decode(png(plain), name: "mask.png", remarks: &remarks)
      #expect(remarks.isEmpty, "\(plain)")
    }
    let mask = try Mask.decode(png([0, 128, 255]), name: "mask.png", remarks: &remarks)
    #expect(mask.count == 2)
    #expect(remarks == [.notTwoValued(levels: 3)])
    remarks = []
    _ = try LabelImage.decode(
      FileBytes.read(DepthFixture.folder.appendingPathComponent("gray8-white.tif").path), name: "white.tif", remarks: &remarks)
    #expect(remarks == [.whiteIsZero])
    remarks = []
    _ = try LabelImage.decode(
      FileBytes.read(DepthFixture.folder.appendingPathComponent("palette8.tif").path), name: "palette.tif", remarks: &remarks)
    #expect(remarks == [.brightOutside])
  }
}
