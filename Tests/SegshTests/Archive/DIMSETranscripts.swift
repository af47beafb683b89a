import Basics
import Foundation
import Platform
import TestSupport
import Testing

@testable import ImageOps

/// The program and real peers by DIMSE: Orthanc, and DCMTK's storescp, on this machine.
@Suite(
  .serialized,
  .enabled(
    if: Orthanc.missing == nil && FileManager.default.isExecutableFile(atPath: "/usr/bin/getscu"),
    "Orthanc or DCMTK is not installed (apt-get install orthanc orthanc-dicomweb dcmtk)"))
struct DIMSETranscripts {
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ line: String, _ environment: [String: String] = [:]) throws -> Program.Outcome {
    // The temporary folders of the program lie where the test can see them.
    try FileManager.default.createDirectory(atPath: folder.file("tmp"), withIntermediateDirectories: true)
    return try program.run(["-c", line], in: folder.url, environment: environment.merging(["TMPDIR": folder.file("tmp")]) { $1 })
  }

  private func start(_ path: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    (process.executableURL, process.arguments) = (URL(fileURLWithPath: path), arguments)
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    return process
  }

  private func end(_ process: Process) {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// What the file of an X-ray is when it comes by DIMSE: the same data set after a start by segsh.
  private func received(_ bytes: [UInt8]) throws -> String { SHA256.hexDigest(of: try #require(DICOMFileStart.replaced(in: bytes))) }

  @Test func `an image comes by C-GET with the data set that went in, sending twice stores it once, and nothing is left behind`() throws {
    let orthanc = try Orthanc()
    let xray = ArchivedXRay(study: "1.2.826.1.27.21")
    let bytes = try xray.bytes
    try folder.write(bytes, to: "ward/a.dcm")
    for _ in 0..<2 {
      let sent = try run("send ward to=\(orthanc.dimse)")
      #expect(sent.status == 0 && sent.errors == "sent 1 object to 127.0.0.1:\(orthanc.dicomPort)\n", "\(sent.errors)")
      #expect(orthanc.instanceCount() == 1)
    }
    for address in [xray.path, "studies/\(xray.study)/series/\(xray.series)", "studies/\(xray.study)"] {
      let digest = try received(bytes)
      let loaded = try run("x = load \(orthanc.dimse)/\(address); f = load ward/a.dcm; d = x - f; print (d.max - d.min); x | info")
      #expect(
        loaded.status == 0 && loaded.output.hasPrefix("0\n") && loaded.output.contains("\(digest)\n"),
        "\(address): \(loaded.errors) \(loaded.output)")
    }
    let environment = ["SEGSH_DIMSE_ARCHIVE": "ORTHANC@127.0.0.1:\(orthanc.dicomPort)"]
    let relative = try run("(load dimse:\(xray.path)).mean; send ward", environment)
    #expect(relative.status == 0 && relative.errors.contains("sent 1 object"), "\(relative.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("tmp")).isEmpty)
    // The same object by DICOMweb has the same data set.
    let web = try run("x = load dicomweb:\(orthanc.url)/\(xray.path); y = load \(orthanc.dimse)/\(xray.path); print ((x - y).max)")
    #expect(web.output == "0\n", "\(web.errors)")
  }

  @Test func `a compressed image comes by C-MOVE as it is stored, and by C-GET decompressed`() throws {
    try #require(FileManager.default.isExecutableFile(atPath: "/usr/bin/dcmcjpeg"))
    let port = Orthanc.freePort()
    let orthanc = try Orthanc(peer: port)
    let xray = ArchivedXRay(study: "1.2.826.1.27.22", side: 96)
    try folder.write(try xray.bytes, to: "plain.dcm")
    let process = try start("/usr/bin/dcmcjpeg", ["+e1", "+ud", folder.file("plain.dcm"), folder.file("a.dcm")])
    process.waitUntilExit()
    let bytes = [UInt8](try Data(contentsOf: folder.url.appendingPathComponent("a.dcm")))
    #expect(DICOMIdentity(of: bytes)?.transferSyntax == "1.2.840.10008.1.2.4.70")
    #expect(try run("send a.dcm to=\(orthanc.dimse)").status == 0)
    // By C-GET, Orthanc decompresses it.
    let plain = try run("x = load \(orthanc.dimse)/\(xray.path); f = load plain.dcm; d = x - f; print (d.max - d.min)")
    #expect(plain.status == 0 && plain.output == "0\n", "\(plain.errors)")
    let digest = try received(bytes)
    let moved = try run("x = load \(orthanc.dimse)/\(xray.path); x | info", ["SEGSH_DIMSE_PORT": "\(port)"])
    #expect(moved.status == 0 && moved.output.contains("\(digest)\n"), "\(moved.errors)\(moved.output)")
    let unknown = try run("load \(orthanc.dimse)/\(xray.path)", ["SEGSH_DIMSE_PORT": "\(port)", "SEGSH_DIMSE_AET": "OTHER"])
    #expect(unknown.status == 1 && unknown.errors.contains("it knows this machine as OTHER"), "\(unknown.errors)")
    // JPEG 2000, which this Orthanc cannot decompress.
    let fixture = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../ImageOpsTests/Fixtures/codecs/jpeg2000-16.dcm")
      .standardized
    try FileManager.default.copyItem(at: fixture, to: folder.url.appendingPathComponent("j.dcm"))
    let fields = ["0010,0020=4711", "0020,000d=1.2.826.1.27.28", "0020,000e=1.2.826.1.27.28.10"].flatMap { ["-i", $0] }
    try start("/usr/bin/dcmodify", ["-nb"] + fields + [folder.file("j.dcm")]).waitUntilExit()
    let identity = try #require(DICOMIdentity(of: [UInt8](try Data(contentsOf: fixture))))
    #expect(try run("send j.dcm to=\(orthanc.dimse)").status == 0)
    let path = "studies/1.2.826.1.27.28/series/1.2.826.1.27.28.10/instances/\(identity.instance)"
    let refused = try run("load \(orthanc.dimse)/\(path)")
    #expect(refused.status == 1 && refused.errors.contains("C-GET failed: it cannot send this image uncompressed"), "\(refused.errors)")
    let taken = try LoopbackServer { _, _ in .silence }
    let busy = try run("load \(orthanc.dimse)/\(xray.path)", ["SEGSH_DIMSE_PORT": "\(taken.port)"])
    #expect(busy.status == 1 && busy.errors.contains("SEGSH_DIMSE_PORT cannot be used: the port is in use"), "\(busy.errors)")
  }

  @Test func `a study of several images must be narrowed, or opened as cases, and a worklist lists them`() throws {
    let orthanc = try Orthanc()
    for number in 1...2 {
      let xray = ArchivedXRay(study: "1.2.826.1.27.23", number: number, view: number == 1 ? "PA" : "LL", seed: UInt64(number), side: 64)
      try folder.write(try xray.bytes, to: "ward/\(number).dcm")
    }
    let other = ArchivedXRay(study: "1.2.826.1.27.23", number: 3, modality: "CT", storageClass: "1.2.840.10008.5.1.4.1.1.2", side: 64)
    try folder.write(try other.bytes, to: "ward/3.dcm")
    let late = ArchivedXRay(study: "1.2.826.1.27.24", date: "20260301", side: 64)
    try folder.write(try late.bytes, to: "ward/4.dcm")
    #expect(try run("send ward to=\(orthanc.dimse)").status == 0)
    let study = "\(orthanc.dimse)/studies/1.2.826.1.27.23"
    let one = try run("load \(study)")
    #expect(one.status == 1 && one.errors.contains("2 CR or DX images") && one.errors.contains("(LL)"), "\(one.errors)")
    #expect(one.errors.contains("\(study)/series/1.2.826.1.27.23.10/instances/1.2.826.1.27.23.10.2") && !one.errors.contains("Doe"))
    let cases = try run("(load-cases \(study) | each { it.mean }).count")
    #expect(cases.status == 0 && cases.output == "2\n" && cases.errors.contains("1 of 3 objects are no CR or DX image"), "\(cases.errors)")
    #expect(try run("(worklist \(orthanc.dimse)).count").output == "3\n")
    let dated = try run("worklist \(orthanc.dimse) dates=20260201-")
    #expect(dated.output.contains("1 case") && dated.output.contains("2026-03-01"), "\(dated.errors)\(dated.output)")
    #expect(try run("(worklist \(orthanc.dimse) limit=1).count").output != "3\n")
    let none = try run("worklist \(orthanc.dimse) dates=20250101")
    #expect(none.status == 1 && none.errors.contains("no studies with CR or DX"), "\(none.errors)")
    let missing = try run("load \(orthanc.dimse)/studies/9.9")
    #expect(missing.status == 1 && missing.errors.contains("has no such study, series or instance"), "\(missing.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("tmp")).isEmpty)
  }

  @Test func `a replay fetches its input by DIMSE, and what is written names neither host nor patient`() throws {
    let orthanc = try Orthanc()
    let xray = ArchivedXRay(study: "1.2.826.1.27.25", side: 96)
    try folder.write(try xray.bytes, to: "ward/a.dcm")
    #expect(try run("send ward/a.dcm to=\(orthanc.dimse)").status == 0)
    let address = "\(orthanc.dimse)/\(xray.path)"
    let made = try run("load \(address) | invert | save y.png")
    #expect(made.status == 0, "\(made.errors)")
    let text = String(decoding: try Data(contentsOf: folder.url.appendingPathComponent("y.png")), as: UTF8.self)
    for mark in ["127.0.0.1", "ORTHANC", xray.study, "Doe", "4711"] { #expect(!text.contains(mark), "y.png contains \(mark)") }
    let pointed = try program.run(["replay", "y.png", "--verify", "--data", address], in: folder.url)
    #expect(pointed.status == 0 && pointed.output.contains("identical"), "\(pointed.errors)\(pointed.output)")
  }

  @Test func `an association that is refused has one error, which says why`() throws {
    let orthanc = try Orthanc(checksTitle: true)
    let xray = ArchivedXRay(study: "1.2.826.1.27.26", side: 64)
    try folder.write(try xray.bytes, to: "a.dcm")
    for line in [
      "send a.dcm to=dimse:OTHER@127.0.0.1:\(orthanc.dicomPort)", "load dimse:OTHER@127.0.0.1:\(orthanc.dicomPort)/\(xray.path)",
    ] {
      let outcome = try run(line)
      #expect(
        outcome.status == 1 && outcome.errors.contains("refused the connection: it does not go by the AE title OTHER"), "\(outcome.errors)")
    }
    #expect(orthanc.instanceCount() == 0)
    orthanc.stop()
    let down = try run("load \(orthanc.dimse)/\(xray.path)")
    #expect(down.status == 1 && down.errors.contains("cannot reach 127.0.0.1:\(orthanc.dicomPort): nothing answers"), "\(down.errors)")
  }

  @Test func `a peer that answers no queries is named, and what it received is the data set`() throws {
    let port = Orthanc.freePort()
    try FileManager.default.createDirectory(atPath: folder.file("received"), withIntermediateDirectories: true)
    let peer = try start("/usr/bin/storescp", ["-od", folder.file("received"), "+B", "\(port)"])
    defer { end(peer) }
    usleep(500_000)
    let xray = ArchivedXRay(study: "1.2.826.1.27.27", side: 64)
    try folder.write(try xray.bytes, to: "a.dcm")
    let sent = try run("send a.dcm to=dimse:PEER@127.0.0.1:\(port)")
    #expect(sent.status == 0 && sent.errors.contains("answers no queries, so nothing confirms that it kept the objects"), "\(sent.errors)")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.file("received")).first)
    let stored = [UInt8](try Data(contentsOf: folder.url.appendingPathComponent("received/\(name)")))
    #expect(try received(stored) == received(xray.bytes))
    let get = try run("load dimse:PEER@127.0.0.1:\(port)/\(xray.path)")
    #expect(get.status == 1 && get.errors.contains("does not offer C-GET"), "\(get.errors)")
    let find = try run("load dimse:PEER@127.0.0.1:\(port)/studies/\(xray.study)")
    #expect(find.status == 1 && find.errors.contains("does not offer queries (C-FIND)"), "\(find.errors)")
  }
}
