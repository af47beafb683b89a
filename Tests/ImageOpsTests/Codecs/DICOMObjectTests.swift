import Foundation
import TestSupport
import Testing

@testable import ImageOps

/// What `segsh-dicom-write` accepts, and frames by number.
@Suite("DICOM objects") struct DICOMObjectTests {
  private func xray() throws -> DICOMXRay {
    var body = DICOMWriter()
    body.add(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.1")
    body.add(0x0008_0018, "UI", "1.2.3.4")
    body.add(0x0020_000D, "UI", "1.2.3.5")
    body.add(0x0020_000E, "UI", "1.2.3.6")
    var meta = DICOMWriter()
    meta.add(0x0002_0010, "UI", "1.2.840.10008.1.2.1")
    let file = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + meta.bytes + body.bytes
    return try DICOMXRay(file, named: "x.dcm", namesPatient: false)
  }

  private func capture(_ lines: [[String]] = [], pixels: [UInt8] = [UInt8](repeating: 7, count: 12)) throws -> [UInt8] {
    var object = DICOMObject(.capture, of: try xray(), description: "test", number: 1, version: "1")
    object.add("pixels", "2", "2", "8")
    object.add("title", "a title")
    for line in lines { object.add(line[0], Array(line.dropFirst())) }
    return try object.encoded(pixels)
  }

  @Test(arguments: [
    ["nonsense", "1"], ["window", "1"], ["window", "1", "2", "3"], ["pixels", "2", "2", "8"], ["attribute", "zzzzzzzz", "00"],
    ["attribute", "00100010", "0"], ["attribute", "00100010", "zz"],
  ])
  func `a line that is unknown, doubled or of another form is refused`(line: [String]) throws {
    #expect(throws: DICOMObject.Problem.self) { try capture([line]) }
  }

  @Test func `pixels of another size are refused`() throws {
    #expect(throws: DICOMObject.Problem.refused("the pixels have another size")) { try capture(pixels: [1, 2, 3]) }
  }

  @Test func `text cannot begin another line or value, and what is not ASCII becomes a question mark`() throws {
    var object = DICOMObject(.capture, of: try xray(), description: "a\tb\nkind\tx\\y é", number: 1, version: "1")
    object.add("pixels", "2", "2", "8")
    object.add("title", "t")
    let text = String(decoding: try object.encoded([UInt8](repeating: 7, count: 12)), as: UTF8.self)
    #expect(text.contains("a?b?kind?x/y ?"))
  }

  @Test func `UIDs follow from the content`() throws {
    let (one, two) = (try capture(), try capture())
    #expect(one == two)
    let other = try capture(pixels: [UInt8](repeating: 8, count: 12))
    #expect(DICOMSegmentation.instance(of: one) != DICOMSegmentation.instance(of: other))
    #expect(DICOMSegmentation.instance(of: one)?.hasPrefix("2.25.") ?? false)
  }

  @Test func `an X-ray without UIDs cannot be referred to`() throws {
    let meta = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
    #expect(throws: CodecError.self) { try DICOMXRay(meta, named: "x", namesPatient: false) }
    #expect(throws: (any Error).self) { try DICOMObject.deidentified(meta, named: "x", method: "m") }
    #expect(throws: (any Error).self) { try DICOMObject.deidentified([1, 2, 3], named: "x", method: "m") }
  }

  @Test func `a frame is read by its number`() throws {
    let path = DICOMFixtures.folder.appendingPathComponent("three-frames.dcm").path
    let bytes = try FileBytes.read(path)
    let frames = try (1...3).map { try GrayImage.decode(bytes, name: "f", frame: $0) }
    let plain = try GrayImage.decode(bytes, name: "f")
    #expect(frames[0].pixels == plain.pixels && frames[0].remarks.isEmpty && plain.remarks == [.firstOf(3, "frame")])
    // The file ends with the pixels of its frames.
    let count = plain.size.count
    for (index, frame) in frames.enumerated() {
      let stored = bytes.suffix(2 * 3 * count).dropFirst(2 * index * count).prefix(2 * count)
      let words = stride(from: stored.startIndex, to: stored.endIndex, by: 2).map {
        Float(UInt16(stored[$0]) | UInt16(stored[$0 + 1]) << 8)
      }
      #expect(frame.pixels == words, "frame \(index + 1)")
    }
    let beyond = #expect(throws: CodecError.unreadable(name: "f", .noFrame(4, count: 3))) {
      try GrayImage.decode(bytes, name: "f", frame: 4)
    }
    #expect(beyond.map { "\($0)" } == "cannot read `f`: the file has 3 frames: frame= must be 1 to 3, not 4")
    #expect("\(CodecProblem.noFrame(2, count: 1))" == "the file has 1 frame: omit frame=")
    let picture = try ColorImage(size: Size(width: 2, height: 2), filledWith: RGB(gray: 9)).encoded(as: .png, options: EncodingOptions())
    let other = #expect(throws: CodecError.unreadable(name: "p", .notFramed(.png))) { try GrayImage.decode(picture, name: "p", frame: 1) }
    #expect(other.map { "\($0)" } == "cannot read `p`: frame= is for DICOM files, and this is a PNG file: omit frame=")
  }
}
