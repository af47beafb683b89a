import Basics
import Foundation
import ImageOps
import SegLang
import SegModel
import Testing

@testable import SegCommands
@testable import SegServices
@testable import SegValues

@Suite("Recipes and locks")
struct ReplayTests {
  /// The text chunks of a PNG file, read without any library.
  private func chunks(_ bytes: [UInt8]) -> [(type: String, data: [UInt8])] {
    var found: [(String, [UInt8])] = []
    var at = 8
    while at + 12 <= bytes.count {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      found.append((String(decoding: bytes[at + 4..<at + 8], as: UTF8.self), Array(bytes[at + 8..<min(bytes.count, at + 8 + length)])))
      at += 12 + length
    }
    return found.map { (type: $0.0, data: $0.1) }
  }

  private func compare(_ shell: Shell, _ name: String, in folders: [String]? = nil) throws -> RecipeReport {
    var services = Services()
    services[WorkingFolder.self] = shell.folder
    let sidecar = try? shell.bytes(Recipe.sidecar(of: name))
    return try RecipeRun(of: shell.bytes(name), name: name, sidecar: sidecar).compare(
      by: .segsh,
      in: folders ?? [shell.folder], host: Host(services: services))
  }

  @Test func `a picture's recipe stands in an iTXt chunk, names its inputs by SHA-256, and makes the picture again`() throws {
    let shell = try Shell(privacy: .show)
    try shell.run("phantom size=128 seed=4 | save chest.png; x = load chest.png; x | segment | overlay color=red | save out.png")
    let chunk = try #require(chunks(try shell.bytes("out.png")).first { $0.type == "iTXt" && $0.data.starts(with: Array("Recipe\0".utf8)) })
    // Keyword, NUL, not compressed, method, no language, no translation.
    let text = String(decoding: chunk.data.dropFirst("Recipe".utf8.count + 5), as: UTF8.self)
    #expect(text.hasPrefix("seglang 1\n# segsh \(ProgramVersion.text)\n# input {\"name\": \"chest.png\", \"sha256\": \""))
    #expect(text.contains("load chest.png") && text.contains("# model {\"name\": \"default\", \"sha256\": \""))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    process.arguments = [shell.path("chest.png")]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let digest = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile().prefix(64), as: UTF8.self)
    #expect(text.contains(digest))
    #expect(!SyntaxTree.check(SourceText(text), against: .segsh, mode: .script).report.hasErrors)
    #expect(try compare(shell, "out.png").isIdentical)
    try shell.run("x | segment | overlay color=red | save none.png recipe=none; phantom size=64 | save p16.png depth=16")
    #expect(!chunks(try shell.bytes("none.png")).contains { $0.type == "iTXt" })
    #expect(try compare(shell, "p16.png").isIdentical)
    #expect(throws: RecipeRun.Problem.noRecipe("none.png")) { try compare(shell, "none.png") }
  }

  @Test func `a changed pixel is counted, with its place and by how much`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | save a.png")
    let notes = try ImageText.read(from: shell.path("a.png"))
    var image = try GrayImage.read(from: shell.path("a.png"))
    image[5, 7] = image[5, 7] > 100 ? image[5, 7] - 60 : image[5, 7] + 60
    image[6, 7] = image[6, 7] > 100 ? image[6, 7] - 3 : image[6, 7] + 3
    try image.write(to: shell.path("a.png"), options: EncodingOptions(text: notes))
    let report = try compare(shell, "a.png")
    #expect(!report.isIdentical)
    #expect(report.text.hasPrefix("a.png: 2 of 4,096 pixels differ, largest difference 60\n  first at row 5, column 7\n"))
  }

  @Test func `a table's recipe is in a file beside it, and makes the table again`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=128; p.opacity | regions | save r.csv; rows = []")
    try shell.run("for s in 1..2 { q = phantom size=64 seed=(s); rows := rows + [{seed: s, area: q.opacity.area}] }; rows | save rows.csv")
    try shell.run("{a: 1, b: 2.5} | save constant.csv")
    for name in ["r.csv", "rows.csv", "constant.csv"] {
      let report = try compare(shell, name)
      #expect(report.isIdentical, "\(name): \(report.text)")
    }
    let text = try shell.text("rows.csv")
    let sidecar = try JSON(parsing: shell.text("rows.csv.recipe.json"))
    #expect(sidecar["sha256"]?.stringValue == SHA256.hexDigest(of: Array(text.utf8)))
    #expect(sidecar["recipe"]?.arrayValue?.first?.stringValue == "seglang 1")
    let area = Int(try shell.number("(phantom size=64 seed=2).opacity.area"))
    #expect(text.hasPrefix("seed,area\n1,") && text.hasSuffix("\n2,\(area)\n"))
    try Data(text.replacing("seed,area\n1,", with: "seed,area\n9,").utf8).write(to: URL(fileURLWithPath: shell.path("rows.csv")))
    let report = try compare(shell, "rows.csv")
    #expect(
      report.text.hasPrefix("rows.csv: 1 of 4 cells differs, largest difference 8\n  first at row 1, seed: 9 in the file, 1 reproduced\n"))
    try FileManager.default.removeItem(atPath: shell.path("rows.csv.recipe.json"))
    #expect(throws: RecipeRun.Problem.noSidecar("rows.csv")) { try compare(shell, "rows.csv") }
    // A table without a recipe does not keep that of an earlier one.
    try shell.run("{a: 1} | save constant.csv recipe=none")
    #expect(!FileManager.default.fileExists(atPath: shell.path("constant.csv.recipe.json")))
  }

  @Test func `a table of an earlier version, with other names of intervals, is verified, and the report says so`() throws {
    let shell = try Shell()
    try shell.run("rows = 1..2 | each { {percent: it, intervals: {percent: [it - 1, it + 1]}} }; rows | save rows.csv")
    #expect(try shell.text("rows.csv") == "case,percent,percent.low,percent.high\n1,1,0,2\n2,2,1,3\n")
    let earlier = "case,percent,intervals.percent.low,intervals.percent.high\n1,1,0,2\n2,2,1,3\n"
    try Data(earlier.utf8).write(to: URL(fileURLWithPath: shell.path("rows.csv")))
    let report = try compare(shell, "rows.csv")
    #expect(report.isIdentical && report.text.contains("the file names intervals as earlier versions did (intervals.percent.low)"))
    try Data(earlier.replacing("1,3", with: "1,4").utf8).write(to: URL(fileURLWithPath: shell.path("rows.csv")))
    let changed = try compare(shell, "rows.csv")
    #expect(!changed.isIdentical && changed.text.contains("row 2, intervals.percent.high: 4 in the file, 3 reproduced"))
    try Data("case,percent,percent.low,high\n1,1,0,2\n2,2,1,3\n".utf8).write(to: URL(fileURLWithPath: shell.path("rows.csv")))
    #expect(try compare(shell, "rows.csv").text.contains("different columns"))
  }

  @Test func `files that a pattern found stand in the recipe by their names, not by the pattern`() throws {
    let shell = try Shell(privacy: .show)
    try shell.run("for s in 1..2 { phantom size=64 seed=(s) | save \"case-{s}.png\" }; rows = []")
    try shell.run("for f in (glob case-*.png) { x = load (f); rows := rows + [{name: f.name, mean: x.mean}] }; rows | save rows.csv")
    let text = try Recipe(sidecar: shell.bytes("rows.csv.recipe.json")).text
    #expect(!text.contains("glob") && text.contains("load case-1.png") && text.contains("name: \"case-2.png\""))
    #expect(try compare(shell, "rows.csv").isIdentical)
  }

  @Test func `the name of a DICOM file stays out of everything that is written`() throws {
    let fixture = packageFolder + "/Tests/ImageOpsTests/Fixtures/codecs/jpegls-12.dcm"
    let shell = try Shell()
    for name in ["Doe^John.dcm", "1.2.840.4711"] {
      try FileManager.default.copyItem(atPath: fixture, toPath: shell.path(name))
      try shell.run(
        "x = load \"\(name)\"; x | invert | save out.png; x | histogram bins=4 | save out.csv; explain (x.mean) | save out.json")
      for file in ["out.png", "out.csv", "out.json"] {
        #expect(try shell.bytes(file).firstRange(of: Array(name.utf8)) == nil, "\(file)")
        let recipe = file == "out.csv" ? "out.csv.recipe.json" : file
        #expect(try shell.bytes(recipe).firstRange(of: Array("input1.dcm".utf8)) != nil, "\(file)")
      }
      // Found by its content.
      #expect(try compare(shell, "out.png").isIdentical)
      #expect(try compare(shell, "out.csv").isIdentical)
      try FileManager.default.removeItem(atPath: shell.path(name))
    }
  }

  @Test func `a table of cases is made again without the names that its recipe leaves out, and so is a lock`() throws {
    let fixture = packageFolder + "/Tests/ImageOpsTests/Fixtures/codecs/jpegls-12.dcm"
    let shell = try Shell()
    for name in ["Doe^John.dcm", "Doe^Jane.dcm"] { try FileManager.default.copyItem(atPath: fixture, toPath: shell.path(name)) }
    let script = "load-cases Doe*.dcm | each { {mean: it.mean, dark: (it < 100).area} }"
    try shell.run("rows = \(script); rows | save rows.csv")
    let recipe = try Recipe(sidecar: shell.bytes("rows.csv.recipe.json")).text
    #expect(!recipe.contains("Doe") && recipe.contains("load-cases cases1"))
    #expect(try shell.text("rows.csv").contains("\ninput2.dcm,"))
    let report = try compare(shell, "rows.csv")
    #expect(report.isIdentical)
    let recorder = StepRecorder(.segsh)
    var host = shell.host
    host.stepped = { recorder.take($0, $1) }
    let session = Session(registry: .segsh, host: host, mode: .script)
    let text = "seglang 1\nrows = \(script)\nprint rows\nfor x in load-cases Doe*.dcm {\n  m = x | threshold otsu\n  print m.area\n}\n"
    #expect(!session.execute(text).hasErrors)
    let lock = RunLock(script: "", parameters: [:], recorder: recorder).text
    #expect(!lock.contains("Doe") && lock.contains("load-cases cases1") && lock.contains("input1.dcm"))
  }

  @Test func `an input is found where it was, by its name elsewhere, or by its content; another of its name is not taken for it`() throws {
    let shell = try Shell(privacy: .show)
    let elsewhere = try Shell()
    try shell.run("phantom size=64 seed=1 | save a.png recipe=none; load a.png | invert | save out.png")
    try FileManager.default.moveItem(atPath: shell.path("a.png"), toPath: elsewhere.path("renamed.png"))
    #expect(try compare(shell, "out.png", in: [elsewhere.folder]).isIdentical)
    let error = #expect(throws: InputFinder.Problem.self) { try compare(shell, "out.png", in: [shell.folder]) }
    #expect(error?.isChange == false && "\(error.map { "\($0)" } ?? "")".contains("--data DIR"))
    try shell.run("phantom size=64 seed=2 | save a.png recipe=none")
    #expect(try compare(shell, "out.png", in: [shell.folder, elsewhere.folder]).isIdentical)
    #expect(#expect(throws: InputFinder.Problem.self) { try compare(shell, "out.png", in: [shell.folder]) }?.isChange == true)
  }

  @Test(arguments: [
    ("x = phantom size=64\nx | save pwned.png", "save"), ("x = (phantom size=64 | save pwned.png)", "save"),
    ("x = load ../../../../etc/hostname", "does not declare it"),
    ("while true { x = 1 }", "neither"), ("x = phantom | segment model=/tmp/x.safetensors", "does not declare it"),
    ("x = phantomm", "phantomm"),
    ("print 3", "neither"), ("x = glob /etc/*", "glob"),
    ("# input {\"name\": \"a\"}\nx = 1", "damaged: line 2"),
    (
      "# input {\"name\": \"/dev/zero\", \"sha256\": \"\(String(repeating: "a", count: 64))\", \"bytes\": 0}\nx = load /dev/zero",
      "was not found"
    ),
    (String(repeating: "# x\n", count: 300_000), "the limit is"), ("x = [1, 2]", "type List"), ("x = 1 +", "expected a value"),
  ])
  func `a recipe that came with a file can do no harm`(lines: String, message: String) throws {
    let shell = try Shell()
    let text = "seglang 1\n\(lines)\n"
    try GrayImage(size: Size(width: 8, height: 8)).write(
      to: shell.path("h.png"), options: EncodingOptions(text: [ImageText(key: "Recipe", value: text)]))
    let error = #expect(throws: (any Error).self) { try compare(shell, "h.png") }
    #expect("\(error.map { "\($0)" } ?? "")".contains(message), "\(error.map { "\($0)" } ?? "")")
    #expect(!FileManager.default.fileExists(atPath: shell.path("pwned.png")))
  }

  @Test func `a damaged chunk gives one clear error`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | save a.png")
    var bytes = try shell.bytes("a.png")
    let place = try #require(bytes.firstRange(of: Array("iTXtRecipe".utf8)))
    bytes[place.upperBound + 40] ^= 1
    #expect(throws: Recipe.Problem.damagedNote("a.png")) { try Recipe.read(from: bytes, name: "a.png") }
  }

  // MARK: Locks

  private func lock(_ script: String, in shell: Shell) throws -> RunLock {
    let recorder = StepRecorder(privacy: .show, .segsh)
    var services = Services()
    services[WorkingFolder.self] = shell.folder
    var host = Host(services: services)
    host.stepped = { recorder.take($0, $1) }
    let outcome = Session(registry: .segsh, host: host, mode: .script).execute(script)
    try #require(!outcome.hasErrors, "\(Renderer().render(outcome.diagnostics))")
    return RunLock(script: script, parameters: ["a": "1"], recorder: recorder)
  }

  private let script = """
    seglang 1
    img = load a.png
    mask = img | threshold 100 | morph-open radius=2px
    parts = mask | connected-components
    share = mask.area / 4096
    print "{share:.3}"

    """

  @Test func `a lock comes back from its text, and the same run is identical`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | save a.png")
    let first = try lock(script, in: shell)
    #expect(
      first.run.steps.map(\.line) == [
        "load a.png", "_1 | threshold 100", "_2 | morph-open radius=2px shape=disk", "_3 | connected-components", "_3.area / 4096",
        "print \"{_5:.3}\"",
      ])
    #expect(first.run.steps.map(\.name) == ["img", nil, "mask", "parts", "share", nil])
    let read = try RunLock(parsing: Array(first.text.utf8), path: "x.lock")
    #expect(read.text == first.text)
    let report = ReplayReport(subject: "x.seg", of: try lock(script, in: shell).run, script: first.script, with: read)
    #expect(report.isIdentical && report.text == "x.seg: 6 steps identical\n")
  }

  @Test func `a changed line is told with the pixels that it changed, and what follows from it`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | save a.png")
    let first = try lock(script, in: shell)
    let second = try lock(script.replacing("threshold 100", with: "threshold 90"), in: shell)
    let report = ReplayReport(subject: "x.seg", of: second.run, script: second.script, with: first)
    #expect(
      !report.isIdentical && report.differing.first?.recordedLine == "_1 | threshold 100" && report.differing.filter(\.isCause).count == 1)
    let (a, b) = (
      try #require(try shell.run("(load a.png) > 100") as? Mask), try #require(try shell.run("(load a.png) > 90") as? Mask)
    )
    let changed = try a.symmetricDifference(b).count
    #expect(report.differing.first?.figures.first { $0.name == "pixels_changed" }?.value == Double(changed))
    #expect(
      report.text.contains(
        "step 2, differs: _1 | threshold 90\n    recorded: _1 | threshold 100\n    \(NumberFormat.grouped(changed)) px changed"))
    #expect(report.text.contains("step 3, mask, changed as a result: "))
  }

  @Test func `a line in between moves the others on, and leaves them identical`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | save a.png")
    let first = try lock(script, in: shell)
    let second = try lock(script.replacing("parts =", with: "extra = img | invert\nparts ="), in: shell)
    let report = ReplayReport(subject: "x.seg", of: second.run, script: second.script, with: first)
    #expect(report.differing.map(\.line) == ["_1 | invert"] && report.identicalCount == 6)
    let back = ReplayReport(subject: "x.seg", of: first.run, script: first.script, with: second)
    #expect(back.remarks.contains("step 4 of the lock is missing now: _1 | invert") && !back.isIdentical)
  }

  @Test func `a changed input is named with both digests`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | save a.png")
    let first = try lock(script, in: shell)
    try shell.run("phantom size=64 seed=9 | save a.png")
    let second = try lock(script, in: shell)
    let report = ReplayReport(subject: "x.seg", of: second.run, script: first.script, with: first)
    #expect(report.remarks.first?.hasPrefix("input a.png has changed: SHA-256 ") == true)
    #expect(report.differing.filter(\.isCause).map(\.line) == ["load a.png"])
  }

  @Test(arguments: [
    ("", "is truncated"), ("{}", "segsh_lock"), ("[1]", "segsh_lock"), ("{\"segsh_lock\": 2}", "later version"),
    ("{\"segsh_lock\": 1}", "missing"),
  ])
  func `a damaged lock gives one clear error`(text: String, message: String) {
    let error = #expect(throws: RunLock.Problem.self) { try RunLock(parsing: Array(text.utf8), path: "x.lock") }
    #expect("\(error.map { "\($0)" } ?? "")".contains(message))
  }

  @Test func `no cut or changed byte of a lock does more than be told`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | save a.png")
    let first = try lock(script, in: shell)
    let bytes = Array(first.text.utf8)
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<400 {
      var damaged = bytes
      damaged[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      guard let lock = try? RunLock(parsing: damaged, path: "x") else { continue }
      _ = ReplayReport(subject: "x", of: first.run, script: first.script, with: lock).text
    }
    for count in stride(from: 0, to: bytes.count - 3, by: 97) {
      #expect(throws: RunLock.Problem.self) { try RunLock(parsing: Array(bytes.prefix(count)), path: "x") }
    }
  }

  @Test(arguments: 1...8) func `masks and labels survive their sketch, and differences are counted as they are`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let size = Size(width: [1, 63, 64, 65, 130, 200, 7, 256][seed - 1], height: 9)
    func mask() -> Mask { Mask(size: size) { _ in Int.random(in: 0..<3, using: &generator) == 0 } }
    let (a, b) = (mask(), mask())
    let sketch = ImageSummary(a)
    #expect(try ImageSummary(#require(sketch.text)) == sketch)
    let difference = try #require(SummaryDifference(from: sketch, to: ImageSummary(b)))
    #expect(
      difference.figures.map(\.value) == [
        Double(try a.symmetricDifference(b).count), Double(try b.subtracting(a).count), Double(try a.subtracting(b).count),
        try dice(of: b, against: a),
      ])
    let labels = LabelImage(size: size, labels: (0..<size.count).map { _ in UInt32.random(in: 0..<4, using: &generator) })
    let text = try #require(ImageSummary(labels).text)
    #expect(ImageSummary(text) == ImageSummary(labels))
    #expect(ImageSummary(String(text.dropLast(4))) == nil)
    let image = ImageSummary(meansOf: size) { Float($0 % 17) }
    #expect(try ImageSummary(#require(image.text)) == image)
  }

  @Test func `a difference of pictures says by how much and where`() throws {
    let size = Size(width: 64, height: 64)
    let old = ImageSummary(meansOf: size) { _ in 100 }
    // One block of 2 x 2 px (of 32 x 32 blocks over 64 x 64 px) is brighter by 8, one by 2.
    let new = ImageSummary(meansOf: size) { index in
      let (row, column) = (index / 64, index % 64)
      return row < 2 && (4..<6).contains(column) ? 108 : row >= 62 && column >= 62 ? 102 : 100
    }
    let difference = try #require(SummaryDifference(from: old, to: new))
    #expect(
      difference.text
        == "intensities differ by 0.00977 on average, most in rows 0-1, columns 4-5: by 8 (means of 32x32 blocks, of which 2 differ)")
    let figures = Dictionary(uniqueKeysWithValues: difference.figures.map { ($0.name, $0.value) })
    #expect(figures["largest_difference"] == 8 && figures["mean_difference"] == 10.0 / 1024 && figures["largest_at_column"] == 4)
    #expect(try #require(SummaryDifference(from: old, to: old)).text.hasPrefix("the difference is too small to show"))
  }
}
