import Basics
import ImageOps
import TestSupport
import Testing

@testable import Archive

/// The client against peers that are no archive, and its limits. Archives are in the transcripts of the program.
@Suite(.enabled(if: DIMSEClient.missingProgram == nil, "DCMTK is not installed (apt-get install dcmtk)")) struct DIMSEClientTests {
  private static func client(_ port: UInt16, _ change: (inout ArchiveSettings) -> Void = { _ in }) throws -> DIMSEClient {
    var settings = ArchiveSettings()
    settings.pauses = [0.02]
    settings.idleSeconds = 10
    change(&settings)
    return try DIMSEClient(try ArchiveAddress("dimse:PEER@127.0.0.1:\(port)"), settings: settings)
  }

  @Test func `where nobody listens, the error says so after the last try`() throws {
    let client = try Self.client(Orthanc.freePort())
    let problem = #expect(throws: ArchiveProblem.self) { _ = try client.instances(study: "1", series: nil) }
    #expect(problem.map { "\($0)".hasPrefix("cannot reach \(client.host): nothing answers") } ?? false)
  }

  @Test func `a server that says nothing is given up after the time allowed`() throws {
    let server = try LoopbackServer { _, _ in .silence }
    let client = try Self.client(server.port) { $0.idleSeconds = 1 }
    #expect(throws: ArchiveProblem.timedOut(client.host, seconds: 1)) { try client.file(study: "1", series: "2", instance: "3") }
  }

  @Test func `a server that does not speak DICOM is named`() throws {
    let server = try LoopbackServer { _, _ in .answer(400, type: "text/plain", []) }
    // An HTTP server answers when it has read a line; the A-ASSOCIATE-RQ has none, so it may also say nothing.
    let client = try Self.client(server.port) { $0.idleSeconds = 1 }
    #expect(throws: ArchiveProblem.self) { try client.studies(modality: "CR", dates: nil, limit: 1) }
  }

  @Test func `a cancelled query ends at once`() throws {
    let server = try LoopbackServer { _, _ in .silence }
    let start = ContinuousClock.now
    #expect(throws: CancellationError.self) {
      try Cancellation.polling(Cancellation { start.duration(to: .now) > .milliseconds(200) }) {
        try Self.client(server.port).instances(study: "1", series: nil)
      }
    }
  }

  @Test func `an archive must be named, and only this machine needs no warning`() throws {
    #expect(throws: ArchiveProblem.noArchive(.dimse)) {
      try DIMSEClient(try ArchiveAddress("dimse:studies/1"), settings: ArchiveSettings())
    }
    #expect(try Self.client(104).warning == nil)
    let other = try DIMSEClient(try ArchiveAddress("dimse:P@pacs.example.org:104"), settings: ArchiveSettings())
    #expect(other.warning?.contains("not encrypted") == true && other.host == "pacs.example.org:104")
    var settings = ArchiveSettings()
    settings.dimseArchive = "P@h:104"
    #expect(try DIMSEClient(try ArchiveAddress("dimse:studies/1"), settings: settings).host == "h:104")
  }

  @Test func `a tool ends once the files in its folder pass a limit`() throws {
    let server = try LoopbackServer { _, _ in .silence }
    let folder = try #require(ScratchFolder(named: "segsh-archive-test"))
    try FileBytes.write([UInt8](repeating: 0, count: 2000), to: "\(folder.path)/a")
    func run(most: Int, count: Int) throws {
      _ = try DCMTK.run(.echoscu, ["127.0.0.1", "\(server.port)"], in: folder, seconds: 1, most: most, count: count)
    }
    #expect(throws: DIMSEFailure.tooMuch) { try run(most: 1000, count: 4) }
    #expect(throws: DIMSEFailure.tooMuch) { try run(most: 4000, count: 0) }
    #expect(throws: DIMSEFailure.tooSlow) { try run(most: 4000, count: 4) }
  }

  @Test func `keys of a query are tags in hexadecimal`() {
    #expect(DIMSEClient.keys([(0x0008_0052, "IMAGE"), (0x0020_000D, "")]) == ["-k", "0008,0052=IMAGE", "-k", "0020,000d"])
  }
}
