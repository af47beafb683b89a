import TestSupport
import Testing

/// Lessons, over a pipe.
@Suite struct LessonTranscripts {
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      seglang 1
      # Small
      # About little.

      hidden = phantom size=64 seed=3 opacity=0%
      xray = hidden.image

      ## Dark
      # Find what is dark:
      #
      #   dark = xray < LEVEL
      #? Half of the range will do.
      dark = xray < 128
      checkpoint dark reference=(hidden.image < 128) dice=0.9

      ## How much
      # How many pixels are dark? A guess within 500 will do.
      #? dark.area
      count = dark.area
      checkpoint count reference=(hidden.image < 128).area tolerance=500

      ## The end
      # That was it.

      """.replacing("reference=(hidden.image < 128).area", with: "reference=((hidden.image < 128).area)"), to: "small.seg")
  }

  private func talk(_ lines: String...) throws -> Program.Outcome {
    try program.run([], in: folder.url, input: lines.map { $0 + "\n" }.joined())
  }

  /// The text as one line, wherever the terminal's width broke it.
  private func unwrapped(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  @Test func `a lesson explains, judges, and goes on when told to`() throws {
    let outcome = try talk(
      "lesson small.seg", "xray < 10", "next", "hint", "hint", "xray < 120", "next", "count = 7", "count = dark.area", "next", "next",
      "1 + 1")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = outcome.output
    #expect(text.contains("Small, 1 of 3: Dark\n\nFind what is dark:\n\n    dark = xray < LEVEL\n\nyour task: dark = …"))
    #expect(text.contains("You have xray = _1 Image 64x64"))
    #expect(text.contains("lesson: Dice coefficient 0."))
    #expect(unwrapped(text).contains("of the reference region is missing"))
    #expect(unwrapped(text).contains("lesson: `dark` is not solved yet; `hint` helps; `skip` shows a solution and continues"))
    #expect(text.contains("lesson: hint: Half of the range will do.\n"))
    #expect(text.contains("lesson: there are no more hints; `skip` shows a solution\n"))
    #expect(text.contains("dark = _3 Mask"), "an answer without a name gets it")
    #expect(text.contains("lesson: solved: Dice coefficient "))
    #expect(text.contains("lesson: 7 is too low\n"))
    #expect(text.contains("). `next` continues\n"))
    #expect(text.contains("Small, 3 of 3: The end\n\nThat was it.\n\n`next` continues, `lesson stop` ends the lesson\n"))
    #expect(text.contains("lesson: completed Small: 2 of 2 checkpoints solved\n"))
    #expect(text.hasSuffix("\n2\n"))
  }

  @Test func `skip shows a way and makes what later steps need`() throws {
    let outcome = try talk("lesson small.seg", "skip", "skip", "lesson", "lesson stop", "count")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("lesson: one solution:\n    dark = xray < 128\n  dark = _2 Mask"))
    #expect(outcome.output.components(separatedBy: "Small, 3 of 3: The end").count == 3, "lesson alone says it again")
    #expect(outcome.output.contains("lesson: ended Small at step 3 of 3; your variables are kept\n"))
  }

  @Test func `progress is kept between sessions, and a lesson goes on where it was left`() throws {
    let environment = ["SEGSH_LESSONS": folder.url.path, "XDG_STATE_HOME": folder.url.appendingPathComponent("state").path]
    func talk(_ lines: String...) throws -> Program.Outcome {
      try program.run([], in: folder.url, input: lines.map { $0 + "\n" }.joined(), environment: environment)
    }
    #expect(try talk("lesson small", "dark = xray < 128", "next", "lesson stop").status == 0)
    #expect(try folder.text(of: "state/segsh/lessons") == "small 2 3 1 open\n")
    #expect(try talk("lesson").output.contains("  Small, 3 steps (2 of 3). About little."))
    #expect(
      try unwrapped(talk("lesson small").output).contains(
        "lesson: you reached step 2 of 3 last time; to continue there: lesson small from=2"))
    let rest = try talk("lesson small from=2", "count = dark.area", "next", "next", "lesson")
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(rest.output.contains("Small, 2 of 3: How much"))
    #expect(!rest.output.contains("Small, 1 of 3"))
    #expect(rest.output.contains("lesson: completed Small"))
    #expect(rest.output.contains("Small, 3 steps (done)."))
    #expect(try talk("lesson small from=4").errors.contains("1 to 3"))
    try folder.write("rubbish\nsmall 9 3 1 open\nsmall x\n", to: "state/segsh/lessons")
    #expect(try talk("lesson").output.contains("Small, 3 steps. About little."), "what cannot be read is passed over")
  }

  @Test func `the words that steer a lesson mean nothing without one`() throws {
    let outcome = try talk("hint")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("`hint`"))
    #expect(try talk("lesson next").errors.contains("no lesson is running"))
  }

  @Test func `the lessons are listed, and a near name is offered`() throws {
    #expect(try talk("lesson").output.contains("\n   2 thresholds  Thresholds, 5 steps."))
    #expect(try talk("lesson 2").output.contains("Thresholds, 1 of 5"))
    #expect(try talk("lesson treshold").errors.contains("did you mean `thresholds`?"))
    #expect(try talk("lesson check small.seg").output.hasSuffix("3. The end: text only\nevery checkpoint is reached\n"))
  }

  @Test func `one line alone holds no lesson`() throws {
    let outcome = try program.run(["-c", "lesson thresholds"], in: folder.url)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("lessons run only at the prompt"))
  }
}
