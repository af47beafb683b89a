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
