import Basics
import Foundation
import TestSupport
import Testing

@testable import SegModel

@Suite struct ModelVersionsTests {
  private let folder: TemporaryFolder
  private let versions: ModelVersions

  init() throws {
    folder = try TemporaryFolder()
    versions = try ModelVersions("mine", in: folder.file("models"))
    try AtomicFile.makeFolder(versions.folder)
  }

  private func add(_ text: String) throws -> Int {
    try AtomicFile.write(text, to: "\(versions.folder)/candidate.safetensors")
    return try versions.add("\(versions.folder)/candidate.safetensors", record: ["sha256": .string(text)])
  }

  private var current: String { (try? String(contentsOfFile: folder.file("models/mine.safetensors"), encoding: .utf8)) ?? "" }

  @Test func `versions are numbered, never changed, and the last one added is current`() throws {
    #expect(versions.all.isEmpty && versions.current == nil)
    #expect(try add("a") == 1 && current == "a")
    #expect(try add("b") == 2 && current == "b")
    #expect(versions.all.map(\.number) == [1, 2])
    #expect(versions.all.map(\.isCurrent) == [false, true])
    #expect(versions.all.map { $0.record?["sha256"]?.stringValue } == ["a", "b"])
    #expect(try String(contentsOfFile: versions.path(1), encoding: .utf8) == "a")
  }

  @Test func `a rollback switches the name, and a version that is learned next gets a new number`() throws {
    for text in ["a", "b", "c"] { _ = try add(text) }
    #expect(try versions.rollBack(to: nil) == 2 && current == "b")
    #expect(try versions.rollBack(to: 1) == 1 && current == "a")
    #expect(try versions.rollBack(to: 3) == 3 && current == "c")
    _ = try versions.rollBack(to: 1)
    #expect(try add("d") == 4 && current == "d")
  }

  @Test func `what cannot be rolled back is said and changes nothing`() throws {
    #expect(throws: ModelVersionsError.noVersions("mine", folder: versions.folder)) { try versions.rollBack(to: nil) }
    _ = try add("a")
    #expect(throws: ModelVersionsError.nothingEarlier("mine", 1)) { try versions.rollBack(to: nil) }
    #expect(throws: ModelVersionsError.noSuchVersion("mine", 7, known: [1])) { try versions.rollBack(to: 7) }
    #expect(current == "a")
  }

  @Test(arguments: ["", "a/b", "..", "a@2", "mine.safetensors", "-x", "ä", String(repeating: "a", count: 65)])
  func `names that are paths or options are refused`(name: String) {
    #expect(throws: ModelVersionsError.invalidName(name)) { try ModelVersions(name, in: folder.file("models")) }
  }

  @Test func `a kill before the switch leaves the earlier version current, and the next one takes the number`() throws {
    _ = try add("a")
    try AtomicFile.write("{}", to: "\(versions.folder)/2.json")
    #expect(versions.current == 1 && versions.all.map(\.number) == [1])
    #expect(try add("b") == 2 && current == "b")
  }

  @Test func `a damaged record is no record`() throws {
    _ = try add("a")
    try AtomicFile.write("{", to: "\(versions.folder)/1.json")
    #expect(versions.all.count == 1 && versions.all[0].record == nil)
  }
}
