import Basics
import Foundation
import ImageOps
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// The client against a little server that answers as a test wants.
@Suite struct DICOMwebClientTests {
  private static let file = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + (0..<3000).map { UInt8(truncatingIfNeeded: $0 * 31) }
  private static let type = "multipart/related; type=\"application/dicom\"; boundary=B"
  private static let message = Array("--B\r\nContent-Type: application/dicom\r\n\r\n".utf8) + file + Array("\r\n--B--\r\n".utf8)
  private static let whole = LoopbackServer.Reply.answer(200, type: type, message)

  /// A server ends with its last reference, which a test may not need any more.
  private static let kept = Mutex<[LoopbackServer]>([])

  private static func client(_ server: LoopbackServer, _ change: (inout ArchiveSettings) -> Void = { _ in }) throws -> DICOMwebClient {
    kept.withLock { $0.append(server) }
    var settings = ArchiveSettings()
    settings.pauses = [0.02, 0.04]
    settings.idleSeconds = 10
    change(&settings)
    return try DICOMwebClient(try ArchiveAddress("dicomweb:http://127.0.0.1:\(server.port)/rs"), settings: settings)
  }

  private static func read(_ client: DICOMwebClient) throws -> [UInt8] { try client.file(study: "1", series: "2", instance: "3") }

  // MARK: Reading

  @Test func `an instance is asked for by its path, in the encoding in which it was stored`() throws {
    let server = try LoopbackServer { _, _ in Self.whole }
    #expect(try Self.read(Self.client(server)) == Self.file)
    let request = try #require(server.requests.first)
    #expect(request.head.hasPrefix("GET /rs/studies/1/series/2/instances/3 HTTP/1.1"))
    #expect(request.header("Accept") == "multipart/related; type=\"application/dicom\"; transfer-syntax=*")
    #expect(request.header("Authorization") == nil)
  }

  @Test func `a file that comes without parts is taken too`() throws {
    let server = try LoopbackServer { _, _ in .answer(200, type: "application/dicom; transfer-syntax=1.2", Self.file) }
    #expect(try Self.read(Self.client(server)) == Self.file)
  }

  @Test(arguments: [
    ("a page", LoopbackServer.Reply.answer(200, type: "text/html", Array("<html>".utf8))),
    ("no DICOM", .answer(200, type: "application/dicom", Array("PNG".utf8))),
    ("no boundary", .answer(200, type: "multipart/related", message)),
    ("another boundary", .answer(200, type: "multipart/related; boundary=C", message)),
    ("two parts", .answer(200, type: type, message.dropLast(4) + Array("\r\n\r\nx\r\n--B--".utf8))),
    ("a part of another type", .answer(200, type: type, Array("--B\r\nContent-Type: image/png\r\n\r\nx\r\n--B--".utf8))),
    ("cut short", .answer(200, type: type, Array(message.dropLast(20)))),
    ("nothing", .answer(200, type: type, [])),
  ])
  func `an answer that is no DICOM file is refused`(_ name: String, _ reply: LoopbackServer.Reply) throws {
    let server = try LoopbackServer { _, _ in reply }
    let problem = #expect(throws: ArchiveProblem.self, "\(name)") { _ = try Self.read(Self.client(server)) }
    guard case .badAnswer? = problem else {
      Issue.record("\(name): \(String(describing: problem))")
      return
    }
    #expect(server.requests.count == 1)
  }

  @Test func `an answer that ends before its length is asked for again, and then given up`() throws {
    let short = Array("HTTP/1.1 200 OK\r\nContent-Type: \(Self.type)\r\nContent-Length: 9999\r\n\r\n".utf8) + Self.message
    let server = try LoopbackServer { _, number in number == 0 ? .bytes(short) : Self.whole }
    #expect(try Self.read(Self.client(server)) == Self.file)
    let never = try LoopbackServer { _, _ in .bytes(short) }
    #expect(throws: ArchiveProblem.unreachable("127.0.0.1:\(never.port)", "the connection ended before the answer was complete")) {
      try Self.read(Self.client(never))
    }
    #expect(server.requests.count == 2 && never.requests.count == 3)
  }

  @Test func `an answer beyond the limit is cut off, whatever length it states`() throws {
    // Without a length the answer lasts as long as the connection.
    let endless = Array("HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\n\r\n".utf8) + [UInt8](repeating: 32, count: 17 << 20)
    let server = try LoopbackServer { _, _ in .bytes(endless) }
    let client = try Self.client(server)
    #expect(throws: ArchiveProblem.tooLarge(client.host, limit: 16 << 20)) { try client.instances(study: "1", series: nil) }
  }

  @Test func `a server that says nothing is given up after the time allowed`() throws {
    let server = try LoopbackServer { _, _ in .silence }
    let client = try Self.client(server) { $0.idleSeconds = 1 }
    #expect(throws: ArchiveProblem.timedOut(client.host, seconds: 1)) { try Self.read(client) }
    #expect(server.requests.count == 1)
  }

  @Test func `a cancelled request ends at once`() throws {
    let server = try LoopbackServer { _, _ in .silence }
    let start = ContinuousClock.now
    #expect(throws: CancellationError.self) {
      try Cancellation.polling(Cancellation { start.duration(to: .now) > .milliseconds(200) }) { try Self.read(Self.client(server)) }
    }
  }

  @Test func `where nobody listens, the error says so after the last try`() throws {
    let port = try LoopbackServer { _, _ in .silence }.port
    var settings = ArchiveSettings()
    settings.pauses = [0.02]
    let client = try DICOMwebClient(try ArchiveAddress("dicomweb:http://127.0.0.1:\(port)"), settings: settings)
    let problem = #expect(throws: ArchiveProblem.self) { _ = try Self.read(client) }
    #expect(problem.map { "\($0)".hasPrefix("cannot reach 127.0.0.1:\(port): nothing answers") } ?? false)
  }

  // MARK: Trying again

  @Test(arguments: [429, 500, 502, 503, 504]) func `a server that is busy or fails is asked again`(_ status: Int) throws {
    let server = try LoopbackServer { _, number in number < 2 ? .answer(status, type: "text/plain", []) : Self.whole }
    #expect(try Self.read(Self.client(server)) == Self.file)
    #expect(server.requests.count == 3)
  }

  @Test(arguments: [(400, 1), (404, 1), (406, 1), (503, 3)]) func `other failures are final at once, and busy servers at last`(
    _ status: Int, _ count: Int
  ) throws {
    let server = try LoopbackServer { _, _ in .answer(status, type: "text/plain", []) }
    let client = try Self.client(server)
    #expect(throws: status == 404 ? ArchiveProblem.notFound(client.host) : .failed(client.host, status: status)) { try Self.read(client) }
    #expect(server.requests.count == count)
  }

  @Test func `a server that asks for a pause gets it, unless it is long`() throws {
    let server = try LoopbackServer { _, number in
      number == 0 ? .answer(503, type: "text/plain", [], headers: ["Retry-After: 1"]) : Self.whole
    }
    let start = ContinuousClock.now
    #expect(try Self.read(Self.client(server)) == Self.file)
    #expect(start.duration(to: .now) >= .milliseconds(950))
    let later = try LoopbackServer { _, _ in .answer(429, type: "text/plain", [], headers: ["Retry-After: 3600"]) }
    let client = try Self.client(later)
    #expect(throws: ArchiveProblem.failed(client.host, status: 429)) { try Self.read(client) }
    #expect(later.requests.count == 1)
  }

  // MARK: Credentials and redirects

  private static let token: @Sendable (inout ArchiveSettings, LoopbackServer) -> Void = { settings, server in
    settings.archive = "http://127.0.0.1:\(server.port)/other"
    settings.token = "t0ken"
  }

  @Test func `a token goes to the archive that it is for, and to no other`() throws {
    let server = try LoopbackServer { _, _ in Self.whole }
    let other = try LoopbackServer { _, _ in Self.whole }
    _ = try Self.read(Self.client(server) { Self.token(&$0, server) })
    _ = try Self.read(Self.client(other) { Self.token(&$0, server) })
    #expect(server.requests.first?.header("Authorization") == "Bearer t0ken")
    #expect(other.requests.first?.header("Authorization") == nil && other.requests.count == 1)
  }

  @Test func `a password of .netrc goes to its host alone`() throws {
    let folder = try TemporaryFolder()
    try folder.write("machine 127.0.0.1 login reader password secret\n", to: "netrc")
    try folder.write("machine pacs.example.org login reader password secret\n", to: "other")
    let server = try LoopbackServer { _, _ in Self.whole }
    _ = try Self.read(Self.client(server) { $0.netrc = folder.file("netrc") })
    _ = try Self.read(Self.client(server) { $0.netrc = folder.file("other") })
    #expect(server.requests.map { $0.header("Authorization") } == ["Basic " + Data("reader:secret".utf8).base64EncodedString(), nil])
  }

  @Test func `a redirect to the same host is followed, with the token only to the same port`() throws {
    let other = try LoopbackServer { _, _ in Self.whole }
    let server = try LoopbackServer { request, number in
      number == 0
        ? .answer(302, type: "text/plain", [], headers: ["Location: /moved/3"])
        : .answer(307, type: "text/plain", [], headers: ["Location: http://127.0.0.1:\(other.port)/3"])
    }
    #expect(try Self.read(Self.client(server) { Self.token(&$0, server) }) == Self.file)
    #expect(server.requests.map(\.path) == ["/rs/studies/1/series/2/instances/3", "/moved/3"])
    #expect(server.requests.allSatisfy { $0.header("Authorization") == "Bearer t0ken" })
    #expect(other.requests.map(\.path) == ["/3"] && other.requests.first?.header("Authorization") == nil)
  }

  @Test(arguments: [
    "http://localhost:1/x", "http://example.invalid/x", "file:///etc/passwd", "ftp://127.0.0.1/x", "http://u:p@127.0.0.1/x",
  ])
  func `a redirect to another host without encryption, or to no web address, is refused`(_ target: String) throws {
    let server = try LoopbackServer { _, _ in .answer(302, type: "text/plain", [], headers: ["Location: \(target)"]) }
    #expect(throws: ArchiveProblem.self) { try Self.read(Self.client(server)) }
    #expect(server.requests.count == 1)
  }

  @Test func `a circle of redirects ends`() throws {
    let server = try LoopbackServer { _, number in .answer(302, type: "text/plain", [], headers: ["Location: /\(number)"]) }
    let client = try Self.client(server)
    #expect(throws: ArchiveProblem.badAnswer(client.host, "more than 3 redirects")) { try Self.read(client) }
  }

  @Test func `an image is sent on to the same server alone, and never turned into a question`() throws {
    for (status, target) in [(302, "/again"), (307, "http://localhost:1/x"), (308, "http://127.0.0.1:1/x")] {
      let server = try LoopbackServer { _, _ in .answer(status, type: "text/plain", [], headers: ["Location: \(target)"]) }
      #expect(throws: ArchiveProblem.self) { try Self.client(server).store(Self.file, Self.identity("3")) }
      #expect(server.requests.count == 1)
    }
  }

  @Test func `only http that leaves the machine needs a warning`() throws {
    func warning(_ url: String) throws -> String? {
      try DICOMwebClient(try ArchiveAddress("dicomweb:\(url)"), settings: ArchiveSettings()).warning
    }
    #expect(try warning("https://pacs.example.org") == nil && warning("http://localhost:8042") == nil)
    #expect(try warning("http://pacs.example.org")?.hasPrefix("the connection to pacs.example.org is not encrypted") == true)
  }

  // MARK: Searching

  private static func item(_ study: String, _ instance: String, modality: String, storageClass: String = "", view: String = "") -> String {
    func field(_ tag: String, _ value: String) -> String {
      value.isEmpty ? "" : ", \"\(tag)\": {\"vr\": \"CS\", \"Value\": [\"\(value)\"]}"
    }
    return "{\"0020000D\": {\"vr\": \"UI\", \"Value\": [\"\(study)\"]}, \"0020000E\": {\"vr\": \"UI\", \"Value\": [\"2\"]}"
      + field("00080018", instance) + field("00080060", modality) + field("00080016", storageClass) + field("00185101", view)
      + ", \"00100010\": {\"vr\": \"PN\", \"Value\": [{\"Alphabetic\": \"Doe^Jane\"}]}}"
  }

  private static func searching(_ items: [String]) throws -> (LoopbackServer, DICOMwebClient) {
    let body = Array("[\(items.joined(separator: ", "))]".utf8)
    let server = try LoopbackServer { _, _ in .answer(200, type: "application/dicom+json", body) }
    return (server, try client(server))
  }

  @Test func `the only radiograph of a study is found among other objects`() throws {
    let (server, client) = try Self.searching([
      Self.item("1", "7", modality: "SR"), Self.item("1", "8", modality: "DX", storageClass: "1.2.840.10008.5.1.4.1.1.1.1", view: "AP"),
      Self.item("1", "9", modality: "DX", storageClass: "1.2.840.10008.5.1.4.1.1.1.1.1"), Self.item("4", "10", modality: "CR"),
    ])
    let (object, others) = try client.radiograph(study: "1", series: nil)
    #expect(object.instance == "8" && object.view == "AP" && others == 2)
    #expect(server.requests.first?.path.hasPrefix("/rs/studies/1/instances?") == true)
  }

  @Test func `several radiographs, or none, are an error that lists what there is`() throws {
    let two = try Self.searching([Self.item("1", "8", modality: "CR", view: "PA"), Self.item("1", "9", modality: "CR", view: "LL")]).1
    let problem = #expect(throws: ArchiveProblem.self) { _ = try two.radiograph(study: "1", series: nil) }
    #expect(problem.map { "\($0)".contains("2 CR or DX images") && "\($0)".contains("/studies/1/series/2/instances/8 (PA)") } ?? false)
    #expect(problem.map { "\($0)".contains("Doe") } == false)
    let none = try Self.searching([Self.item("1", "8", modality: "CT"), Self.item("1", "9", modality: "SR")]).1
    #expect(throws: ArchiveProblem.noRadiograph(none.host, ["CT", "SR"])) { try none.radiograph(study: "1", series: nil) }
  }

  private static let noLists = [
    "", "{}", "[", "[1]", "[{}]", "[{\"0020000D\": {\"Value\": [\"../../x\"]}}]", "[{\"0020000D\": {\"Value\": \"1\"}}]",
    String(repeating: "[", count: 100_000),
    "[{\"0020000D\": {\"Value\": [\"1\"]}, \"00080018\": {\"Value\": [\"a\\u0000b\"]}}]",
  ]

  @Test(arguments: noLists.indices) func `a list that is none, or has no valid UIDs, is refused`(_ index: Int) throws {
    let server = try LoopbackServer { _, _ in .answer(200, type: "application/dicom+json", Array(Self.noLists[index].utf8)) }
    #expect(throws: ArchiveProblem.self) { try Self.client(server).instances(study: "1", series: nil) }
  }

  @Test func `an empty result has its own error, and no studies are an empty list`() throws {
    let server = try LoopbackServer { _, _ in .answer(204, type: "application/dicom+json", []) }
    let client = try Self.client(server)
    #expect(throws: ArchiveProblem.notFound(client.host)) { try client.instances(study: "1", series: nil) }
    #expect(try client.studies(dates: "20260101-", limit: 5).isEmpty)
    #expect(
      server.requests.dropFirst().map(\.path) == ["DX", "CR"].map { "/rs/studies?ModalitiesInStudy=\($0)&StudyDate=20260101-&limit=5" })
  }

  // MARK: Storing

  /// Of a file that says nothing else.
  private static func identity(_ instance: String) throws -> DICOMIdentity {
    let element = [8, 0, 0x18, 0] + Array("UI".utf8) + [UInt8(instance.utf8.count + instance.utf8.count % 2), 0]
    let padding = [UInt8](repeating: 0, count: instance.utf8.count % 2)
    let meta = [2, 0, 0x10, 0] + Array("UI".utf8) + [20, 0] + Array("1.2.840.10008.1.2.1\0".utf8)
    let file = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + meta + element + Array(instance.utf8) + padding
    return try #require(DICOMIdentity(of: file))
  }

  private static func storing(_ status: Int, _ body: String) throws -> StoredObject {
    let server = try LoopbackServer { _, _ in .answer(status, type: "application/dicom+json", Array(body.utf8)) }
    return try client(server).store(file, identity("1.2.3"))
  }

  private static func report(_ sequence: String, _ more: String = "", instance: String = "1.2.3") -> String {
    "{\"\(sequence)\": {\"vr\": \"SQ\", \"Value\": [{\"00081155\": {\"vr\": \"UI\", \"Value\": [\"\(instance)\"]}\(more)}]}}"
  }

  @Test func `an object is sent whole, and the archive's report decides what became of it`() throws {
    #expect(try Self.storing(200, Self.report("00081199")) == .stored)
    #expect(
      try Self.storing(202, Self.report("00081199", ", \"00081196\": {\"vr\": \"US\", \"Value\": [45056]}")) == .storedWithWarning(0xB000))
    let failed = try Self.storing(409, Self.report("00081198", ", \"00081197\": {\"vr\": \"US\", \"Value\": [43264]}"))
    #expect(failed == .refused(0xA900) && failed.reason == "A900 (the data set does not match its SOP class)")
    #expect(try Self.storing(409, Self.report("00081198", ", \"00081197\": {\"vr\": \"US\", \"Value\": [273]}")) == .stored)
    #expect(try Self.storing(409, "") == .refused(nil))
    #expect(throws: ArchiveProblem.self) { try Self.storing(200, "") }
    #expect(throws: ArchiveProblem.self) { try Self.storing(200, Self.report("00081199", instance: "9.9")) }
    #expect(throws: ArchiveProblem.self) { try Self.storing(401, "") }
    let server = try LoopbackServer { _, number in
      number == 0 ? .answer(503, type: "text/plain", []) : .answer(200, type: "application/dicom+json", Array(Self.report("00081199").utf8))
    }
    #expect(try Self.client(server).store(Self.file, Self.identity("1.2.3")) == .stored)
    for request in server.requests {
      #expect(request.head.hasPrefix("POST /rs/studies HTTP/1.1") && request.header("Expect") == nil)
      let type = try #require(request.header("Content-Type"))
      let parts = try MultipartRelated.parts(of: request.body, contentType: type, limit: 1)
      #expect(parts.count == 1 && Array(request.body[parts[0].content]) == Self.file)
    }
    #expect(server.requests.count == 2)
  }
}
