import Basics
import Foundation
import TestSupport
import Testing

@testable import ImageOps

@Suite("Broken files") struct BrokenFileTests {
  private func kind(of problem: CodecProblem) -> String {
    String(describing: Mirror(reflecting: problem).children.first?.label ?? "empty")
  }

  @Test(arguments: CodecFixtures.all.broken.keys.sorted()) func `each gives one error that says what is wrong`(name: String) throws {
    let kinds = try #require(CodecFixtures.all.broken[name]).split(separator: "|").map(String.init)
    let error = #expect(throws: CodecError.self) { try GrayImage.read(from: CodecFixtures.path(name)) }
    let problem = try #require(error?.problem)
    #expect(kinds.contains(kind(of: problem)), "\(problem)")
  }

  @Test func `messages name the file, the problem and the figures`() throws {
    func message(_ name: String) -> String {
      do {
        _ = try GrayImage.decode(try CodecFixtures.bytes("broken-" + name), name: name)
        return "read"
      } catch { return "\(error)" }
    }
    #expect(message("empty.png") == "cannot read `empty.png`: the file is empty")
    #expect(
      message("text.png")
        == "cannot read `text.png`: it is not a PNG, JPEG, TIFF, NPY, NIfTI, NRRD or DICOM file: it starts with \"not a pi\"")
    #expect(
      message("short.png")
        == "cannot read `short.png`: it is not a PNG, JPEG, TIFF, NPY, NIfTI, NRRD or DICOM file: it starts with 89 50 4e 47")
    #expect(message("large.png") == "cannot read `large.png`: the PNG file is truncated: 69 bytes cannot hold 60000x4000 pixels")
    #expect(
      message("zero-width.png")
        == "cannot read `zero-width.png`: the PNG file claims 0x5 pixels; an image can have 1 to 65535 per side and at most 268435456 in total"
    )
    #expect(
      message("truncated-mono16.dcm")
        == "cannot read `truncated-mono16.dcm`: the DICOM file is truncated: element (7fe0,0010) claims 182 bytes, but 142 are left")
    #expect(
      message("disagreeing.dcm")
        == "cannot read `disagreeing.dcm`: the DICOM file is damaged: the codestream holds 13x7 pixels of 1 samples, the data set states 13x200 of 1"
    )
  }

  @Test func `a length that the file cannot hold takes no memory`() throws {
    // An iTXt chunk that claims two gibibytes, after the header of a 32 x 24 image.
    let png: [UInt8] = [
      0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 32, 0, 0, 0, 24, 8, 0, 0, 0, 0, 0xBE,
      0x38,
      0xA0, 0xE8, 0x7F, 0xFF, 0xFF, 0xFF, 0x69, 0x54, 0x58, 0x74,
    ]
    let before = Self.peakMemory()
    let error = #expect(throws: CodecError.self) { try GrayImage.decode(png, name: "claims.png") }
    #expect(error.map { kind(of: $0.problem) } == "truncated")
    #expect(Self.peakMemory() - before < 256 << 20)

    // The size of an arithmetic JPEG of 300 bytes is set to 65,500 x 4,096.
    var jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 16, count: 64)
    jpeg += [0xFF, 0xC9, 0, 11, 8, 0x10, 0, 0xFF, 0xDC, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0xF9, 0xFE, 0x8A, 0xFF, 0xD9]
    let claim = #expect(throws: CodecError.self) { try GrayImage.decode(jpeg, name: "claims.jpg") }
    #expect(claim.map { kind(of: $0.problem) } == "truncated", "\(claim.map { "\($0)" } ?? "read")")
  }

  /// Largest resident size so far, in bytes.
  private static func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  @Test func `what is no regular file is refused at once`() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    #expect(throws: CodecError.unreadable(name: folder.path, .isFolder)) { try GrayImage.read(from: folder.path) }
    #expect(throws: CodecError.unreadable(name: folder.file("pipe"), .isNotAFile)) { try GrayImage.read(from: folder.file("pipe")) }
    #expect(throws: CodecError.unreadable(name: "/dev/zero", .isNotAFile)) { try GrayImage.read(from: "/dev/zero") }
    #expect(throws: CodecError.unreadable(name: folder.file("none"), .system("no such file or directory"))) {
      try GrayImage.read(from: folder.file("none"))
    }
    try FileBytes.write([1, 2, 3], to: folder.file("three"))
    #expect(throws: CodecError.unreadable(name: folder.file("three"), .tooManyBytes(3, limit: 2))) {
      try FileBytes.read(folder.file("three"), limit: 2)
    }
  }

  /// Flipped bits, extreme bytes, cuts and deletions, most of them in the header. Reading must answer, with an image or an error.
  @Test(arguments: CodecFixtures.all.pictures.keys.filter { !isCompressedDICOM($0) }.sorted())
  func `mutated files never crash a decoder`(name: String) throws {
    let original = try CodecFixtures.bytes(name)
    var generator = SeededGenerator(seed: UInt64(original.count))
    for _ in 0..<40 {
      let bytes = generator.mutated(original)
      let image = try? GrayImage.decode(bytes, name: name)
      #expect(image.map { $0.pixels.count == $0.size.count } ?? true)
      _ = try? LabelImage.decode(bytes, name: name)
    }
  }

  /// These run a helper process each, hence few.
  @Test(arguments: CodecFixtures.all.pictures.keys.filter(isCompressedDICOM).sorted())
  func `mutated compressed DICOM files never crash the program`(name: String) throws {
    let original = try CodecFixtures.bytes(name)
    var generator = SeededGenerator(seed: UInt64(original.count))
    for _ in 0..<4 {
      var bytes = original
      for _ in 0..<4 { bytes[bytes.count - 1 - Int(generator.next() % 120)] = UInt8(truncatingIfNeeded: generator.next()) }
      let image = try? GrayImage.decode(bytes, name: name)
      #expect(image.map { $0.pixels.count == $0.size.count } ?? true)
    }
  }

  @Sendable private static func isCompressedDICOM(_ name: String) -> Bool {
    name.hasPrefix("jpeg2000") || name.hasPrefix("jpegls") || name.hasPrefix("jpeg-lossless") || name.hasPrefix("jpeg-extended")
  }
}

extension SeededGenerator {
  fileprivate mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

  fileprivate mutating func mutated(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(4) where !bytes.isEmpty {
      let position = below(below(3) == 0 ? bytes.count : min(bytes.count, 500))
      switch below(6) {
      case 0: bytes[position] = UInt8(truncatingIfNeeded: next())
      case 1: bytes[position] ^= 1 << UInt8(below(8))
      case 2: bytes[position] = 0xFF
      case 3: bytes[position] = 0
      case 4: bytes.removeSubrange(position..<min(bytes.count, position + below(16)))
      default: bytes.removeLast(below(bytes.count / 4))
      }
    }
    return bytes
  }
}
