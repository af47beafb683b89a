import Testing

@testable import Basics

/// Deflate streams and ZIP archives against Python's zlib.
@Suite struct ZIPArchiveTests {
  private static let text = Array(String(repeating: "lung ", count: 40).utf8)

  /// `zlib.compress(text)[2:-4]`.
  @Test func `a stream of Python is inflated`() throws {
    let raw: [UInt8] = [0xCB, 0x29, 0xCD, 0x4B, 0x57, 0xC8, 0x19, 0xFA, 0x04, 0x00]
    #expect(try raw.withUnsafeBytes { try Deflate.inflated($0, .raw, limit: 1000) } == Self.text)
    #expect(throws: Deflate.Problem.tooLarge(limit: 199)) { try raw.withUnsafeBytes { try Deflate.inflated($0, .raw, limit: 199) } }
    #expect(throws: Deflate.Problem.damaged) { try raw.dropLast(3).withUnsafeBytes { try Deflate.inflated($0, .raw, limit: 1000) } }
    // `zlib.crc32(b"123456789")`, the check value of the standard.
    #expect(Deflate.checksum(of: Array("123456789".utf8)) == 0xCBF4_3926)
  }

  @Test func `gzip files of several members are inflated`() throws {
    let member = try Deflate.deflated(Self.text, .gzip)
    #expect(Array(member.prefix(8)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
    #expect(try (member + member).withUnsafeBytes { try Deflate.inflated($0, .gzip, limit: 1000) } == Self.text + Self.text)
    var damaged = member
    damaged[member.count - 6] ^= 1
    #expect(throws: Deflate.Problem.damaged) { try damaged.withUnsafeBytes { try Deflate.inflated($0, .gzip, limit: 1000) } }
  }

  @Test func `an archive gives its files again`() throws {
    let files: [(name: String, bytes: [UInt8])] = [("a.roi", Self.text), ("Größe.txt", []), ("b/c", [1, 2, 3])]
    let bytes = try ZIPArchive.encoded(files)
    let entries = try ZIPArchive(bytes).entries
    #expect(entries.map(\.name) == files.map(\.name))
    #expect(try entries.map { try $0.content(limit: 1000) } == files.map(\.bytes))
    #expect(throws: ZIPArchive.Problem.self) { try entries[0].content(limit: 199) }
    for count in 0..<bytes.count {
      #expect(throws: ZIPArchive.Problem.self) { try ZIPArchive(Array(bytes.prefix(count))) }
    }
    #expect(try ZIPArchive.encoded(files) == bytes)
  }
}
