import Basics
import Foundation
import TestSupport
import Testing

/// `segsh learn`, `segsh model versions` and `segsh model rollback`.
@Suite(.serialized) struct LearningTranscripts {
  private static let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Models")
    .standardized.path
  private let program = Program()
  private let folder: TemporaryFolder
  private let environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    environment = [
      "SEGSH_MODELS": Self.models, "XDG_DATA_HOME": folder.file("share"), "XDG_STATE_HOME": folder.file("state"), "PATH": "/usr/bin:/bin",
    ]
  }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try program.run(arguments, in: folder.url, environment: environment)
  }

  /// Makes a shipped model the next version of `mine`.
  private func add(_ shipped: String, version: Int) throws {
    let store = folder.url.appendingPathComponent("share/segsh/models")
    try FileManager.default.createDirectory(at: store.appendingPathComponent("mine"), withIntermediateDirectories: true)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(Self.models)/\(shipped).safetensors"))
    try bytes.write(to: store.appendingPathComponent("mine/\(version).safetensors"))
    let record =
      "{\"sha256\": \"\(SHA256.hexDigest(of: Array(bytes)))\", \"parent\": {\"name\": \"default\"}, \"learned_cases\": 8, \"gain\": 0.05}"
    try record.write(to: store.appendingPathComponent("mine/\(version).json"), atomically: true, encoding: .utf8)
    let link = store.appendingPathComponent("mine.safetensors")
    try? FileManager.default.removeItem(at: link)
    try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "mine/\(version).safetensors")
  }

  private func phantoms(_ seeds: ClosedRange<Int>, in data: String, size: Int = 64) throws {
    for name in ["images", "lungs", "opacity"] {
      try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("\(data)/\(name)"), withIntermediateDirectories: true)
    }
    for seed in seeds {
      let made = try run(
        "phantom", "\(data)/images/p\(seed).png", "--seed", "\(seed)", "--size", "\(size)", "--lungs", "\(data)/lungs/p\(seed).png",
        "--opacity",
        "\(data)/opacity/p\(seed).png")
      #expect(made.status == 0)
    }
  }

  @Test func `a saved image is replayed with the version that made it, and a rollback brings its numbers back`() throws {
    try phantoms(1...1, in: "data")
    try add("default", version: 1)
    try "seglang 1\nimg = load data/images/p1.png\nscore = img | segment model=mine | severity\nprint score.percent\n"
      .write(toFile: folder.file("s.seg"), atomically: true, encoding: .utf8)
    let saved = try run("-c", "img = load data/images/p1.png; (img | segment model=mine).opacity | overlay background=img | save o.png")
    #expect(saved.status == 0, "\(saved.errors)")
    let first = try run("run", "s.seg")
    #expect(first.status == 0, "\(first.errors)")

    try add("resnet18", version: 2)
    let second = try run("run", "s.seg")
    #expect(second.status == 0 && second.output != first.output, "the other version measures something else")
    let image = try run("replay", "o.png", "--verify")
    #expect(image.status == 0 && image.output.contains("identical") && !image.output.contains("different model"), "\(image.output)")

    let versions = try run("model", "versions", "mine")
    #expect(versions.output.contains("  mine@1  ") && versions.output.contains("* mine@2  "), "\(versions.output)")
    #expect(try run("-c", "load data/images/p1.png | segment model=mine@1 | severity").status == 0)
    #expect(try run("model", "rollback", "mine").errors.contains("mine is now version 1"))
    let back = try run("run", "s.seg")
    #expect(back.output == first.output)
  }

  @Test func `a locked script replays with the version that its lock names`() throws {
    try phantoms(1...1, in: "data")
    try add("default", version: 1)
    try "seglang 1\nimg = load data/images/p1.png\nscore = img | segment model=mine | severity\nprint score.percent\n"
      .write(toFile: folder.file("s.seg"), atomically: true, encoding: .utf8)
    #expect(try run("run", "s.seg", "--lock").status == 0)
    try add("resnet18", version: 2)
    let replay = try run("replay", "s.seg", "--verify")
    #expect(replay.status == 0, "\(replay.output) \(replay.errors)")
    try FileManager.default.removeItem(atPath: folder.file("share/segsh/models/mine/1.safetensors"))
    let gone = try run("replay", "s.seg", "--verify")
    #expect(gone.status == 3 && gone.output.contains("model"), "\(gone.output)")
  }

  @Test func `what cannot be learned is said before anything is trained`() throws {
    try phantoms(1...4, in: "few")
    #expect(try run("learn", "--data", "few").errors.contains("at least 6 patients, 3 to learn from and 3 to prove the gain; there are 4"))
    #expect(try run("learn", "--data", "missing").status == 1)
    #expect(try run("learn", "--accepted", "few/images").errors.contains("no case of few/images was accepted"))
    #expect(try run("learn", "--accepted", "nowhere").status == 1)
    #expect(try run("learn", "--data", "few", "--name", "default").errors.contains("came with segsh and is never replaced"))
    #expect(try run("learn", "--data", "few", "--name", "../x").errors.contains("cannot be the name of a model"))
    #expect(try run("learn").status == 2)
    #expect(try run("learn", "--data", "few", "--hold-out", "0.9").errors.contains("--hold-out is 0.9 but must be 0.1 to 0.5"))
    try add("default", version: 1)
    #expect(try run("learn", "--data", "few", "--from", "resnet18").errors.contains("`mine` exists, and version 1 is current"))
    #expect(try run("model", "rollback", "mine").errors.contains("version 1 of `mine` has no earlier version"))
    #expect(try run("model", "versions", "other").errors.contains("no model was learned under the name `other`"))
  }

  @Test func `the verdict, the exit status and the files agree, and the same cases give the same verdict`() throws {
    try phantoms(1...4, in: "first")
    try phantoms(11...17, in: "more")
    let weak = try run(
      "train", "--data", "first", "--epochs", "1,1,0,0", "--width", "8", "--size", "32", "--batch", "2", "--output", "weak.safetensors")
    #expect(weak.status == 0, "\(weak.errors)")
    let learned = ["learn", "--from", "weak.safetensors", "--data", "more", "--epochs", "1"]
    let first = try program.run(learned, in: folder.url, environment: environment)
    #expect(first.errors.contains("4 cases to learn from, 3 held out (3 corrected, 0 unchanged)"), "\(first.errors)")
    #expect(first.output.contains("phantoms: error of percent           12"), "\(first.output)")
    #expect(first.errors.contains("Phantoms alone were tested; give --reference DIR"))
    let store = folder.file("share/segsh/models")
    let wasRefused = first.status == 3
    #expect(wasRefused || first.status == 0)
    #expect(FileManager.default.fileExists(atPath: "\(store)/mine/refused.safetensors") == wasRefused)
    #expect(FileManager.default.fileExists(atPath: "\(store)/mine.safetensors") == !wasRefused)
    #expect(first.errors.contains("refused: weak.safetensors stays") == wasRefused)
    let again = try program.run(learned + ["--name", "again"], in: folder.url, environment: environment)
    #expect(again.output == first.output && again.status == first.status)
  }

  @Test func `undecided X-rays are ranked, and the list opens as a worklist`() throws {
    // Smaller ones look cropped to the model.
    try phantoms(1...4, in: "ward", size: 256)
    let next = try run("learn", "--next", "2", "--pool", "ward/images", "--csv", "next.csv")
    #expect(next.status == 0, "\(next.errors)")
    let lines = next.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[1].hasPrefix("1 "), "\(next.output)")
    #expect(try run("-c", "(worklist next.csv).count").output == "2\n")
    #expect(try run("learn", "--next", "2", "--pool", "ward/images").output == next.output)
  }

  @Test func `accepted and corrected cases of a worklist count, and what is missing or changed is said`() throws {
    try phantoms(1...4, in: "data", size: 256)
    let lines =
      ["worklist data/images"] + ["next", "accept"] + ["next", "better = seg | include rectangle [[80, 60], [120, 100]]", "accept"]
    let walked = try program.run(
      [], in: folder.url, input: lines.map { "\($0)\n" }.joined(), environment: environment)
    #expect(walked.output.contains("case 2 corrected"), "\(walked.output) \(walked.errors)")
    let learned = try run("learn", "--accepted", "data/images")
    #expect(learned.errors.contains("there is 1. Cases accepted without a change (1) do not count"), "\(learned.errors)")
    let next = try run("learn", "--next", "4", "--accepted", "data/images")
    #expect(next.output.split(separator: "\n").count == 3, "two cases wait: \(next.output)")
    let elsewhere = try run("learn", "--accepted", "data/images", "--results", "elsewhere")
    #expect(
      elsewhere.errors.contains("2 accepted cases are left out")
        && elsewhere.errors.contains("Give the folder of the results: --results DIR"))
    // A file that is another X-ray by now is another case, which waits.
    try FileManager.default.removeItem(atPath: folder.file("data/images/p1.png"))
    try FileManager.default.copyItem(atPath: folder.file("data/images/p3.png"), toPath: folder.file("data/images/p1.png"))
    #expect(try run("learn", "--accepted", "data/images").errors.contains("there is 1\n"))
  }
}
