import ArgumentParser

struct LessonSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson", abstract: "Grades the transcripts of a class, and prints lessons as handouts.",
    discussion: "Learners start a lesson at the prompt: `lesson`.", subcommands: [Grade.self, Handout.self])

  struct Grade: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "grade", abstract: "Grades the transcripts of a class: who solved which step, and where students got stuck.",
      discussion: """
        DIR contains one file per student: a script that `:save` wrote (.seg), or a copy of the terminal (.txt, .log), in which lines with a prompt \
        count. A copy also shows wrong answers, errors, hints and skips. Each transcript is run again, and its answers are compared with those of \
        the lesson. Commands that read or write files, send or ask the machine are not run. The name of a file stands for the student. Exit status \
        4 if transcripts could not be graded.
        """)

    @Argument(help: ArgumentHelp("Folder of transcripts.", valueName: "dir"), completion: .directory) var folder: String
    @Option(help: ArgumentHelp("Name, number or file of the lesson.", valueName: "lesson"), completion: .file(extensions: ["seg"]))
    var lesson: String
    @Option(help: ArgumentHelp("Summary to write (.html or .pdf).", valueName: "file"), completion: .file(extensions: ["html", "pdf"]))
    var out: String?
    @Option(
      help: ArgumentHelp("Table to write: one row per student and checkpoint.", valueName: "file"), completion: .file(extensions: ["csv"]))
    var csv: String?
    @Option(help: ArgumentHelp("Time limit per transcript in seconds.", valueName: "n")) var maxSeconds = 60
    @OptionGroup var common: CommonOptions

    func validate() throws {
      if !(1...3600).contains(maxSeconds) { throw ValidationError("--max-seconds is \(maxSeconds) but must be 1 to 3600") }
      if let out { try LessonFiles.checkEnding(of: out) }
      if let csv, !csv.lowercased().hasSuffix(".csv") { throw ValidationError("--csv is `\(csv)` but must end in .csv") }
    }

    func run() throws { try LessonFiles.grade(folder, lesson: lesson, page: out, table: csv, seconds: maxSeconds) }
  }

  struct Handout: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "handout", abstract: "Prints a lesson: text, commands, images and lines for answers, without solutions.",
      discussion: "PDF is made by Chromium, or by cairo if there is no browser.")

    @Argument(help: ArgumentHelp("Name, number or file of the lesson.", valueName: "lesson"), completion: .file(extensions: ["seg"]))
    var lesson: String
    @Option(help: ArgumentHelp("File to write (.pdf or .html).", valueName: "file"), completion: .file(extensions: ["pdf", "html"]))
    var out: String
    @Flag(help: "Print hints and solutions in place of the lines for answers.") var solutions = false
    @OptionGroup var common: CommonOptions

    func validate() throws { try LessonFiles.checkEnding(of: out) }

    func run() throws { try LessonFiles.handOut(lesson, to: out, showsSolutions: solutions) }
  }
}
