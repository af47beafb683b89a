import Foundation
import SegLang
import Testing

@testable import SegCommands
@testable import SegServices

@Suite("Lessons")
struct LessonTests {
  static let folder = packageFolder + "/Lessons"
  static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".seg") }.sorted()

  private static func text(_ file: String) throws -> String { try String(contentsOfFile: folder + "/" + file, encoding: .utf8) }

  private static let small = """
    seglang 1
    # Small
    # About little.
    # And less.

    hidden = phantom size=64 seed=3
    xray = hidden.image

    ## First
    # Some words,
    # and more.
    #
    #   xray | show
    #? Look.
    #? Look again.
    # A note for teachers.
    dark = xray < 128  # an answer
    checkpoint dark reference=(hidden.image < 128) dice=0.8

    ## Last
    # That is all.

    """

  @Test func `that came with the program are in their order`() {
    TestModel.prepare()
    #expect(LessonLibrary.names == ["histogram", "thresholds", "opening", "network", "severity", "window", "unseen", "certainty"])
    #expect(LessonLibrary.lessons(in: .segsh).allSatisfy { !$0.summary.isEmpty && $0.steps.count >= 4 })
  }

  @Test(arguments: files) func `pass the strict check and stand as the formatter writes them`(file: String) throws {
    let text = try Self.text(file)
    let (_, report) = SyntaxTree.check(SourceText(text, name: file), against: .segsh)
    #expect(report.diagnostics.isEmpty, "\(Renderer().render(report.diagnostics))")
    #expect(Formatter(registry: .segsh).format(text) { Registry.segsh[$0] != nil } == text)
  }

  @Test(arguments: files) func `have model answers that reach every checkpoint`(file: String) throws {
    let shell = try Shell()
    let lesson = try Lesson(Self.text(file), name: Self.folder + "/" + file, in: .segsh)
    let report = try LessonStage.rehearse(lesson, in: .segsh, host: shell.host)
    #expect(report.count == lesson.steps.count)
    #expect(report.filter { $0.contains("required") || $0.contains("correct") }.count == lesson.steps.count { $0.checkpoint != nil })
  }

  @Test(arguments: files) func `show lines that run as they stand, but for what the learner is to put in`(file: String) throws {
    let shell = try Shell()
    let lesson = try Lesson(Self.text(file), name: Self.folder + "/" + file, in: .segsh)
    let stage = LessonStage(lesson, in: .segsh, host: shell.host)
    for (index, step) in lesson.steps.enumerated() {
      for (name, _) in try stage.prepare(index) { try shell.run(stage.line(for: name)) }
      for paragraph in step.text {
        guard case .verbatim(let line) = paragraph, !line.hasPrefix(":"), !line.contains("…"),
          line.wholeMatch(of: /.*\b[A-Z]{3,}\b.*/) == nil
        else { continue }
        #expect(throws: Never.self, "\(step.headline): \(line)") { try shell.run(line) }
      }
      for line in step.answer { try shell.run(line) }
    }
  }

  @Test(arguments: files) func `give hints to every checkpoint and fit a screen`(file: String) throws {
    let lesson = try Lesson(Self.text(file), name: file, in: .segsh)
    for step in lesson.steps {
      #expect(step.checkpoint == nil || !step.hints.isEmpty, "\(step.headline)")
      let lines = step.text.reduce(0) { lines, paragraph in
        switch paragraph {
        case .prose(let text): lines + Manual.wrapped(text, columns: 79).count + 1
        case .verbatim(let text):
          lines + (text.count > 75 ? 2 : 1)
        }
      }
      #expect(lines <= 20, "\(step.headline): \(lines) lines")
    }
  }

  @Test func `are read into steps`() throws {
    let lesson = try Lesson(Self.small, name: "small", in: .segsh)
    #expect(lesson.title == "Small")
    #expect(lesson.summary == "About little. And less.")
    #expect(lesson.steps.map(\.headline) == ["First", "Last"])
    let first = try #require(lesson.steps.first)
    #expect(first.preparation == ["hidden = phantom size=64 seed=3", "xray = hidden.image"])
    #expect(first.text == [.prose("Some words, and more."), .verbatim("xray | show"), .prose("A note for teachers.")])
    #expect(first.hints == ["Look.", "Look again."])
    #expect(first.answer == ["dark = xray < 128"])
    #expect(first.checkpoint?.name == "dark")
    #expect(first.checkpoint?.truth == "hidden.image < 128")
    #expect(first.checkpoint?.dice == 0.8)
    #expect(lesson.steps[1].checkpoint == nil)
  }

  @Test(arguments: [
    ("seglang 1\n", "comment with its title"), ("seglang 1\n# Title\n", "`## Headline`"),
    ("seglang 1\n# T\n\n## A\n", "has no text"), ("seglang 1\n# T\n\n## A\n# text\nx = 1\n", "must end in `checkpoint"),
    ("seglang 1\n# T\n\n## A\n# text\ncheckpoint x reference=1\n", "there are none"),
    ("seglang 1\n# T\n\n## A\n# text\nx = 1\ncheckpoint x\n", "write a checkpoint as"),
    ("seglang 1\n# T\n\n## A\n# text\nx = 1\ncheckpoint hidden reference=1\n", "write a checkpoint as"),
    ("seglang 1\n# T\n\n## A\n# text\nx = (\n", "lesson.seg:"),
  ])
  func `that are none are refused with the reason`(text: String, reason: String) {
    #expect {
      try Lesson(text, name: "lesson.seg", in: .segsh)
    } throws: { "\($0)".contains(reason) }
  }

  @Test func `keep the truth: what is handed out has no past`() throws {
    let shell = try Shell()
    let path = shell.path("small.seg")
    try Self.small.write(toFile: path, atomically: true, encoding: .utf8)
    try shell.run("xray = handout \"xray\" lesson=small.seg")
    #expect(try shell.failure("m = xray < 128; m | severity").contains("lungs are unknown"))
    #expect(try shell.failure("handout \"hidden\" lesson=small.seg").contains("has no value named"))
    #expect(try shell.failure("xray.lungs").contains("no property"))
  }

  @Test func `do not hand out a phantom`() throws {
    let shell = try Shell()
    let lesson = try Lesson(Self.small.replacing("hidden.image\n", with: "phantom size=64\n"), name: "small.seg", in: .segsh)
    #expect {
      try LessonStage.rehearse(lesson, in: .segsh, host: shell.host)
    } throws: { "\($0)".contains("contains the reference") }
  }

  @Test func `find answers that do not reach`() throws {
    let shell = try Shell()
    let lesson = try Lesson(Self.small.replacing("xray < 128  #", with: "xray > 128  #"), name: "small.seg", in: .segsh)
    #expect {
      try LessonStage.rehearse(lesson, in: .segsh, host: shell.host)
    } throws: { "\($0)".contains("Dice coefficient 0.000, at least 0.8 is required: 100 % of the reference region is missing") }
  }

  @Test func `are for the prompt: a script has no one who learns`() throws {
    let shell = try Shell(.script)
    #expect(try shell.failure("lesson thresholds").contains("lessons run only at the prompt"))
    try shell.run("lesson list")
    #expect(shell.written.contains("Opening and closing"))
    #expect(try shell.failure("lesson treshold").contains("lesson"))
  }

  @Test func `are no part of a saved session`() throws {
    let session = Session(registry: .segsh)
    #expect(!session.execute("help").hasErrors)
    #expect(session.history.isEmpty)
  }

  @Test func `judge figures by their distance, and do not give the truth away`() throws {
    let far = try #require(try Assessment(of: 31.0, against: 28.0, dice: 0.9, tolerance: 2))
    #expect(!far.isReached)
    #expect(far.text == "31 is too high")
    let near = try #require(try Assessment(of: 29.5, against: 28.0, dice: 0.9, tolerance: 2))
    #expect(near.isReached)
    #expect(try Assessment(of: "text", against: 28.0, dice: 0.9, tolerance: 2) == nil)
  }
}
