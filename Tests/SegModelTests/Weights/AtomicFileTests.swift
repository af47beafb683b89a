import Foundation
import ImageOps
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

  @Test func whatAKilledProcessLeftIsRemoved() throws {
    let folder = try ScratchFolder()
    for name in [".segsh-aB3xYz", ".segsh-000000", ".segsh-1", ".segsh-toolong1", "segsh-aB3xYz", ".segsh-a/b.txt", ".segsh_history"] {
      if !name.contains("/") { _ = try folder.write([1], to: name) }
    }
    symlink(folder.file("segsh-aB3xYz"), folder.file(".segsh-linked"))
    let busy = open(folder.file(".segsh-000000"), O_RDONLY)
    defer { close(busy) }
    #expect(flock(busy, LOCK_EX | LOCK_NB) == 0)
    try AtomicFile.write("x", to: folder.file("a.txt"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        == [".segsh-000000", ".segsh-1", ".segsh-linked", ".segsh-toolong1", ".segsh_history", "a.txt", "segsh-aB3xYz"])
  }

  @Test func twoFilesAreWrittenTogetherOrNotAtAll() throws {
    let folder = try ScratchFolder()
    try FileBytes.write(([1], folder.file("a")), with: ([2], folder.file("b")))
    #expect(throws: CodecError.self) { try FileBytes.write(([3], folder.file("a")), with: ([4], folder.file("no/b"))) }
    #expect(try FileBytes.read(folder.file("a")) == [1] && FileBytes.read(folder.file("b")) == [2])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a", "b"])
  }

  @Test func aFolderIsLockedForOneWriter() throws {
    let folder = try ScratchFolder()
    var first: FolderLock? = try FolderLock(folder.file("state"))
    let error = #expect(throws: FolderLock.InUse.self) { try FolderLock(folder.file("state")) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("--checkpoints"))
    withExtendedLifetime(first) {}
    first = nil
    _ = try FolderLock(folder.file("state"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("state")).isEmpty)
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
