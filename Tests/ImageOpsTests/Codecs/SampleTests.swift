import Foundation
import Testing

@testable import ImageOps

/// A file of the shared samples: its size, bit depth and mean, and the means of its quarters (top left, top right, bottom left, bottom right; an
/// odd middle belongs to both). The rows come from `Tools/fixtures/sample_figures.py`, that is from Pillow, OpenCV and SimpleITK.
struct Sample: Sendable, CustomTestStringConvertible {
  var name: String
  var width: Int
  var height: Int
  var bitDepth: Int
  var mean: Double
  var quarters: [Double]

  init(_ name: String, _ width: Int, _ height: Int, _ bitDepth: Int, _ mean: Double, _ quarters: [Double]) {
    (self.name, self.width, self.height, self.bitDepth, self.mean, self.quarters) = (name, width, height, bitDepth, mean, quarters)
  }

  var testDescription: String { name }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/samples")
  static let isPresent = FileManager.default.fileExists(atPath: folder.path)
  static let brokenNames =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("broken").path).sorted()) ?? []

  static let all = [
    Sample("bilevel.png", 1024, 1024, 1, 156.3476, [125.0983, 98.7825, 198.8783, 202.6311]),
    Sample("cmyk.jpg", 1024, 1024, 8, 135.7256, [114.1424, 110.6776, 159.8079, 158.2746]),
    Sample("dx-chest.dcm", 1024, 1024, 8, 160.3980, [141.0960, 149.2093, 173.4520, 177.8349]),
    Sample("dx-jpeg-lossless.dcm", 1024, 1024, 8, 160.3980, [141.0960, 149.2093, 173.4520, 177.8349]),
    Sample("dx-jpeg2000.dcm", 1024, 1024, 8, 160.3980, [141.0960, 149.2093, 173.4520, 177.8349]),
    Sample("dx-jpegls.dcm", 1024, 1024, 8, 160.3980, [141.0960, 149.2093, 173.4520, 177.8349]),
    Sample("dx-raw.dcm", 1024, 1024, 8, 160.3980, [141.0960, 149.2093, 173.4520, 177.8349]),
    Sample("dx-rle.dcm", 1024, 1024, 8, 160.3980, [141.0960, 149.2093, 173.4520, 177.8349]),
    Sample("exif-orientation-6.jpg", 1024, 1024, 8, 135.7248, [114.1424, 110.6747, 159.8082, 158.2740]),
    Sample("exif-upright.jpg", 1024, 1024, 8, 135.7251, [114.1427, 110.6745, 159.8084, 158.2746]),
    Sample("gray-alpha.png", 1024, 1024, 8, 135.7195, [114.1425, 110.6681, 159.8022, 158.2654]),
    Sample("gray16-12bit-range.png", 1024, 1024, 16, 2171.5124, [1826.2795, 1770.6892, 2556.8348, 2532.2461]),
    Sample("gray16.png", 1024, 1024, 16, 34879.9180, [29334.6151, 28441.6954, 41069.1586, 40674.2029]),
    Sample("monochrome1.dcm", 1024, 1024, 8, 94.6020, [113.9040, 105.7907, 81.5480, 77.1651]),
    Sample("one-pixel.png", 1, 1, 8, 1.0000, [1.0000, 1.0000, 1.0000, 1.0000]),
    Sample("palette.png", 1024, 1024, 8, 135.6593, [114.0392, 110.6218, 159.7529, 158.2231]),
    Sample("progressive.jpg", 1024, 1024, 8, 135.7256, [114.1424, 110.6776, 159.8079, 158.2746]),
    Sample("rgba16.png", 1726, 1552, 16, 38000.5692, [30836.4366, 32927.9993, 42798.2187, 45439.6222]),
    Sample("three-rows.png", 1024, 3, 8, 1.0000, [1.0000, 1.0000, 1.0000, 1.0000]),
    Sample("tiff-lzw.tif", 1024, 1024, 8, 135.7195, [114.1425, 110.6681, 159.8022, 158.2654]),
  ]
}

@Suite("Shared samples", .enabled(if: Sample.isPresent, "there is no ../shared/samples")) struct SampleTests {
  @Test(arguments: Sample.all) func `size, orientation and mean gray`(sample: Sample) throws {
    let image = try GrayImage.read(from: Sample.folder.appendingPathComponent(sample.name).path)
    try #require(image.size == Size(width: sample.width, height: sample.height))
    #expect(image.bitDepth == sample.bitDepth)
    // JPEG decoders differ by a rounding here and there.
    let tolerance = 1e-4 * sample.mean + 0.02
    #expect(abs(mean(image, 0..<image.size.height, 0..<image.size.width) - sample.mean) < tolerance)
    let (height, width) = (sample.height, sample.width)
    let rows = [0..<(height + 1) / 2, height / 2..<height]
    let columns = [0..<(width + 1) / 2, width / 2..<width]
    for quarter in 0..<4 {
      #expect(abs(mean(image, rows[quarter / 2], columns[quarter % 2]) - sample.quarters[quarter]) < tolerance)
    }
  }

  @Test func `every file is in the table`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Sample.folder.path).filter { $0.contains(".") }
    #expect(Set(names) == Set(Sample.all.map(\.name)))
  }

  @Test(arguments: Sample.brokenNames) func `broken files give one error`(name: String) {
    #expect(throws: CodecError.self) {
      try GrayImage.read(from: Sample.folder.appendingPathComponent("broken").appendingPathComponent(name).path)
    }
  }

  private func mean(_ image: GrayImage, _ rows: Range<Int>, _ columns: Range<Int>) -> Double {
    var sum = 0.0
    for row in rows {
      for column in columns { sum += Double(image[row, column]) }
    }
    return sum / Double(rows.count * columns.count)
  }
}
