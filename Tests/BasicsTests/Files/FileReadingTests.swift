import Basics
import Foundation
import TestSupport
import Testing

@Suite struct FileReadingTests {
  @Test func `a copied file may be cut short while it is used`() throws {
    let folder = try TemporaryFolder()
    try folder.write(String(repeating: "7", count: 100_000), to: "m")
    let file = try MappedFile(path: folder.file("m"), isCopied: true)
    #expect(truncate(folder.file("m"), 0) == 0)
    #expect(file.withBytes { bytes in bytes.allSatisfy { $0 == 0x37 } && bytes.count == 100_000 })
  }

  @Test func `whole files of the system are refused or read`() throws {
    let folder = try TemporaryFolder()
    try folder.write("abc", to: "three")
    try folder.write("", to: "none")
    #expect(try WholeFile.read(folder.file("three"), limit: 3) == Array("abc".utf8))
    #expect(try WholeFile.read(folder.file("none"), limit: 3).isEmpty)
    #expect(throws: FileError.tooLarge(path: folder.file("three"), bytes: 3, limit: 2)) {
      try WholeFile.read(folder.file("three"), limit: 2)
    }
    #expect(throws: FileError.cannotOpen(path: folder.file("no"), code: ENOENT)) { try WholeFile.read(folder.file("no"), limit: 9) }
    #expect(throws: FileError.isFolder(path: folder.url.path)) { try WholeFile.read(folder.url.path, limit: 9) }
    #expect(throws: FileError.notAFile(path: "/dev/zero")) { try WholeFile.read("/dev/zero", limit: 9) }
    mkfifo(folder.file("pipe"), 0o600)
    #expect(throws: FileError.notAFile(path: folder.file("pipe"))) { try MappedFile(path: folder.file("pipe")) }
  }
}
