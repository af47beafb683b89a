import Foundation
import TestSupport
import Testing

@testable import SegServices

/// Worklists as lines that are typed at the program.
@Suite(.serialized) struct WorklistTranscripts {
  private static let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Models")
    .standardized.path
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func type(_ lines: String..., with environment: [String: String] = [:]) throws -> Program.Outcome {
    try program.run(
      [], in: folder.url, input: lines.map { $0 + "\n" }.joined(), environment: ["SEGSH_MODELS": Self.models].merging(environment) { $1 })
  }

  private func makePhantoms(_ count: Int) throws {
    try FileManager.default.createDirectory(atPath: folder.file("ward"), withIntermediateDirectories: true)
    let made = try program.run(
      ["-c", "for k in 1..\(count) { phantom seed=k size=128 | save \"ward/Doe_Jane-{k}.png\" }"], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
  }

  /// The states in the table, in order.
  private func states(_ output: String) -> [String] {
    output.split(separator: "\n").filter { $0.contains("ward/") || $0.contains("dicomweb:") }.compactMap { row in
      WorklistStore.Status.allCases.map(\.rawValue).first { row.contains(" \($0) ") }
    }
  }

  @Test func `cases are opened, accepted and corrected one by one, and the next session goes on`() throws {
    try makePhantoms(3)
    let first = try type("worklist ward", "next", "accept", "next")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("worklist: case 1 of 3: waiting") && first.output.contains("worklist: case 2 of 3: waiting"))
    #expect(first.output.contains("case 1 accepted"), "\(first.output)")
    // The second was opened, scored, and not decided when the session ended.
    let second = try type(
      "worklist ward", "next", "better = seg | include rectangle [[40, 30], [60, 50]]", "accept", "show", "previous", "stop", "next")
    #expect(Array(states(second.output).prefix(3)) == ["accepted", "waiting", "waiting"], "\(second.output)")
    #expect(second.output.contains("case 2 corrected"), "\(second.output)")
    #expect(Array(states(second.output).suffix(3)) == ["accepted", "corrected", "waiting"])
    // What was accepted opens with what was kept.
    #expect(second.output.contains("worklist: case 1 of 3: accepted"))
    #expect(second.status == 2, "`next` is no word without a worklist: \(second.errors)")
    let results = try FileManager.default.contentsOfDirectory(atPath: folder.file("worklist-results"))
    #expect(results.count == 2 && results.allSatisfy { $0.hasPrefix("case-") })
    for result in results {
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.file("worklist-results/\(result)")).sorted()
          == ["segmentation.json", "severity.csv", "severity.csv.recipe.json", "severity.json"])
    }
    let table = try program.run(
      ["-c", "(worklist ward | where { it.status == \"waiting\" }).count"], in: folder.url, environment: ["SEGSH_MODELS": Self.models])
    #expect(table.output == "1\n", "\(table.errors)")
  }

  @Test func `neither the state nor the results name a file, and the state is for its owner alone`() throws {
    try makePhantoms(1)
    #expect(try type("worklist ward out=kept", "next", "accept").status == 0)
    let state = ".local/state/segsh/worklist.sqlite"
    let database = try Data(contentsOf: folder.url.appendingPathComponent(state))
    #expect(database.firstRange(of: Data("Doe".utf8)) == nil && database.firstRange(of: Data("ward".utf8)) == nil)
    let permissions = try FileManager.default.attributesOfItem(atPath: folder.file(state))[.posixPermissions] as? Int
    #expect(permissions == 0o600)
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.file("kept")) where name.hasSuffix(".json") {
      #expect(try !folder.text(of: "kept/\(name)").withoutEncodedData.contains("Doe"), "\(name)")
    }
  }

  @Test func `what cannot be done is said, and nothing is decided by it`() throws {
    try makePhantoms(1)
    let outcome = try type("worklist ward", "accept", "send", "correct", "previous", "worklist from=1", "send", "next", "show")
    for said in [
      "no case is open", "there is no case before", "case 1 is not accepted yet", "this is the last case that waits", "1 case: 1 waiting",
    ] {
      #expect(outcome.output.contains(said), "\(said): \(outcome.output)")
    }
    #expect(try type("worklist ward", "worklist from=2").errors.contains("there is no case 2: the worklist has 1"))
    #expect(try type("worklist next").errors.contains("no worklist is open"))
    #expect(try program.run(["-c", "worklist next"], in: folder.url).errors.contains("only at the prompt"))
    #expect(try type("worklist dicomweb:http://127.0.0.1:9 dates=tomorrow").errors.contains("must be a date or range"))
    // A variable of that name goes before the word.
    #expect(try type("worklist ward", "next = 5", "next").output.hasSuffix("5\n"))
  }

  @Test func `a state that is damaged or of a later version is named and left as it is`() throws {
    try makePhantoms(1)
    let path = ".local/state/segsh/worklist.sqlite"
    try folder.write(String(repeating: "no database\n", count: 500), to: path)
    let damaged = try type("worklist ward")
    #expect(damaged.status == 1 && damaged.errors.contains("the state of the worklist cannot be used"), "\(damaged.errors)")
    #expect(try folder.text(of: path).hasPrefix("no database"))
    try FileManager.default.removeItem(atPath: folder.file(path))
    let database = try SQLiteDatabase(folder.file(path), for: .state)
    try database.execute("PRAGMA user_version = 3")
    try database.close()
    #expect(try type("worklist ward").errors.contains("a later version of segsh wrote it"))
  }

  @Test(.enabled(if: Orthanc.missing == nil, "\(Orthanc.missing ?? "")"))
  func `X-rays of an archive are accepted and their results sent back, once`() throws {
    let orthanc = try Orthanc()
    let environment = ["SEGSH_DICOMWEB_URL": orthanc.url]
    for number in 1...2 {
      var xray = ArchivedXRay(study: "1.2.826.1.28.\(number)")
      (xray.seed, xray.date) = (UInt64(number), "2026010\(number)")
      if number == 2 { (xray.modality, xray.storageClass) = ("CR", "1.2.840.10008.5.1.4.1.1.1") }
      try folder.write(try xray.bytes, to: "xrays/\(number).dcm")
    }
    let arranged = try program.run(["-c", "send xrays"], in: folder.url, environment: environment)
    #expect(arranged.status == 0 && orthanc.instanceCount() == 2, "\(arranged.errors)")
    let first = try type("worklist dicomweb:", "next", "accept", "send", "next", "show", with: environment)
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("case 1 of 2: AP, 2026-01-01, waiting") && first.output.contains("case 1 sent"), "\(first.output)")
    #expect(first.output.contains("case 2 of 2: AP, 2026-01-02, waiting") && !first.output.contains("Doe"))
    let count = try #require(orthanc.instanceCount())
    #expect(count > 2, "the segmentation lies beside both X-rays")
    let second = try type("worklist dicomweb: dates=20260101-20260101", "worklist from=1", "send", with: environment)
    #expect(second.output.contains("case 1 sent") && orthanc.instanceCount() == count)
    #expect(second.output.contains("1 case: 1 sent") && second.output.contains("case 1 of 1: AP, 2026-01-01, sent"), "\(second.output)")
    #expect(second.status == 0 && second.output.contains("seg = "), "\(second.errors)")
    // The file has the instance's UID, so that its state is the same.
    let local = try type("worklist xrays", with: environment)
    #expect(local.output.contains("2 cases: 1 waiting, 1 sent"), "\(local.output)")
    let none = try type("worklist dicomweb: dates=20250101", with: environment)
    #expect(none.status == 1 && none.errors.contains("has no studies with CR or DX images"), "\(none.errors)")
  }
}
