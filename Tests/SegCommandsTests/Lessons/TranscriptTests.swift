import Basics
import Foundation
import SegLang
import TestSupport
import Testing

@testable import SegCommands
@testable import SegServices

@Suite("Transcripts of a class")
struct TranscriptTests {
  private static let text = """
    seglang 1
    # Small & <b>
    # About little.

    hidden = phantom size=64 seed=3
    xray = hidden.image

    ## Dark
    # Find what is dark.
    #? Look.
    dark = xray < 128
    checkpoint dark reference=(hidden.image < 128) dice=0.9

    ## How much
    # How many pixels?
    #? dark.area
    count = dark.area
    checkpoint count reference=((hidden.image < 128).area) tolerance=500

    ## The end
    # That was it.

    """

  private let shell: Shell
  private let key: LessonKey

  init() throws {
    shell = try Shell()
    try Self.text.write(toFile: shell.path("small.seg"), atomically: true, encoding: .utf8)
    key = try LessonKey(Lesson(Self.text, name: "small.seg", in: .segsh), in: .segsh, host: shell.host)
  }

  private func grade(_ text: String, name: String = "ana.txt", seconds: Int = 60) throws -> TranscriptGrade {
    try TranscriptRun.grade(
      Transcript(text, name: name, in: .segsh), by: key, in: .segsh, host: shell.host, limits: TranscriptRun.limits(seconds: seconds))
  }

  @Test func `a copy of the terminal counts tries, hints, errors and skips, and what is no prompt is output`() throws {
    let grade = try grade(
      """
      $ segsh
      segsh> lesson small.seg

      Small, 1 of 3: Dark
      small 1/3 _1 Image> xray <
        error: something is missing
      small 1/3 _1 Image> hint
      lesson: hint: Look.
      small 1/3 _1 Image> dark = xray < 10
      dark = _2 Mask 3 px
      small 1/3 _2 Mask> xray | show
      small 1/3 _2 Mask> next
      small 1/3 _2 Mask> xray < 120
      lesson: solved
      small 1/3 _4 Mask> next
      small 2/3 _4 Mask> count = 7
      small 2/3 _4 Mask> skip
      small 3/3 _4 Mask> next
      segsh> 1 + 1
      """)
    #expect(grade.problem == nil && grade.countsTries)
    #expect(grade.steps.map(\.outcome) == [.solved, .skipped, .text])
    #expect(grade.steps[0].tries == 2 && grade.steps[0].hints == 1 && grade.steps[0].errors == 1)
    #expect(grade.steps[1].tries == 1 && grade.stuckAt == 1 && grade.solved == 1)
    #expect(grade.steps[1].feedback == "7 is too low")
  }

  @Test func `steps before from= are not taken, and later ones count`() throws {
    let grade = try grade("segsh> lesson small.seg from=2\nsmall 2/3 _1 Image> count = dark.area\nsmall 2/3 _1 Image> next\n")
    #expect(grade.steps.map(\.outcome) == [.notTaken, .solved, .text] && grade.stuckAt == nil)
    #expect(ClassSummary([grade], of: key.lesson).oneLine == "1 transcript: 1 did not take every step")
  }

  @Test func `a saved script is judged by its variables`() throws {
    let done = try grade("seglang 1\nxray = handout \"xray\" lesson=small.seg\ndark = xray < 128\ncount = dark.area\n", name: "bo.seg")
    #expect(done.steps.map(\.outcome) == [.solved, .solved, .text] && done.stuckAt == nil && !done.countsTries)
    let wrong = try grade("seglang 1\nxray = handout \"xray\" lesson=small.seg\ndark = xray < 20\n", name: "cy.seg")
    #expect(wrong.stuckAt == 0 && wrong.steps[0].feedback?.contains("Dice coefficient") == true && wrong.steps[0].line == 3)
    // What a teacher's machine is not to do is no error of the student.
    let harmless = try grade(
      "seglang 1\nxray = handout \"xray\" lesson=small.seg\ndark = xray < 128\ndark | save out.png\n", name: "di.seg")
    #expect(harmless.steps[0].outcome == .solved && harmless.steps.allSatisfy { $0.errors == 0 })
    #expect(!FileManager.default.fileExists(atPath: shell.path("out.png")))
  }

  @Test func `a saved session is graded as it was solved`() throws {
    let desk = LessonRequests()
    desk.open("small.seg")
    let session = Session(registry: .segsh, host: shell.host)
    session.host.services[LessonService.self] = desk
    desk.lay("xray", try #require(key.steps[0].handouts.first).value)
    for line in ["xray = handout \"xray\" lesson=small.seg", "dark = xray < 20", "dark = xray < 128", "count = dark.area"] {
      #expect(!session.execute(line).hasErrors)
    }
    let grade = try grade(try #require(session.script(why: nil)), name: "ed.seg")
    #expect(grade.stuckAt == nil && grade.solved == 2)
  }

  @Test func `nothing is read or written, and no other file is asked for`() throws {
    try "secret".write(toFile: shell.path("secret.csv"), atomically: true, encoding: .utf8)
    try Self.text.replacing("dark = xray < 128\n", with: "dark = xray < 128\ndark | save stolen.png\n")
      .write(toFile: shell.path("evil.seg"), atomically: true, encoding: .utf8)
    for line in [
      "load secret.csv", "load-table secret.csv", "glob \"*\"", "phantom | save x.png", "phantom | report x.html", "use \"evil.seg\" as e",
      "lesson check evil.seg", "phantom | segment model=./secret.csv",
    ] {
      let grade = try grade("segsh> lesson small.seg\nsmall 1/3 _1 Image> \(line)\nsmall 1/3 _1 Image> dark = xray < 128\n")
      #expect(grade.steps[0].outcome == .solved, "\(line)")
      #expect(grade.steps[0].feedback?.contains("secret") != true, "\(line)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: shell.folder).sorted()
    #expect(names == ["evil.seg", "secret.csv", "small.seg"])
  }

  @Test func `a limit ends one transcript, and a broken one is said to be broken`() throws {
    let endless = try grade("segsh> lesson small.seg\nsmall 1/3 _1 Image> while true { x = 1 }\n", seconds: 3600)
    #expect(endless.problem?.contains("limit of 200,000 steps") == true)
    let slow = try grade("segsh> lesson small.seg\nsmall 1/3 _1 Image> while true { y = phantom size=64 }\n", seconds: 1)
    #expect(slow.problem?.contains("limit of") == true)
    #expect(try grade("segsh> 1 + 1\n").problem == "the lesson small.seg is not started in this transcript")
    let broken = try grade("((((\n\u{1}\u{2}", name: "x.seg")
    #expect(broken.stuckAt == 0 && broken.steps[0].errors > 0)
    #expect(try grade("", name: "empty.seg").stuckAt == 0)
  }

  @Test func `lines that only look like a prompt are output`() {
    func lines(_ text: String) -> [String] { Transcript(text, name: "x", in: .segsh).lines.map(\.text) }
    #expect(
      lines("segsh> a = 1\nwarning: x > y\n  -> a Number\np01 _7 Mask> b = 2\nopening 1/5> hint\nlesson 1/5 >") == [
        "a = 1", "b = 2", "hint",
      ])
    #expect(lines("segsh> f = [1,\n  ... 2]\n") == ["f = [1,\n2]"])
    // A script with comparisons is no copy of a terminal.
    #expect(lines("a = xray > 5\nb = 2\n") == ["a = xray > 5", "b = 2"])
  }

  @Test func `the summary says who solved what and where students got stuck, and escapes names`() throws {
    let grades = [
      try grade("segsh> lesson small.seg\nsmall 1/3 _1 Image> dark = xray < 128\nsmall> next\n", name: "<img src=x>.txt"),
      try grade("seglang 1\nxray = handout \"xray\" lesson=small.seg\ndark = xray < 128\ncount = dark.area\n", name: "=bo.seg"),
      TranscriptGrade(name: "cy.seg", of: key.lesson, problem: "it cannot be read, or is larger than 1 MiB"),
    ]
    let summary = ClassSummary(grades, of: key.lesson)
    #expect(summary.oneLine == "3 transcripts: 1 solved every checkpoint, 1 got stuck, 1 could not be graded")
    let page = summary.html
    #expect(!page.contains("<img src=x") && page.contains("&lt;img src=x&gt;.txt") && page.contains("Small &amp; &lt;b&gt;"))
    for text in ["2 of 2", "1 of 2", "solved, 1 try", "not tried", "2. How much", "it cannot be read"] {
      #expect(page.contains(text), "\(text)")
    }
    let rows = CSVText.rows(of: summary.csv)
    #expect(rows.count == 7 && rows.allSatisfy { $0.count == 10 })
    #expect(rows[3] == ["=bo.seg", "1", "Dark", "solved", "", "", "0", "", "3", ""] && summary.csv.contains("\n'=bo.seg,1,"))
    #expect(rows[5].last == "it cannot be read, or is larger than 1 MiB")
  }

  @Test func `a folder is graded file by file`() throws {
    let folder = shell.path("class")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in [("b10.seg", "seglang 1\n"), ("b9.txt", "segsh> lesson small.seg\n"), ("notes.pdf", ""), ("c.seg.lock", "{}")] {
      try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }
    try Data([0xFF, 0xFE, 0]).write(to: URL(fileURLWithPath: folder + "/bytes.txt"))
    try FileManager.default.createDirectory(atPath: folder + "/folder.seg", withIntermediateDirectories: true)
    let found = try ClassFolder(folder)
    #expect(found.names == ["b9.txt", "b10.seg", "bytes.txt", "folder.seg"])
    let problems = try found.names.map {
      try found.grade($0, by: key, in: .segsh, host: shell.host, limits: TranscriptRun.limits(seconds: 60)).problem
    }
    #expect(
      problems[0] == nil && problems[1] == nil && problems[2] == "it is not UTF-8 text" && problems[3]?.contains("cannot be read") == true)
    #expect(throws: ClassFolder.Problem.self) { try ClassFolder(folder + "/folder.seg") }
    #expect(throws: ClassFolder.Problem.self) { try ClassFolder(folder + "/nothing") }
  }

  @Test func `a handout has text, images and room for answers, and no solution`() throws {
    let page = try LessonHandout(key, showsSolutions: false).page
    let html = page.html
    #expect(
      html.contains("1. Dark") && html.contains("Your task: dark = …") && html.contains("class=\"answer\"")
        && html.contains("<img src=\"data:"))
    #expect(!html.contains("xray &lt; 128") && !html.contains("Look."))
    let solved = try LessonHandout(key, showsSolutions: true).page.html
    #expect(solved.contains("xray &lt; 128") && solved.contains("Hint 1: Look.") && solved.contains("at least 0.9"))
    #expect(!solved.contains("class=\"answer\""))
    guard PDFDocument.isAvailable else { return }
    let context = Context(host: shell.host, registry: .segsh)
    #expect(try page.printed(by: .cairo, date: "2026-03-14", context).starts(with: Array("%PDF-".utf8)))
  }
}
