import Basics
import Foundation
import Platform
import TestSupport
import Testing

/// `segsh cohort` on small phantoms, as a program.
@Suite(.serialized) struct CohortTranscripts {
  private static let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Models")
    .standardized
  private static let tools = models.deletingLastPathComponent().appendingPathComponent("Tools").path
  private static let examples = models.deletingLastPathComponent().appendingPathComponent("scripts/examples").path
  private static let results = ["results.csv", "results.jsonl", "results.sqlite", "failures.csv"]
  private let program = Program()
  private let folder: TemporaryFolder
  private let environment: [String: String]

  /// Six cases: `Doe_Jane-1.png` to `-4.png`, a copy of the second, and a file that is no image.
  init() throws {
    folder = try TemporaryFolder()
    environment = ["SEGSH_MODELS": Self.models.path]
    try makePhantoms(4, in: "xrays")
    try FileManager.default.copyItem(atPath: folder.file("xrays/Doe_Jane-2.png"), toPath: folder.file("xrays/Doe_Jane-5.png"))
    try folder.write("not an image\n", to: "xrays/Doe_Jane-6.png")
    // Fast: no network, and a few values of every kind.
    try folder.write(
      """
      seglang 1
      param radius: Length = 1px in 1px..9px "radius"
      smooth = it | gaussian-filter sigma=1px
      {mean: smooth.mean, name: it.stem, bright: smooth.mean > 100, inner: {max: it.max, kind: it.spacing_kind}, radius: radius}

      """, to: "mean.seg")
  }

  private func makePhantoms(_ count: Int, in name: String, size: Int = 32) throws {
    try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
    let line = "for k in 1..\(count) { phantom seed=k size=\(size) | save \"\(name)/Doe_Jane-{k}.png\" }"
    let outcome = try program.run(["-c", line], in: folder.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func cohort(_ arguments: String...) throws -> Program.Outcome {
    try program.run(["cohort"] + arguments.flatMap { $0.split(separator: " ").map(String.init) }, in: folder.url, environment: environment)
  }

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.url.appendingPathComponent(name)) }

  private func expectSame(_ one: String, _ other: String, _ files: [String] = results, _ comment: Comment = "") throws {
    for file in files { #expect(try bytes("\(one)/\(file)") == bytes("\(other)/\(file)"), "\(file) \(comment)") }
  }

  private func rows(_ name: String) throws -> [[String]] {
    try folder.text(of: name).split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  // MARK: Results

  @Test func `each case has a row of flat columns, and failures are kept apart`() throws {
    let outcome = try cohort("mean.seg --cases xrays --out r --format csv,jsonl,sqlite")
    #expect(outcome.status == 4)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors == "6 cases: 5 measured, 1 failed (r/failures.csv), 1 duplicate (column duplicate_of)\n")
    let rows = try rows("r/results.csv")
    #expect(
      rows[0] == [
        "case", "mean", "name", "bright", "inner.max", "inner.kind", "radius", "doubt", "duplicate_of", "file_sha256", "pixels_sha256",
      ])
    #expect(rows.map { $0[0] } == ["case", "input1.png", "input2.png", "input3.png", "input4.png", "input5.png"])
    #expect(rows[1][2] == "input1" && rows[1][5] == "unknown" && rows[1][6] == "1px")
    #expect(rows[2][1] == rows[5][1] && rows[1][1] != rows[2][1])
    #expect(rows.map { $0[8] } == ["duplicate_of", "", "", "", "", "input2.png"])
    #expect(rows[2][9...] == rows[5][9...])
    let reason = "cannot read `input6.png`: it is not a PNG, JPEG, TIFF, NPY, NIfTI, NRRD or DICOM file: it starts with \"\"not an i\"\""
    #expect(try folder.text(of: "r/failures.csv") == "case,code,reason\ninput6.png,E301,\"\(reason)\"\n")
    // The same value as `segsh` gives for one image.
    let single = try program.run(["-c", "(load xrays/Doe_Jane-3.png | gaussian-filter sigma=1px).mean"], in: folder.url)
    #expect(single.output == rows[3][1] + "\n")
  }

  @Test func `no output names a file or folder, unless names are asked for`() throws {
    try folder.write("seglang 1\nlog it.name\nassert it.mean > 60\n\"{it.name} {it.mean:.0}\"\n", to: "leak.seg")
    #expect(try cohort("leak.seg --cases xrays --out r --format csv,jsonl,sqlite").status == 4)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.file("r")) {
      let text = String(decoding: try bytes("r/\(name)"), as: UTF8.self)
      #expect(!text.contains("Doe") && !text.contains("Jane") && !text.contains("xrays"), "\(name)")
    }
    #expect(try cohort("leak.seg --cases xrays --out named --names").status == 4)
    #expect(try folder.text(of: "named/results.csv").contains("Doe_Jane-1.png,Doe_Jane-1.png "))
    #expect(try folder.text(of: "named/failures.csv").contains("Doe_Jane-6.png"))
  }

  @Test func `a script for one file serves for many`() throws {
    try folder.write(
      "seglang 1\nparam xray: Path \"case\"\nparam sigma: Length = 1px \"sigma\"\nscore = (load (xray) | gaussian-filter sigma=sigma).mean\n",
      to: "one.seg")
    let single = try program.run(["run", "one.seg", "--xray", "xrays/Doe_Jane-3.png", "--json"], in: folder.url)
    #expect(try cohort("one.seg --cases xrays/*-[1-5].png --out r").status == 0)
    #expect(try cohort("mean.seg --cases xrays/*-[1-5].png --out it --values smooth").errors.contains("Image"))
    let rows = try rows("r/results.csv")
    #expect(rows[0] == ["case", "value", "doubt", "duplicate_of", "file_sha256", "pixels_sha256"])
    #expect(rows[3][1] + "\n" == single.output)
    #expect(try cohort("one.seg --cases xrays/*-[1-5].png --out named --values score").status == 0)
    #expect(try self.rows("named/results.csv")[0][1] == "score")
    #expect(try self.rows("named/results.csv")[3][1] == rows[3][1])
    // The digests are those of the file and of the pixels, however the script reads them.
    #expect(try cohort("mean.seg --cases xrays --out m").status == 4)
    #expect(try rows.map { $0.suffix(2) } == self.rows("m/results.csv").map { $0.suffix(2) })
  }

  @Test func `a doubt is a column`() throws {
    try folder.write("seglang 1\nseg = it | segment\n{area: seg.opacity.area}\n", to: "seg.seg")
    let outcome = try cohort("seg.seg --cases xrays/*-1.png --out r")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let phantom = "(phantom size=128).image | rotate 180deg | save turned.png"
    #expect(try program.run(["-c", phantom], in: folder.url).status == 0)
    let doubt = try program.run(["-c", "(load turned.png | segment).doubt"], in: folder.url, environment: environment).output
    #expect(doubt == "upside_down\n")
    #expect(try cohort("seg.seg --cases turned.png --out t").errors.hasSuffix("1 measured, 1 with a failed image check (column doubt)\n"))
    #expect(try rows("t/results.csv")[1][2] + "\n" == doubt)
    #expect(try cohort("seg.seg --cases turned.png --out strict --strict").status == 4)
    #expect(try folder.text(of: "strict/failures.csv").contains("--strict refuses to segment it"))
  }

  @Test func `a list names the cases and gives parameters`() throws {
    try folder.write("case,file,radius,age\nA,xrays/Doe_Jane-1.png,2px,60\nDoe_Jane-2,xrays/Doe_Jane-2.png,,61\n", to: "list.csv")
    let outcome = try cohort("mean.seg --cases list.csv --out r")
    #expect(outcome.errors.hasPrefix("the column age of list.csv is not used"))
    let rows = try rows("r/results.csv")
    #expect(rows[1][0] == "A" && rows[1][6] == "2px" && rows[2][6] == "1px")
    // A name that repeats that of the file stays hidden.
    #expect(rows[2][0] == "input2")
    try folder.write("case,file\nA,x.png\nA,y.png\n", to: "twice.csv")
    #expect(try cohort("mean.seg --cases twice.csv --out r2").errors.contains("names the case `A` twice"))
  }

  @Test func `errors are told before anything runs`() throws {
    func error(_ arguments: String) throws -> String {
      let outcome = try cohort(arguments)
      #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.file("r")))
      return outcome.errors
    }
    #expect(
      try error("mean.seg --cases xrays --out r --radiu 2px").contains("unknown option or script parameter `radiu`; did you mean `radius`?")
    )
    #expect(try error("mean.seg --cases xrays --out r --radius wide").contains("--radius is `wide` but must be"))
    #expect(try error("mean.seg --cases nowhere --out r").contains("there is no folder, list or pattern `nowhere`"))
    #expect(try error("mean.seg --cases xrays --out r --values smoth").contains("the script does not assign `smoth`"))
    #expect(try error("mean.seg --cases xrays --out r --shard 3/2").contains("--shard is `3/2` but must be i/n"))
    try folder.write("seglang 1\nit | gausian-filter\n", to: "wrong.seg")
    #expect(try error("wrong.seg --cases xrays --out r").contains("gaussian-filter"))
    try folder.write("seglang 1\nparam a: Path \"a\"\nparam b: Path \"b\"\n(load (a)).mean\n", to: "two.seg")
    #expect(try error("two.seg --cases xrays --out r").contains("several required parameters of type Path (a, b)"))
    let plan = try cohort("mean.seg --cases xrays --out r --sample 2 --dry-run")
    #expect(plan.status == 0)
    #expect(plan.output.contains("2 of 6") && plan.output.hasSuffix("Nothing was run.\n"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("r")))
  }

  @Test func `a sample is the same for the same seed, and its rows are those of the whole`() throws {
    _ = try cohort("mean.seg --cases xrays --out all")
    for name in ["s1", "s2"] { _ = try cohort("mean.seg --cases xrays --out \(name) --sample 3 --seed 9") }
    try expectSame("s1", "s2", ["results.csv", "failures.csv"])
    let all = try Set(folder.text(of: "all/results.csv").split(separator: "\n").map(String.init))
    let sample = try folder.text(of: "s1/results.csv").split(separator: "\n").map(String.init)
    let failed = try folder.text(of: "s1/failures.csv").split(separator: "\n").count - 1
    #expect(sample.count - 1 + failed == 3)
    // Without its duplicate a case is none.
    #expect(sample.allSatisfy { all.contains($0) || all.contains($0.replacing(",,,", with: ",,input2.png,", maxReplacements: 1)) })
  }

  @Test func `progress is JSON lines for batch systems`() throws {
    let outcome = try cohort("mean.seg --cases xrays --out r --progress json")
    let lines = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("{") }
    let last = try #require(lines.last)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
    #expect(object["done"] as? Int == 6 && object["total"] as? Int == 6 && object["failed"] as? Int == 1)
    #expect((object["cases_per_second"] as? Double ?? 0) > 0)
    #expect(object["seconds_left"] as? Double == 0)
  }

  @Test func `files that several cases write are told`() throws {
    try folder.write("seglang 1\nit | save same.png\nit | save \"own-{it.stem}.png\"\nit.mean\n", to: "save.seg")
    let outcome = try cohort("save.seg --cases xrays --out r --threads 1")
    #expect(outcome.errors.contains("4 cases: `same.png` was written by another case too"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("own-input1.png` was written"), "\(outcome.errors)")
    #expect(FileManager.default.fileExists(atPath: folder.file("own-Doe_Jane-4.png")))
  }

  // MARK: Failures

  @Test func `failed cases can be run again, and too many end the run`() throws {
    try folder.write("not an image\n", to: "xrays/Doe_Jane-7.png")
    let stopped = try cohort("mean.seg --cases xrays --out r --max-failures 0 --threads 1")
    #expect(stopped.status == 4)
    #expect(stopped.errors.hasPrefix("stopped: 1 case failed, more than --max-failures allows; 6 of 7 cases are done"), "\(stopped.errors)")
    #expect(try folder.text(of: "r/failures.csv").contains("input6.png"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("r/results.csv")))
    for number in [6, 7] {
      try FileManager.default.removeItem(atPath: folder.file("xrays/Doe_Jane-\(number).png"))
      try FileManager.default.copyItem(
        atPath: folder.file("xrays/Doe_Jane-\(number - 5).png"), toPath: folder.file("xrays/Doe_Jane-\(number).png"))
    }
    let kept = try cohort("mean.seg --cases xrays --out r --resume")
    #expect(kept.status == 4)
    #expect(try folder.text(of: "r/failures.csv").split(separator: "\n").count == 2)
    let retried = try cohort("mean.seg --cases xrays --out r --retry-failed")
    #expect(retried.status == 0, "\(retried.errors)")
    _ = try cohort("mean.seg --cases xrays --out whole")
    try expectSame("r", "whole", ["results.csv", "failures.csv"])
  }

  // MARK: Kills

  /// Runs the program and kills it when the journal has grown by so many lines, and a little later.
  /// - Returns: Whether it was killed before it ended by itself.
  private func kill(_ arguments: String, journal: String, after lines: Int, and microseconds: UInt32) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program.path)
    process.arguments = ["cohort"] + arguments.split(separator: " ").map(String.init)
    process.currentDirectoryURL = folder.url
    process.environment = Program.environment(home: folder.path, adding: environment)
    process.standardError = FileHandle.nullDevice
    let start = (try? bytes(journal).count { $0 == 10 }) ?? 0
    try process.run()
    while process.isRunning, ((try? bytes(journal).count { $0 == 10 }) ?? 0) < start + lines { usleep(200) }
    usleep(microseconds)
    Platform.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  @Test func `fifty kills leave no trace in the results`() throws {
    try makePhantoms(60, in: "many")
    for number in [7, 23] { try folder.write("not an image\n", to: "many/Doe_Jane-\(number).png") }
    try FileManager.default.copyItem(atPath: folder.file("many/Doe_Jane-9.png"), toPath: folder.file("many/Doe_Jane-61.png"))
    let arguments = "mean.seg --cases many --format csv,jsonl,sqlite --progress none"
    #expect(try cohort("\(arguments) --out calm").status == 4)
    let seed = UInt64.random(in: 0...(.max))
    var random = SeededGenerator(seed: seed)
    var (kills, rounds) = (0, 0)
    while kills < 50 {
      rounds += 1
      try #require(rounds < 60, "the program ends before it can be killed")
      let out = "r\(rounds)"
      for _ in 0..<12 where kills < 50 {
        let lines = Int.random(in: 0...14, using: &random)
        let isKilled = try kill(
          "\(arguments) --out \(out) --resume", journal: "\(out)/journal.jsonl", after: lines, and: .random(in: 0...3000, using: &random))
        if isKilled { kills += 1 } else { break }
      }
      let rest = try cohort("\(arguments) --out \(out) --resume")
      #expect(rest.status == 4, "\(rest.errors)")
      try expectSame("calm", out, Self.results, "round \(rounds), \(kills) kills, seed \(seed)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file(out)).allSatisfy { !$0.hasPrefix(".segsh-") })
    }
  }

  @Test func `a torn last line is done again, and damage before it is refused`() throws {
    let arguments = "mean.seg --cases xrays --format csv,jsonl,sqlite"
    _ = try cohort("\(arguments) --out calm")
    let journal = try bytes("calm/journal.jsonl")
    try FileManager.default.copyItem(atPath: folder.file("calm"), toPath: folder.file("torn"))
    for length in [journal.count - 1, journal.count - 40, journal.count / 2, 30, 1, 0] {
      try Data(journal.prefix(length)).write(to: folder.url.appendingPathComponent("torn/journal.jsonl"))
      for file in Self.results where length < 40 { try? FileManager.default.removeItem(atPath: folder.file("torn/\(file)")) }
      let resumed = try cohort("\(arguments) --out torn --resume")
      #expect(resumed.status == 4, "\(length): \(resumed.errors)")
      try expectSame("calm", "torn", Self.results, "cut to \(length)")
    }
    var damaged = journal
    damaged[journal.count / 2] ^= 1
    try damaged.write(to: folder.url.appendingPathComponent("torn/journal.jsonl"))
    let refused = try cohort("\(arguments) --out torn --resume")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("`torn/journal.jsonl` is damaged at line "), "\(refused.errors)")
  }

  @Test func `a run is not continued with another script, parameter, model, case or file`() throws {
    try folder.write("seglang 1\nit | segment | severity\n", to: "score.seg")
    let model = folder.file("models/default.safetensors")
    try FileManager.default.createDirectory(atPath: folder.file("models"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Self.models.appendingPathComponent("default.safetensors").path, toPath: model)
    let environment = ["SEGSH_MODELS": folder.file("models")]
    func resume(_ arguments: String) throws -> Program.Outcome {
      try program.run(["cohort"] + "\(arguments) --resume".split(separator: " ").map(String.init), in: folder.url, environment: environment)
    }
    let arguments = "score.seg --cases xrays --out r"
    #expect(try resume(arguments).status == 4)
    let csv = try bytes("r/results.csv")
    #expect(try cohort("score.seg --cases xrays --out r").errors.contains("r already contains a run with 6 of 6 cases done"))
    func refused(_ arguments: String, _ words: String) throws {
      let outcome = try resume(arguments)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(try bytes("r/results.csv") == csv)
    }
    try refused("\(arguments) --strict", "--strict was off before, on now")
    try refused("\(arguments) --names", "file names were hidden before, shown now")
    try refused("score.seg --cases xrays/*-[1-4].png --out r", "there were 6 cases before, 4 now")
    try folder.write("seglang 1\nit | segment | severity\n# changed\n", to: "score.seg")
    try refused(arguments, "the script or a module that it uses has changed")
    try folder.write("seglang 1\nit | segment | severity\n", to: "score.seg")
    let image = try bytes("xrays/Doe_Jane-3.png")
    try FileManager.default.removeItem(atPath: folder.file("xrays/Doe_Jane-3.png"))
    try FileManager.default.copyItem(atPath: folder.file("xrays/Doe_Jane-4.png"), toPath: folder.file("xrays/Doe_Jane-3.png"))
    try refused(arguments, "the file of 1 case has changed since it was processed: Doe_Jane-3.png")
    // The same content with another time is the same file.
    try image.write(to: folder.url.appendingPathComponent("xrays/Doe_Jane-3.png"))
    #expect(try resume(arguments).status == 4)
    let journal = try folder.text(of: "r/journal.jsonl")
    try folder.write("x", to: "xrays/Doe_Jane-7.png")
    try refused(arguments, "there were 6 cases before, 7 now")
    try FileManager.default.removeItem(atPath: folder.file("xrays/Doe_Jane-7.png"))
    var weights = try Data(contentsOf: URL(fileURLWithPath: model))
    weights[weights.count - 1] ^= 1
    try weights.write(to: URL(fileURLWithPath: model))
    try refused(arguments, "the model default has changed")
    #expect(try folder.text(of: "r/journal.jsonl") == journal)
  }

  @Test func `two runs do not share a folder`() throws {
    _ = try cohort("mean.seg --cases xrays --out r")
    let file = open(folder.file("r/journal.jsonl"), O_RDONLY)
    defer { close(file) }
    #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
    let outcome = try cohort("mean.seg --cases xrays --out r --resume")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("another segsh cohort is running in r"))
  }

  @Test func `results do not depend on the number of threads`() throws {
    try folder.write("seglang 1\nit | segment | severity\n", to: "score.seg")
    for threads in [1, 2, 5] { _ = try cohort("score.seg --cases xrays --out t\(threads) --threads \(threads) --format csv,jsonl,sqlite") }
    try expectSame("t1", "t2")
    try expectSame("t1", "t5")
    #expect(try rows("t1/results.csv")[0].starts(with: ["case", "percent", "percent.low", "percent.high"]))
  }

  // MARK: Shards

  @Test func `merged shards are the whole`() throws {
    let arguments = "mean.seg --cases xrays --format csv,jsonl,sqlite"
    _ = try cohort("\(arguments) --out whole")
    for shard in 1...3 { _ = try cohort("\(arguments) --out parts/\(shard) --shard \(shard)/3") }
    #expect(try rows("parts/1/results.csv").count == 3)
    let merged = try cohort("merge parts --out merged --format csv,jsonl,sqlite")
    #expect(merged.status == 4, "\(merged.errors)")
    try expectSame("whole", "merged")
    // Again, and in another order.
    #expect(try cohort("merge parts/3 parts/1 parts/2 --out merged --format csv,jsonl,sqlite").status == 4)
    try expectSame("whole", "merged")
    #expect(try cohort("merge parts/1 parts/3 --out m").errors.contains("shard 2 of 3 is missing"))
    #expect(try cohort("merge parts/1 parts/1 --out m").errors.contains("are both shard 1"))
    #expect(try cohort("merge whole --out m").errors.contains("is a whole run, not a shard"))
    _ = try cohort("\(arguments) --out other --shard 2/3 --radius 3px")
    #expect(try cohort("merge parts/1 other parts/3 --out m").errors.contains("the parameter radius was the default before, 3px now"))
    var journal = try bytes("parts/2/journal.jsonl")
    journal.removeLast(30)
    try journal.write(to: folder.url.appendingPathComponent("parts/2/journal.jsonl"))
    #expect(try cohort("merge parts --out m").errors.contains("parts/2 is not finished: 1 of 2 cases are done"))
  }

  // MARK: Readers

  /// Whether a command of the shell succeeds.
  private func succeeds(_ command: String) throws -> Bool {
    try Program(executable: "/bin/sh").run(["-c", command], in: folder.url).status == 0
  }

  private func printed(_ command: String, environment: [String: String] = [:]) throws -> String {
    let outcome = try Program(executable: "/bin/sh").run(["-c", command], in: folder.url, environment: environment)
    #expect(outcome.status == 0, "\(command): \(outcome.errors)")
    return outcome.output
  }

  @Test func `check knows the scripts of a cohort: the image is it, the last value the row`() throws {
    func check(_ arguments: String...) throws -> Program.Outcome { try program.run(["check"] + arguments, in: folder.url) }
    let plain = try check("mean.seg")
    #expect(plain.status == 3 && plain.errors.contains("E110") && plain.errors.contains("segsh check --cohort"))
    let known = try check("--cohort", "mean.seg")
    #expect(known.status == 0 && known.errors.isEmpty && known.output.isEmpty, "\(known.errors)")
    try folder.write("seglang 1\nparam xray: Path \"image\"\n(load (xray)).mean\n", to: "path.seg")
    #expect(try check("--cohort", "path.seg", "mean.seg").status == 0)
    // The file is given by the parameter, and then nothing is `it`.
    try folder.write("seglang 1\nparam xray: Path \"image\"\nit.mean\n", to: "both.seg")
    #expect(try check("--cohort", "both.seg").errors.contains("E110"))
    try folder.write("seglang 1\nit | invert\n", to: "image.seg")
    let image = try check("--cohort", "image.seg", "mean.seg")
    #expect(image.status == 3 && image.errors.hasPrefix("error: image.seg: "), "\(image.errors)")
    try folder.write("seglang 1\nit | invrt\n", to: "wrong.seg")
    let wrong = try check("--cohort", "--json", "wrong.seg")
    #expect(wrong.status == 3 && wrong.output.contains("\"code\": \"E"))
    #expect(try check("--cohort", "--no-strict", "mean.seg").status == 2)
  }

  @Test func `a folder of results is described for archives, without names, and rocrate reads it`() throws {
    let crate = "ro-crate-metadata.json"
    let run = try cohort("mean.seg --radius 2px --cases xrays --out r --format csv,jsonl,sqlite --ro-crate")
    #expect(run.status == 4, "\(run.errors)")
    let text = try folder.text(of: "r/\(crate)")
    #expect(!text.contains("Doe") && text.contains("\"name\": \"radius\", \"value\": \"2px\""))
    let entities = try #require(try JSON(parsing: text)["@graph"]?.arrayValue)
    for name in Self.results + ["run.json", "journal.jsonl"] {
      let entity = try #require(entities.first { $0["@id"]?.stringValue == name })
      #expect(entity["sha256"]?.stringValue == (try SHA256.hexDigest(of: Array(bytes("r/\(name)")))), "\(name)")
    }
    let script = try #require(entities.first { $0["@id"]?.stringValue == "#script" })
    #expect(script["sha256"]?.stringValue == (try SHA256.hexDigest(of: Array(bytes("mean.seg")))))
    // Each reference leads to an entity.
    let ids = Set(entities.compactMap { $0["@id"]?.stringValue })
    for entity in entities {
      for key in ["hasPart", "instrument", "object", "result", "mentions", "about"] {
        for reference in entity[key]?.arrayValue ?? [entity[key]].compactMap({ $0 }) {
          #expect(ids.contains(reference["@id"]?.stringValue ?? ""), "\(key) \(reference.text)")
        }
      }
    }
    // A description that nobody edited follows the results; an edited one stays, and is an error where one is asked for.
    try FileManager.default.removeItem(atPath: folder.file("r/results.jsonl"))
    #expect(try cohort("mean.seg --radius 2px --cases xrays --out r --format csv --resume").status == 4)
    #expect(!(try folder.text(of: "r/\(crate)").contains("results.sqlite")))
    for part in 1...2 { _ = try cohort("mean.seg --radius 2px --cases xrays --out parts/\(part) --shard \(part)/2") }
    #expect(try cohort("merge parts --out whole --ro-crate").status == 4)
    #expect(try folder.text(of: "whole/\(crate)").contains("\"Measurements of 6 chest X-rays\""))
    let edited = try folder.text(of: "whole/\(crate)").replacing("\"not stated\"", with: "\"CC-BY-4.0\"")
    try folder.write(edited, to: "whole/\(crate)")
    let refused = try cohort("merge parts --out whole --ro-crate")
    #expect(refused.status == 1 && refused.errors.contains("was edited since"), "\(refused)")
    #expect(try cohort("merge parts --out whole").status == 4)
    #expect(try folder.text(of: "whole/\(crate)") == edited)
    try expectSame("whole", "r", ["results.csv", "failures.csv"])
    #expect(try cohort("mean.seg --cases xrays --out s --slurm 2 --ro-crate").errors.contains("segsh cohort merge"))
    guard try succeeds("python3 -c 'import rocrate'") else {
      print("skipped: python3 has no rocrate")
      return
    }
    let reading = """
      from rocrate.rocrate import ROCrate
      crate = ROCrate("r")
      assert crate.metadata["conformsTo"] in ("https://w3id.org/ro/crate/1.2", crate.dereference("https://w3id.org/ro/crate/1.2")), crate.metadata["conformsTo"]
      assert crate.root_dataset["license"] and crate.root_dataset["datePublished"]
      action = crate.dereference("#run")
      assert action.type == "CreateAction" and {e.id for e in action["instrument"]} >= {"#segsh", "#script"}
      print(*sorted(e.id for e in crate.data_entities))
      """
    try folder.write(reading, to: "read.py")
    #expect(try printed("python3 read.py") == "failures.csv journal.jsonl results.csv run.json\n")
  }

  @Test func `pandas, R, DuckDB and SQLite read the same numbers`() throws {
    _ = try cohort("mean.seg --cases xrays --out r --format csv,jsonl,sqlite")
    let means = try rows("r/results.csv").dropFirst().compactMap { Double($0[1]) }
    let expected = means.reduce(0, +)
    func expect(_ command: String, _ needs: String) throws {
      guard try succeeds(needs) else {
        print("skipped: `\(needs)` fails")
        return
      }
      let words = try printed(command).split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      #expect(words.count == 2 && words[0] == 5 && abs(words[1] - expected) < 1e-9 * expected, "\(command): \(words)")
    }
    try expect("sqlite3 r/results.sqlite 'select count(*), printf(\"%.17g\", sum(mean)) from results' | tr '|' ' '", "command -v sqlite3")
    if try succeeds("command -v sqlite3") {
      #expect(try printed("sqlite3 r/results.sqlite 'select code from failures'") == "E301\n")
      #expect(try printed("sqlite3 r/results.sqlite 'pragma integrity_check'") == "ok\n")
    }
    let frames = [
      "pandas.read_csv('r/results.csv')", "pandas.read_json('r/results.jsonl', lines=True)",
      "pandas.read_sql('select * from results', __import__('sqlite3').connect('r/results.sqlite'))",
    ]
    for frame in frames {
      try expect("python3 -c \"import pandas; t = \(frame); print(len(t), repr(float(t['mean'].sum())))\"", "python3 -c 'import pandas'")
    }
    try expect(
      "Rscript -e 't <- read.csv(\"r/results.csv\", check.names = FALSE); cat(nrow(t), format(sum(t$mean), digits = 17))'",
      "command -v Rscript")
    try expect(
      "python3 -c \"import duckdb; print(*duckdb.sql(\\\"select count(*), sum(mean) from 'r/results.csv'\\\").fetchall()[0])\"",
      "python3 -c 'import duckdb'")
  }

  // MARK: Engines

  @Test func `a Slurm job array makes the shards of the whole`() throws {
    let job = try cohort("mean.seg --cases xrays --out results --slurm 3 --threads 1")
    #expect(job.status == 0)
    #expect(job.output.contains("#SBATCH --array=1-3\n"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("results")))
    try folder.write(job.output, to: "job.sh")
    #expect(try succeeds("bash -n job.sh"))
    let environment = environment.merging(["PATH": "/usr/sbin:/usr/bin:/bin"]) { $1 }
    let submit = "ulimit -c 0; sbatch --wait --export=ALL --output=/dev/null job.sh && sbatch --wait --export=ALL --output=/dev/null job.sh"
    let run = try Program(executable: "\(Self.tools)/slurm-one-node").run(["bash", "-c", submit], in: folder.url, environment: environment)
    guard run.status != 77 else {
      print("skipped: \(run.errors)")
      return
    }
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    #expect(try cohort("merge results --out results/merged").status == 4)
    _ = try cohort("mean.seg --cases xrays --out whole")
    try expectSame("whole", "results/merged", ["results.csv", "results.jsonl", "failures.csv"])
    #expect(try folder.text(of: "results/shard-2/slurm.log").contains("{\"done\": 2, \"total\": 2"))
  }

  @Test func `a Snakemake workflow makes the whole`() throws {
    guard try succeeds("command -v snakemake") else {
      print("skipped: snakemake is not installed")
      return
    }
    let programs = URL(fileURLWithPath: program.path).deletingLastPathComponent().path
    let command = "snakemake --snakefile \(Self.examples)/snakemake/Snakefile --cores 2 --config script=mean.seg cases=xrays shards=2 2>&1"
    _ = try printed(command, environment: environment.merging(["PATH": "\(programs):/usr/bin:/bin"]) { $1 })
    _ = try cohort("mean.seg --cases xrays --out whole")
    try expectSame("whole", "results/merged", ["results.csv", "results.jsonl", "failures.csv"])
  }

  // MARK: The prompt

  @Test func `what was explored on one X-ray runs over a folder, and a failed case comes back to the prompt`() throws {
    try folder.write("", to: ".segsh_history")
    let terminal = try PseudoTerminal(program, [], in: folder.url, environment: environment, columns: 160, rows: 60)
    try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    func type(_ line: String, _ answer: String) throws {
      terminal.type(line + "\r")
      try terminal.wait(for: answer, seconds: 60) { $0.text.contains(answer) && $0.text.hasSuffix(">") }
    }
    try type(":cohort xrays", "there is no value yet")
    try type("img = load xrays/Doe_Jane-1.png", "img = _1")
    try type("(img | gaussian-filter sigma=1px | crop row=0 column=0 height=20 width=20).mean", "_2 Number")
    try type(":cohort xrays", "6 cases: 5 measured, 1 failed (xrays-results/failures.csv)")
    let line = "(load xrays/Doe_Jane-3.png | gaussian-filter sigma=1px | crop row=0 column=0 height=20 width=20).mean"
    let value = try program.run(["-c", line], in: folder.url).output
    #expect(try rows("xrays-results/results.csv")[3][1] + "\n" == value)
    #expect(try folder.text(of: "xrays-results/script.seg").hasPrefix("seglang 1\nparam xray1: Path \"chest X-ray\"\n"))
    // The same script, from the shell.
    #expect(try cohort("xrays-results/script.seg --cases xrays --out again").status == 4)
    try expectSame("xrays-results", "again", ["results.csv", "results.jsonl", "failures.csv"])
    // A case that is too small fails at its third command, and what comes before it is there.
    let small = try program.run(
      ["-c", "(load xrays/Doe_Jane-1.png) | crop row=0 column=0 height=16 width=16 | save xrays/Doe_Jane-6.png"], in: folder.url)
    #expect(small.status == 0, "\(small.errors)")
    try type(":debug Doe_Jane-9.png", "the cohort has no case `Doe_Jane-9.png`")
    try type(":debug Doe_Jane-6.png", "extends beyond the 16x16 image")
    try type(":debug Doe_Jane-1.png", "the case did not fail")
    terminal.type(":quit\ry\r")
    _ = try terminal.waitForExit()
  }
}
