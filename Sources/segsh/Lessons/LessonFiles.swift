import ArgumentParser
import Basics
import SegCommands
import SegLang
import SegServices
import SegValues
import Terminal

/// `segsh lesson`: what a teacher makes of lessons as files.
enum LessonFiles {
  /// - Throws: `ValidationError` unless a page can be written to a file of this name.
  static func checkEnding(of path: String) throws {
    guard [".html", ".pdf"].contains(where: path.lowercased().hasSuffix) else {
      throw ValidationError("--out is `\(path)` but must end in .html or .pdf")
    }
  }

  /// - Throws: `LessonProblem`, `ClassFolder.Problem`, what writing throws; `ExitStatus.partlyFailed` if transcripts could not be graded.
  static func grade(_ folder: String, lesson name: String, page: String?, table: String?, seconds: Int) throws {
    let (lesson, host, registry) = try opened(name)
    let folder = try ClassFolder(folder)
    let key = try Interrupt.polled { try LessonKey(lesson, in: registry, host: host) }
    let progress = ProgressLine()
    progress.start()
    defer { progress.stop() }
    progress.begin("grade")
    var grades: [TranscriptGrade] = []
    for (index, name) in folder.names.enumerated() {
      progress.report(Double(index) / Double(folder.names.count), "\(index + 1) of \(folder.names.count)")
      grades.append(try folder.grade(name, by: key, in: registry, host: host, limits: TranscriptRun.limits(seconds: seconds)))
    }
    progress.stop()
    let summary = ClassSummary(grades, of: lesson)
    if let table { try write(Array(summary.csv.utf8), to: table) }
    if let page { try write(summary.page, to: page, host) }
    Console.shared.write(summary.oneLine + "\n")
    if grades.contains(where: { $0.problem != nil }) { throw ExitStatus.partlyFailed }
  }

  /// - Throws: `LessonProblem`, what drawing and writing throw.
  static func handOut(_ name: String, to path: String, showsSolutions: Bool) throws {
    let (lesson, host, registry) = try opened(name)
    let handout = try Interrupt.polled { try LessonHandout(LessonKey(lesson, in: registry, host: host), showsSolutions: showsSolutions) }
    try write(handout.page, to: path, host)
  }

  private static func opened(_ name: String) throws -> (Lesson, Host, Registry) {
    let session = Runner(mode: .script).session
    let context = Context(host: session.host, registry: session.registry)
    return (try LessonLibrary.lesson(LessonName(name), context), session.host, session.registry)
  }

  private static func write(_ page: ReportPage, to path: String, _ host: Host) throws {
    let isPDF = path.lowercased().hasSuffix(".pdf")
    try write(isPDF ? page.printed(Context(host: host, registry: .segsh)) : Array(page.html.utf8), to: path)
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    try AtomicFile.write(bytes, to: path, for: .user)
    Console.shared.tell("wrote \(path)")
  }
}
