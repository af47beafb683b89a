import Basics
import Platform
import Testing

@Suite("Names of files")
struct FileNameTests {
  @Test(arguments: [[0x61, 0xF6, 0x62], [0xC3, 0xB6], [0xFF], [0xE2, 0x82], [0x61], [0xEE, 0xBF, 0xB6]] as [[UInt8]])
  func `a path of any bytes survives`(bytes: [UInt8]) {
    let text = (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { $0.baseAddress.map(SystemPath.text) ?? "" }
    let back = SystemPath.bytes(text).map { UInt8(bitPattern: $0) }
    // The private characters themselves are the only names that do not come back.
    #expect(back == bytes + [0] || bytes == [0xEE, 0xBF, 0xB6])
    #expect(!SystemPath.shown(text).unicodeScalars.contains { (0xEF80...0xEFFF).contains($0.value) })
  }

  @Test func `numbers in names are ordered by size`() {
    let names = ["a10", "a2", "a02", "a1b", "a", "b1", "a1", "A3", "a010", "x-9.png", "x-10.png", "007", "7", "10"]
    #expect(
      names.sortedNaturally() == ["007", "7", "10", "A3", "a", "a1", "a1b", "a02", "a2", "a010", "a10", "b1", "x-9.png", "x-10.png"])
    for a in names { for b in names where a != b { #expect(NaturalOrder.precedes(a, b) != NaturalOrder.precedes(b, a)) } }
  }

  @Test func `a tilde at the start is the home folder`() throws {
    let home = try #require(HomeFolder.path)
    #expect(HomeFolder.expanding("~") == home && HomeFolder.expanding("~/x y.png") == home + "/x y.png")
    for path in ["", "x", "/~", "~x", "a/~/b"] { #expect(HomeFolder.expanding(path) == path) }
  }
}
