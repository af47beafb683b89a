import Foundation
import TestSupport
import Testing

@testable import ImageOps

@Suite("Writing pictures") struct WritingTests {
  private let size = Size(width: 13, height: 7)

  private func gray(_ range: ClosedRange<Float>, bitDepth: Int) -> GrayImage {
    let span = range.upperBound - range.lowerBound
    let pixels = (0..<size.count).map { range.lowerBound + (span * Float($0) / Float(size.count - 1)).rounded() }
    return GrayImage(size: size, pixels: pixels, range: range, bitDepth: bitDepth)
  }

  @Test(arguments: [ImageFormat.png, .tiff, .npy], [8, 12, 16])
  func `decoding what was encoded gives the picture back`(format: ImageFormat, bitDepth: Int) throws {
    let image = gray(0...Float(1 << bitDepth - 1), bitDepth: bitDepth)
    let decoded = try GrayImage.decode(try image.encoded(as: format), name: "x")
    #expect(decoded.size == size)
    #expect(decoded.pixels == image.pixels)
    #expect(decoded.bitDepth == (format == .npy ? 32 : bitDepth == 8 ? 8 : 16))
  }

  @Test func `JPEG comes near`() throws {
    let image = gray(0...255, bitDepth: 8)
    let decoded = try GrayImage.decode(try image.encoded(as: .jpeg, options: EncodingOptions(jpegQuality: 100)), name: "x")
    #expect(zip(decoded.pixels, image.pixels).allSatisfy { abs($0 - $1) <= 2 })
    let deep = try GrayImage.decode(try gray(0...4095, bitDepth: 12).encoded(as: .jpeg), name: "x")
    #expect(deep.bitDepth == 8)
    #expect(try #require(deep.pixels.last) > 250)
  }

  @Test func `a large gray JPEG is read the same on one thread and on two, and so is what is wrong with it`() throws {
    let phantom = try Phantom.make(seed: 3, size: Size(width: 701, height: 523)).image
    let bytes = try phantom.encoded(as: .jpeg)
    var broken = [Array(bytes.prefix(bytes.count / 3)), Array(bytes.prefix(bytes.count - 40))]
    for share in [0.3, 0.62, 0.9] {
      var damaged = bytes
      let middle = Int(Double(bytes.count) * share)
      damaged.replaceSubrange(middle..<middle + 400, with: repeatElement(0xFF, count: 400))
      broken.append(damaged)
    }
    let whole = try withThreadCounts { try GrayImage.decode(bytes, name: "x").pixels }
    #expect(whole.allSatisfy { $0 == whole[0] })
    #expect(zip(whole[0], phantom.pixels).allSatisfy { abs($0 - $1) <= 40 })
    for bytes in broken {
      let words = withThreadCounts {
        do {
          _ = try GrayImage.decode(bytes, name: "x")
          return "read"
        } catch { return "\(error)" }
      }
      #expect(words[0] != "read" && words.allSatisfy { $0 == words[0] }, "\(words)")
    }
  }

  @Test func `what does not fit the samples is spread over them, and what lies outside is clipped`() throws {
    let signed = try GrayImage.decode(try gray(-1024...3071, bitDepth: 12).encoded(as: .png), name: "x")
    #expect(signed.pixels.first == 0 && signed.pixels.last == 65535)
    let fractions = GrayImage(size: Size(width: 4, height: 1), pixels: [-1, 0.5, 1, .nan], range: 0...1, bitDepth: 32)
    #expect(try GrayImage.decode(try fractions.encoded(as: .png), name: "x").pixels == [0, 32768, 65535, 0])
    let eight = try GrayImage.decode(try fractions.encoded(as: .tiff, options: EncodingOptions(depth: .eight)), name: "x")
    #expect(eight.pixels == [0, 128, 255, 0])
    let wide = try GrayImage.decode(try gray(0...255, bitDepth: 8).encoded(as: .png, options: EncodingOptions(depth: .sixteen)), name: "x")
    #expect(wide.pixels == gray(0...255, bitDepth: 8).pixels && wide.bitDepth == 16)
    let flat = GrayImage(size: Size(width: 2, height: 1), pixels: [-3, -2], range: -3 ... -3, bitDepth: 32)
    #expect(try GrayImage.decode(try flat.encoded(as: .png), name: "x").pixels == [0, 65535])
  }

  @Test(arguments: [ImageFormat.png, .tiff, .jpeg]) func `color`(format: ImageFormat) throws {
    var picture = ColorImage(size: size, filledWith: RGB(red: 200, green: 30, blue: 90))
    for column in 0..<size.width { picture[3, column] = RGB(gray: 20) }
    let decoded = try GrayImage.decode(try picture.encoded(as: format, options: EncodingOptions(jpegQuality: 100)), name: "x")
    let tolerance: Float = format == .jpeg ? 3 : 0
    #expect(abs(decoded[0, 0] - 88) <= tolerance)
    #expect(abs(decoded[3, 5] - 20) <= tolerance)
    #expect(throws: CodecError.self) { try LabelImage.decode(try picture.encoded(as: format), name: "x") }
  }

  @Test(arguments: [ImageFormat.png, .tiff, .npy]) func `masks are 0 and 255, labels their numbers`(format: ImageFormat) throws {
    let wide = Size(width: 70, height: 3)
    let mask = Mask(size: wide) { $0 % 3 == 1 }
    #expect(try Mask.decode(try mask.encoded(as: format), name: "x") == mask)
    #expect(Set(try GrayImage.decode(try mask.encoded(as: format), name: "x").pixels) == [0, 255])
    for top in [2, 255, 256, 65535] as [UInt32] {
      let labels = LabelImage(size: size, labels: (0..<UInt32(size.count)).map { $0 % 2 == 0 ? 0 : $0 % 3 == 0 ? top : 1 })
      #expect(try LabelImage.decode(try labels.encoded(as: format), name: "x").labels == labels.labels)
    }
    let many = LabelImage(size: Size(width: 1, height: 1), labels: [70_000])
    if format == .npy {
      #expect(try LabelImage.decode(try many.encoded(as: format), name: "x") == many)
    } else {
      #expect(throws: CodecError.unwritable(name: "image", .cannotHold(format, what: "label 70000, only up to 65535; NPY can"))) {
        try many.encoded(as: format)
      }
    }
    #expect(throws: CodecError.self) { try mask.encoded(as: .jpeg) }
    #expect(throws: CodecError.self) { try many.encoded(as: .jpeg) }
  }

  @Test func `probabilities take the full depth`() throws {
    let map = ProbabilityMap(size: Size(width: 3, height: 1), pixels: [0, 0.25, 1])
    #expect(try GrayImage.decode(try map.encoded(as: .png), name: "x").pixels == [0, 16384, 65535])
    #expect(try GrayImage.decode(try map.encoded(as: .npy), name: "x").pixels == map.pixels)
  }

  @Test(arguments: [0, 1, 9]) func `notes come back`(level: Int) throws {
    let folder = try TemporaryFolder()
    let notes = [ImageText(key: "Recipe", value: "load a.png | segment\nΣ ✓"), ImageText(key: "Empty", value: "")]
    let path = folder.file("a.png")
    try gray(0...255, bitDepth: 8).write(to: path, options: EncodingOptions(compressionLevel: level, text: notes))
    #expect(try ImageText.read(from: path) == notes)
    #expect(try GrayImage.read(from: path).pixels == gray(0...255, bitDepth: 8).pixels)
    for key in ["", " x", "x ", "ä", String(repeating: "k", count: 80), "a\nb"] {
      let options = EncodingOptions(text: [ImageText(key: key, value: "v")])
      #expect(throws: CodecError.self, "\(key)") { try gray(0...255, bitDepth: 8).encoded(as: .png, options: options) }
    }
    #expect(throws: CodecError.self) {
      try gray(0...255, bitDepth: 8).encoded(as: .png, options: EncodingOptions(text: [ImageText(key: "k", value: "a\0b")]))
    }
  }

  @Test func `a file is replaced in one step, keeps its permissions, and leaves nothing behind`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.png")
    try gray(0...255, bitDepth: 8).write(to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let before = try FileBytes.read(path)
    try FileManager.default.createSymbolicLink(atPath: folder.file("link.png"), withDestinationPath: path)
    try gray(0...4095, bitDepth: 12).write(to: folder.file("link.png"))
    #expect(try FileBytes.read(path) != before)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    #expect(try folder.content == ["a.png", "link.png"])
  }

  @Test func `a PNG says its size on paper where that is told`() throws {
    let image = gray(0...255, bitDepth: 8)
    func pixelsPerMeter(_ dots: Double?) throws -> UInt32? {
      let bytes = try image.encoded(as: .png, options: EncodingOptions(dotsPerInch: dots))
      guard let chunk = Data(bytes).firstRange(of: Data("pHYs".utf8)) else { return nil }
      let fields = Array(bytes[chunk.upperBound..<chunk.upperBound + 9])
      #expect(fields[0..<4] == fields[4..<8] && fields[8] == 1)
      return fields[0..<4].reduce(0) { $0 << 8 | UInt32($1) }
    }
    #expect(try pixelsPerMeter(300) == 11_811 && pixelsPerMeter(25.4) == 1000)
    for dots in [nil, 0, -1, .nan, 1e9] { #expect(try pixelsPerMeter(dots) == nil) }
  }

  @Test func `refusals leave the old file`() throws {
    let folder = try TemporaryFolder()
    let image = gray(0...255, bitDepth: 8)
    try image.write(to: folder.file("a.png"))
    let before = try FileBytes.read(folder.file("a.png"))
    #expect(throws: CodecError.self) {
      try LabelImage(size: size, labels: [UInt32](repeating: 1 << 20, count: size.count)).write(to: folder.file("a.png"))
    }
    #expect(throws: CodecError.unwritable(name: folder.file("a.gif"), .unknownEnding)) { try image.write(to: folder.file("a.gif")) }
    #expect(throws: CodecError.unwritable(name: folder.file("a.dcm"), .unknownEnding)) { try image.write(to: folder.file("a.dcm")) }
    #expect(throws: CodecError.unwritable(name: folder.path, .isFolder)) { try image.write(to: folder.path, as: .png) }
    #expect(throws: CodecError.unwritable(name: folder.file("no/a.png"), .system("no such file or directory"))) {
      try image.write(to: folder.file("no/a.png"))
    }
    #expect(try FileBytes.read(folder.file("a.png")) == before)
    #expect(try folder.content == ["a.png"])
  }
}
