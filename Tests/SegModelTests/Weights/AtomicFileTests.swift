import Foundation
import Testing

@testable import SegModel

@Suite struct AtomicFileTests {
  @Test func replacesTheWholeFileOrNothing() throws {
    let folder = try ScratchFolder()
    let path = folder.file("a.txt")
    try AtomicFile.write("first", to: path)
    try AtomicFile.write("second", to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "second")
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      try AtomicFile.write(to: path) { append in
        try [UInt8](repeating: 1, count: 100).withUnsafeBytes { try append($0) }
        throw Failure()
      }
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "second")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.txt"], "nothing is left beside it")
  }

  @Test func aPlantedLinkIsNotFollowed() throws {
    let folder = try ScratchFolder()
    try AtomicFile.write("untouched", to: folder.file("victim"))
    for number in 0..<3 as Range<Int32> {
      symlink(folder.file("victim"), folder.file("m.safetensors.part-\(getpid() + number)"))
    }
    try AtomicFile.write("model", to: folder.file("m.safetensors"))
    #expect(try String(contentsOfFile: folder.file("victim"), encoding: .utf8) == "untouched")
    var status = stat()
    #expect(lstat(folder.file("m.safetensors"), &status) == 0 && status.st_mode & S_IFMT == S_IFREG)
    #expect(status.st_mode & 0o077 & ~0o044 == 0, "readable by others as any new file, not writable")
  }

  @Test func aCopiedFileMayBeCutShortWhileItIsUsed() throws {
    let folder = try ScratchFolder()
    _ = try folder.write([UInt8](repeating: 7, count: 100_000), to: "m")
    let file = try MappedFile(path: folder.file("m"), isCopied: true)
    #expect(truncate(folder.file("m"), 0) == 0)
    #expect(file.withBytes { bytes in bytes.allSatisfy { $0 == 7 } && bytes.count == 100_000 })
  }

  @Test func makesFoldersAndSaysWhyNot() throws {
    let folder = try ScratchFolder()
    try AtomicFile.makeFolder(folder.file("a/b/c"))
    try AtomicFile.makeFolder(folder.file("a/b/c/"))
    try AtomicFile.write("x", to: folder.file("a/b/c/file"))
    #expect(throws: FileError.self) { try AtomicFile.makeFolder(folder.file("a/b/c/file")) }
    #expect(throws: FileError.cannotWrite(path: folder.file("no/file"), code: ENOENT)) {
      try AtomicFile.write("x", to: folder.file("no/file"))
    }
  }
}
