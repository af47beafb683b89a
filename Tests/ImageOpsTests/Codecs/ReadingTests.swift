import Foundation
import TestSupport
import Testing

@testable import ImageOps

@Suite("Reading pictures") struct ReadingTests {
  @Test(arguments: CodecFixtures.all.pictures.keys.sorted()) func `size, depth, range and every pixel agree with the reference`(
    name: String
  ) throws {
    let expected = try #require(CodecFixtures.all.pictures[name])
    let image = try GrayImage.read(from: CodecFixtures.path(name))
    try #require(image.size == Size(width: expected.width, height: expected.height))
    #expect(image.bitDepth == expected.bitDepth)
    #expect(abs(image.range.lowerBound - expected.low) <= 1e-6 * abs(expected.low))
    #expect(abs(image.range.upperBound - expected.high) <= 1e-6 * abs(expected.high))
    let wrong = zip(image.pixels, expected.pixels).enumerated().filter { abs($1.0 - $1.1) > expected.tolerance + 1e-6 * abs($1.1) }
    #expect(wrong.isEmpty, "\(wrong.count) pixels, the first: \(wrong.prefix(3))")
    #expect(image.source?.name == name)
  }

  @Test(arguments: CodecFixtures.all.pictures.keys.filter { CodecFixtures.all.pictures[$0]?.labels != nil }.sorted())
  func `labels are the stored numbers`(name: String) throws {
    let expected = try #require(CodecFixtures.all.pictures[name])
    let labels = try LabelImage.read(from: CodecFixtures.path(name))
    #expect(labels.size == Size(width: expected.width, height: expected.height))
    #expect(labels.labels == expected.labels)
    let mask = try Mask.read(from: CodecFixtures.path(name))
    #expect(mask == labels.foreground)
  }

  @Test func `spacing is calibrated, on the detector or unknown`() throws {
    func spacing(_ name: String) throws -> Spacing { try GrayImage.read(from: CodecFixtures.path(name)).spacing }
    #expect(try spacing("mono16.dcm") == .calibrated(row: 0.2, column: 0.3))
    #expect(try spacing("signed12.dcm") == .detectorPlane(row: 0.139, column: 0.139))
    #expect(try spacing("signed16.dcm") == .calibrated(row: 0.14, column: 0.15))
    #expect(try spacing("spacing-repeated.dcm") == .detectorPlane(row: 0.14, column: 0.14))
    #expect(try spacing("rgb.dcm") == .unknown)
    #expect(try spacing("gray-8.png") == .unknown)
  }

  @Test func `MONOCHROME1 is inverted once, with its window`() throws {
    let inverted = try GrayImage.read(from: CodecFixtures.path("monochrome1.dcm"))
    #expect(inverted.polarity == .invertedFromMonochrome1)
    // LINEAR is symmetric about center - 0.5.
    #expect(inverted.window == GrayImage.Window(center: 3096, width: 800))
    let rescaled = try GrayImage.read(from: CodecFixtures.path("rescaled.dcm"))
    #expect(rescaled.polarity == .asStored)
    #expect(rescaled.window == GrayImage.Window(center: 40, width: 400))
    #expect(try GrayImage.read(from: CodecFixtures.path("mono16.dcm")).window == nil)
  }

  @Test func `the format is told by the content, not by the name`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("x-ray.png")
    try FileBytes.write(try CodecFixtures.bytes("gray.jpg"), to: path)
    let image = try GrayImage.read(from: path)
    let original = try GrayImage.read(from: CodecFixtures.path("gray.jpg"))
    #expect(image.pixels == original.pixels)
    #expect(image.source == GrayImage.Source(name: "x-ray.png", sha256: try #require(original.source).sha256, format: .jpeg))
  }

  @Test func `text chunks of all three kinds`() throws {
    let expected = try #require(CodecFixtures.all.pictures["text.png"]?.text)
    let text = try ImageText.read(from: CodecFixtures.path("text.png"))
    #expect(text.map { [$0.key, $0.value] } == expected)
    #expect(try ImageText.read(from: CodecFixtures.path("gray.jpg")).isEmpty)
  }

  @Test func `labels are refused where they are not exact`() {
    for name in ["gray.jpg", "rgb-8.png", "gray-alpha-8.png", "rgb-16-interlaced.png", "float32.tif", "f8-little.npy", "i1-little.npy"] {
      #expect(throws: CodecError.self, "\(name)") { try LabelImage.read(from: CodecFixtures.path(name)) }
    }
  }

  @Test func `endings name formats`() {
    #expect(ImageFormat(fileExtension: "PNG") == .png)
    #expect(ImageFormat(fileExtension: ".jpeg") == .jpeg)
    #expect(ImageFormat(path: "a.b/c.tif") == .tiff)
    #expect(ImageFormat(path: "x.dcm") == .dicom)
    #expect(ImageFormat(path: "a.png/c") == nil)
    #expect(ImageFormat(path: ".png") == nil)
    #expect(ImageFormat(path: "x.gif") == nil)
    #expect(ImageFormat(path: "") == nil)
  }
}
