import Basics
import ImageOps
internal import Platform
import SegLang
import SegModel
import SegValues

/// Finds lessons: those that came with the program, and files.
public enum LessonLibrary {
  private static let ending = ".seg"
  private static let limit = 1 << 20

  private static var folders: [String] { ResourceFolders.named("Lessons", variable: "SEGSH_LESSONS") }

  /// Names of the lessons that came with the program, in the order in which they are meant to be taken (that of their files' names).
  public static var names: [String] { files.map(\.name) }

  private static var files: [(name: String, path: String)] {
    var paths: [String: String] = [:]
    for folder in folders where FilePaths.exists(folder) {
      for file in FilePaths.names(in: folder) where file.hasSuffix(ending) {
        let stem = String(file.dropLast(ending.count))
        if paths[stem] == nil { paths[stem] = "\(folder)/\(file)" }
      }
    }
    return paths.sorted { $0.key < $1.key }.map { (Self.name(of: $0.key), $0.value) }
  }

  /// The name of a file without the number that only gives it its place: `2-thresholds` is `thresholds`.
  private static func name(of stem: String) -> String {
    let rest = stem.drop { $0.isNumber }
    return rest.count < stem.count && rest.hasPrefix("-") ? String(rest.dropFirst()) : stem
  }

  /// The lesson of a name, of a number from 1 in the order of ``names``, or at a path.
  /// - Throws: `LessonProblem`.
  public static func lesson(_ name: LessonName, _ context: Context) throws -> Lesson {
    let text = name.oneLine
    let files = files
    let numbered = Int(text).flatMap { files.indices.contains($0 - 1) ? files[$0 - 1] : nil }
    if let file = files.first(where: { $0.name == text }) ?? numbered { return try read(file.path, as: file.name, context.registry) }
    let isPath = text.contains("/") || text.hasSuffix(ending)
    guard isPath, FilePaths.exists(context.resolved(Path(text))) else {
      throw LessonProblem.unknown(text, known: names, near: nearNames(to: text, in: names))
    }
    return try read(context.resolved(Path(text)), as: text, context.registry)
  }

  /// The lessons that came with the program; one that cannot be read is left out.
  public static func lessons(in registry: Registry) -> [Lesson] { files.compactMap { try? read($0.path, as: $0.name, registry) } }

  /// Names and titles of the lessons, for completion: only the heads of the files are read.
  package static var titles: [ChoiceName] {
    files.map { file in
      let head = FilePaths.start(of: file.path, count: 512)
      let title = head.split(separator: "\n").first { $0.hasPrefix("# ") }?.dropFirst(2)
      return ChoiceName(file.name, String(title ?? ""))
    }
  }

  private static func read(_ path: String, as name: String, _ registry: Registry) throws -> Lesson {
    guard let bytes = try? FileBytes.read(path, limit: limit) else { throw LessonProblem.unreadable(name) }
    return try Lesson(String(decoding: bytes, as: UTF8.self), name: name, in: registry)
  }
}

/// A lesson that came with the program, the path of one, or a word that steers the one that is running.
public struct LessonName: ListedElsewhere, Hashable {
  public let oneLine: String

  public init(_ text: String) { oneLine = text }

  /// What `lesson` takes beside names.
  package enum Word: String, CaseIterable {
    case next, hint, skip, stop, list, check

    package var help: String {
      switch self {
      case .next: "continues with the next step"
      case .hint: "shows the next hint"
      case .skip: "shows a solution and continues"
      case .stop: "ends the lesson"
      case .list: "lists the lessons"
      case .check: "checks the model solutions of a lesson"
      }
    }
  }

  public static let typeName = "Lesson"
  public static let typeHelp = "The name or number of a shipped lesson, or the path of a lesson file."
  public static var literalHint: String? { "a lesson's name, or a .seg file" }
  public static var choices: [ChoiceName] {
    LessonLibrary.titles + Word.allCases.map { ChoiceName($0.rawValue, $0.help) }
  }

  public static func read(_ literal: Literal) throws(LiteralProblem) -> LessonName { LessonName(literal.text) }

  public var literal: String? { Path(oneLine).literal }
  package var word: Word? { Word(rawValue: oneLine) }
}
