import Basics
import Foundation
import TestSupport
import Testing

/// `segsh doctor`.
@Suite struct DoctorTranscripts {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func doctor(_ environment: [String: String]) throws -> (status: Int32, findings: [String: [String: Any]], json: [String: Any]) {
    let run = try Program().run(["doctor", "--json"], in: folder.url, environment: environment)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let findings = try #require(json["findings"] as? [[String: Any]])
    return (run.status, Dictionary(findings.compactMap { finding in (finding["name"] as? String).map { ($0, finding) } }) { $1 }, json)
  }

  @Test func `what is needed is there, and optional parts may be missing`() throws {
    let found = try doctor([
      "SEGSH_CACHE": folder.file("cache"), "SEGSH_CHROMIUM": "/nonexistent", "SEGSH_CAIRO": "/nonexistent", "SEGSH_TESSERACT": "",
      "PATH": "/nonexistent",
    ])
    #expect(found.status == 0)
    #expect(found.json["healthy"] as? Bool == true)
    for name in ["processor", "model", "lessons", "DICOM codecs", "cache", "line editor"] {
      #expect(found.findings[name]?["state"] as? String == "ok", "\(name): \(found.findings[name] ?? [:])")
      #expect(found.findings[name]?["remedy"] is NSNull)
    }
    for (name, package) in [("PDF", "apt install libcairo2 or chromium"), ("text search", "apt install tesseract-ocr")] {
      #expect(found.findings[name]?["state"] as? String == "missing")
      #expect((found.findings[name]?["remedy"] as? String)?.contains(package) == true)
    }
    for name in ["DICOM results", "archives", "OpenBLAS"] {
      let finding = try #require(found.findings[name])
      #expect(finding["state"] as? String == "ok" || (finding["remedy"] as? String)?.contains("apt install") == true, "\(finding)")
    }
    #expect(try folder.content.filter { !$0.hasPrefix(".") } == ["cache"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("cache")).isEmpty)
  }

  @Test func `a folder that cannot be written is a failure with a way out, also in the text`() throws {
    try folder.write("", to: "file")
    let environment = ["SEGSH_CACHE": folder.file("file/cache")]
    let found = try doctor(environment)
    #expect(found.status == 1)
    #expect(found.json["healthy"] as? Bool == false)
    #expect(found.findings["cache"]?["state"] as? String == "failed")
    let run = try Program().run(["doctor"], in: folder.url, environment: environment)
    #expect(run.status == 1)
    #expect(run.output.contains("failed   cache          each start takes longer"))
    #expect(run.output.contains("-> make the folder writable, or set SEGSH_CACHE to another folder, or to none\n"))
    #expect(run.output.contains("1 part that segsh needs failed"))
    #expect(try doctor(["SEGSH_CACHE": "none"]).findings["cache"]?["state"] as? String == "ok")
  }

  @Test func `the processor names the instruction set, and whether it was chosen`() throws {
    #expect((try doctor([:]).findings["processor"]?["detail"] as? String)?.hasPrefix("\(InstructionSet.available.last!.title), ") == true)
    let chosen = try doctor(["SEGSH_CPU": "portable"])
    #expect((chosen.findings["processor"]?["detail"] as? String)?.contains(" (SEGSH_CPU=portable), ") == true)
    let wrong = try doctor(["SEGSH_CPU": "fast"])
    #expect(wrong.status == 1)
    #expect(wrong.findings["processor"]?["state"] as? String == "failed")
    #expect((wrong.findings["processor"]?["remedy"] as? String)?.contains("unset SEGSH_CPU") == true)
  }

  @Test func `a font that is named is the one that is found`() throws {
    let found = try doctor(["SEGSH_FONT": "/nonexistent.ttf"])
    #expect(found.findings["font"]?["detail"] as? String != "/nonexistent.ttf")
  }

  @Test func `the kernel of a user is found once it is installed`() throws {
    guard try doctor([:]).findings["notebooks"]?["remedy"] as? String != "apt install libzmq5" else {
      print("skipped: libzmq.so.5 is not installed")
      return
    }
    #expect(try doctor([:]).findings["notebooks"]?["remedy"] as? String == "segsh kernel install")
    _ = try Program().run(["kernel", "install"], in: folder.url)
    #expect(try doctor([:]).findings["notebooks"]?["detail"] as? String == folder.file(".local/share/jupyter/kernels/segsh/kernel.json"))
  }
}
