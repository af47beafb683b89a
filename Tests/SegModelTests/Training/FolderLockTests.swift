import Foundation
import TestSupport
import Testing

@testable import SegModel

@Suite struct FolderLockTests {
  @Test func `a folder is locked for one writer`() throws {
    let folder = try TemporaryFolder()
    var first: FolderLock? = try FolderLock(folder.file("state"))
    let error = #expect(throws: FolderLock.InUse.self) { try FolderLock(folder.file("state")) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("--checkpoints"))
    withExtendedLifetime(first) {}
    first = nil
    _ = try FolderLock(folder.file("state"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("state")).isEmpty)
  }
}
