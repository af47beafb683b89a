import Basics
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  @Test func `replaces the whole file or nothing`() throws {
    let folder = try TemporaryFolder()
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
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.txt"], "nothing is left beside it")
  }

  @Test func `a planted link is not followed`() throws {
    let folder = try TemporaryFolder()
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

  @Test func `a document keeps its link and permissions`() throws {
    let folder = try TemporaryFolder()
    let (path, link) = (folder.file("real"), folder.file("link"))
    try folder.write("old", to: "real")
    #expect(chmod(path, 0o750) == 0 && symlink(path, link) == 0)
    try AtomicFile.write(Array("new".utf8), to: link, for: .user)
    var status = stat()
    #expect(try folder.text(of: "real") == "new")
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o750)
    #expect(throws: FileError.cannotWrite(path: folder.url.path, code: EISDIR)) {
      try AtomicFile.write([], to: folder.url.path, for: .user)
    }
    #expect(throws: FileError.notAFile(path: "/dev/null")) { try AtomicFile.write([], to: "/dev/null", for: .user) }
    // The program's own file takes the name itself.
    try AtomicFile.write("model", to: link)
    #expect(try folder.text(of: "real") == "new" && folder.text(of: "link") == "model")
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFREG)
  }

  @Test func `what a killed process left is removed`() throws {
    let folder = try TemporaryFolder()
    for name in [".segsh-aB3xYz", ".segsh-000000", ".segsh-1", ".segsh-toolong1", "segsh-aB3xYz", ".segsh-a/b.txt", ".segsh_history"] {
      if !name.contains("/") { try folder.write("x", to: name) }
    }
    symlink(folder.file("segsh-aB3xYz"), folder.file(".segsh-linked"))
    let busy = open(folder.file(".segsh-000000"), O_RDONLY)
    defer { close(busy) }
    #expect(flock(busy, LOCK_EX | LOCK_NB) == 0)
    try AtomicFile.write("x", to: folder.file("a.txt"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        == [".segsh-000000", ".segsh-1", ".segsh-linked", ".segsh-toolong1", ".segsh_history", "a.txt", "segsh-aB3xYz"])
  }

  @Test func `two files are written together or not at all`() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(([1], folder.file("a")), with: ([2], folder.file("b")))
    #expect(throws: FileError.cannotWrite(path: folder.file("no/b"), code: ENOENT)) {
      try AtomicFile.write(([3], folder.file("a")), with: ([4], folder.file("no/b")))
    }
    #expect(try WholeFile.read(folder.file("a"), limit: 9) == [1] && WholeFile.read(folder.file("b"), limit: 9) == [2])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == ["a", "b"])
  }

  @Test func `makes folders and says why not`() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.makeFolder(folder.file("a/b/c"))
    try AtomicFile.makeFolder(folder.file("a/b/c/"))
    try AtomicFile.write("x", to: folder.file("a/b/c/file"))
    #expect(throws: FileError.self) { try AtomicFile.makeFolder(folder.file("a/b/c/file")) }
    #expect(throws: FileError.cannotWrite(path: folder.file("no/file"), code: ENOENT)) {
      try AtomicFile.write("x", to: folder.file("no/file"))
    }
  }
}
