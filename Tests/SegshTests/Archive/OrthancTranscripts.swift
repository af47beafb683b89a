import Basics
import Foundation
import TestSupport
import Testing

@testable import ImageOps

/// The program and a real archive: Orthanc with its DICOMweb plugin, on this machine.
@Suite(.serialized, .enabled(if: Orthanc.missing == nil, "\(Orthanc.missing ?? "")")) struct OrthancTranscripts {
  private static let password = "pass-1"
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("machine 127.0.0.1\nlogin reader\npassword \(Self.password)\n", to: ".netrc")
  }

  private func run(_ line: String, _ environment: [String: String] = [:]) throws -> Program.Outcome {
    try program.run(["-c", line], in: folder.url, environment: environment)
  }

  /// Texts of all files in the folder, the files of the patient and the password excepted.
  private func written() throws -> [(name: String, text: String)] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix("ward") && $0 != ".netrc" }.compactMap { name in
      FileManager.default.contents(atPath: folder.file(name)).map { (name, String(decoding: $0, as: UTF8.self).withoutEncodedData) }
    }
  }

  @Test func `an image comes out of the archive as it went in, and sending twice stores it once`() throws {
    let orthanc = try Orthanc(password: Self.password)
    let xray = ArchivedXRay(study: "1.2.826.1.27.1")
    let bytes = try xray.bytes
    try folder.write(bytes, to: "ward/a.dcm")
    try folder.write("no image", to: "ward/notes.txt")
    for _ in 0..<2 {
      let sent = try run("send ward to=dicomweb:\(orthanc.url)")
      #expect(sent.status == 0 && sent.errors.contains("sent 1 object to 127.0.0.1:\(orthanc.port)"), "\(sent.errors)")
      #expect(sent.errors.contains("1 file is not DICOM and not sent"))
      #expect(orthanc.instanceCount(password: Self.password) == 1)
    }
    for address in [xray.path, "studies/\(xray.study)/series/\(xray.series)", "studies/\(xray.study)"] {
      let loaded = try run(
        "x = load dicomweb:\(orthanc.url)/\(address); f = load ward/a.dcm; d = x - f; print (d.max - d.min); x | info")
      let digest = SHA256.hexDigest(of: bytes)
      #expect(
        loaded.status == 0 && loaded.output.hasPrefix("0\n") && loaded.output.contains("\(digest)\n"),
        "\(address): \(loaded.errors) \(loaded.output)")
    }
    let relative = try run("(load dicomweb:\(xray.path)).mean", ["SEGSH_DICOMWEB_URL": orthanc.url])
    #expect(relative.status == 0, "\(relative.errors)")
  }

  @Test func `without the password nothing comes out or in, and a server that is down is named`() throws {
    let orthanc = try Orthanc(password: Self.password)
    let xray = ArchivedXRay(study: "1.2.826.1.27.2")
    try folder.write(try xray.bytes, to: "ward/a.dcm")
    let base = "dicomweb:\(orthanc.url)"
    for (netrc, environment) in [
      ("machine 127.0.0.1 login reader password wrong\n", [:]), ("machine other.example.org login reader password \(Self.password)\n", [:]),
      ("", ["SEGSH_DICOMWEB_URL": orthanc.url, "SEGSH_DICOMWEB_TOKEN": "wrong-token"]),
    ] as [(String, [String: String])] {
      try folder.write(netrc, to: ".netrc")
      for line in ["load \(base)/\(xray.path)", "send ward/a.dcm to=\(base)"] {
        let outcome = try run(line, environment)
        #expect(outcome.status == 1 && outcome.errors.contains("refused access (status 401)"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("wrong"))
      }
    }
    #expect(orthanc.instanceCount(password: Self.password) == 0)
    orthanc.stop()
    let down = try run("load \(base)/\(xray.path)")
    #expect(down.status == 1 && down.errors.contains("cannot reach 127.0.0.1:\(orthanc.port)"), "\(down.errors)")
  }

  @Test func `a study of several images must be narrowed, or opened as cases`() throws {
    let orthanc = try Orthanc()
    let base = "dicomweb:\(orthanc.url)/studies/1.2.826.1.27.3"
    for number in 1...2 {
      let xray = ArchivedXRay(study: "1.2.826.1.27.3", number: number, view: number == 1 ? "PA" : "LL", seed: UInt64(number), side: 64)
      try folder.write(try xray.bytes, to: "ward/\(number).dcm")
    }
    try folder.write(
      try ArchivedXRay(study: "1.2.826.1.27.3", number: 3, modality: "CT", storageClass: "1.2.840.10008.5.1.4.1.1.2", side: 64).bytes,
      to: "ward/3.dcm")
    #expect(try run("send ward to=dicomweb:\(orthanc.url)").status == 0)
    let one = try run("load \(base)")
    #expect(one.status == 1 && one.errors.contains("2 CR or DX images") && one.errors.contains("(LL)"), "\(one.errors)")
    #expect(!one.errors.contains("Doe"))
    let cases = try run("(load-cases \(base) | each { it.mean }).count")
    #expect(cases.status == 0 && cases.output == "2\n", "\(cases.errors)")
    #expect(cases.errors.contains("1 of 3 objects are no CR or DX image"))
  }

  @Test func `a script is locked and replayed from the archive, and what is written names neither host nor patient`() throws {
    let orthanc = try Orthanc(password: Self.password)
    let xray = ArchivedXRay(study: "1.2.826.1.27.5", side: 96)
    try folder.write(try xray.bytes, to: "ward/a.dcm")
    #expect(try run("send ward/a.dcm to=dicomweb:\(orthanc.url)").status == 0)
    let address = "dicomweb:\(orthanc.url)/\(xray.path)"
    try folder.write(
      "seglang 1\nparam xray: Path\nx = load (xray)\ny = x | invert\ny | save y.png\nsend ward/a.dcm to=dicomweb:\(orthanc.url)\n"
        + "rows = [{case: \"{xray}\", mean: y.mean}] | each { it }\nrows | save rows.csv\n", to: "ward/case.seg")
    let locked = try program.run(["run", "ward/case.seg", "--lock", "--xray", address], in: folder.url)
    #expect(locked.status == 0, "\(locked.errors)")
    let lock = try folder.text(of: "ward/case.seg.lock")
    #expect(lock.contains(SHA256.hexDigest(of: try xray.bytes)))
    for mark in ["127.0.0.1", xray.study, "Doe", "4711"] {
      #expect(!lock.contains(mark), "the lock contains \(mark)")
      for (name, text) in try written() { #expect(!text.contains(mark), "\(name) contains \(mark)") }
    }
    // The recipe reaches no archive by itself; the user points to one.
    let alone = try program.run(["replay", "y.png", "--verify"], in: folder.url)
    #expect(alone.status == 0, "the file lies in a folder inside: \(alone.errors)")
    try FileManager.default.moveItem(atPath: folder.file("ward/a.dcm"), toPath: folder.file("ward/a.txt"))
    try folder.write("changed", to: "ward/a.txt")
    let without = try program.run(["replay", "y.png", "--verify"], in: folder.url)
    #expect(without.status != 0 && without.errors.contains("was not found"), "\(without.errors)")
    let pointed = try program.run(["replay", "y.png", "--verify", "--data", address], in: folder.url)
    #expect(pointed.status == 0 && pointed.output.contains("identical"), "\(pointed.errors)\(pointed.output)")
  }

  @Test func `a script that names an image in the archive is verified with it, sends nothing meanwhile, and sees when it is another`()
    throws
  {
    var orthanc = try Orthanc()
    let xray = ArchivedXRay(study: "1.2.826.1.27.6", side: 96)
    try folder.write(try xray.bytes, to: "ward/a.dcm")
    try folder.write(try ArchivedXRay(study: "1.2.826.1.27.7", side: 64).bytes, to: "ward/b.dcm")
    func arrange() throws {
      #expect(try run("send ward/a.dcm to=dicomweb:\(orthanc.url)").status == 0)
      try folder.write(
        "seglang 1\nx = load dicomweb:\(xray.path)\ny = x | invert\nsend ward/b.dcm\nprint (y.mean)\n", to: "case.seg")
    }
    try arrange()
    let environment = ["SEGSH_DICOMWEB_URL": orthanc.url]
    let locked = try program.run(["run", "case.seg", "--lock"], in: folder.url, environment: environment)
    #expect(locked.status == 0 && orthanc.instanceCount() == 2, "\(locked.errors)")
    // A fresh archive has only the X-ray: what the verification sent would show.
    orthanc = try Orthanc()
    try arrange()
    let again = ["SEGSH_DICOMWEB_URL": orthanc.url]
    let same = try program.run(["replay", "case.seg", "--verify"], in: folder.url, environment: again)
    #expect(same.status == 0 && same.output.contains("identical"), "\(same.errors)\(same.output)")
    #expect(orthanc.instanceCount() == 1)
    // Another image under the same UIDs.
    orthanc = try Orthanc()
    var other = xray
    other.seed = 9
    try folder.write(try other.bytes, to: "ward/a.dcm")
    try arrange()
    let changed = try program.run(
      ["replay", "case.seg", "--verify"], in: folder.url, environment: ["SEGSH_DICOMWEB_URL": orthanc.url])
    #expect(changed.status == 3 && changed.output.contains("differ"), "\(changed.errors)\(changed.output)")
  }
}
