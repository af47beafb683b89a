import Basics
import ImageOps
import SegLang
import SegValues

/// The folder of transcripts that a class handed in.
public struct ClassFolder: Sendable {
  /// Names of the transcripts, in natural order.
  public let names: [String]
  private let folder: String

  public enum Problem: Error, CustomStringConvertible {
    case noFolder(String)
    case noTranscripts(String)
    case tooMany(Int)

    public var description: String {
      switch self {
      case .noFolder(let path): "there is no folder `\(path)`"
      case .noTranscripts(let path):
        "`\(path)` contains no transcripts: students save scripts with `:save NAME.seg`, or copy the terminal into NAME.txt"
      case .tooMany(let count):
        "\(NumberFormat.grouped(count)) transcripts are too many; the limit is \(NumberFormat.grouped(ClassFolder.limit))"
      }
    }
  }

  /// Most transcripts of a class.
  public static let limit = 1000
  /// Bytes of a transcript.
  private static let sizeLimit = 1 << 20
  private static let endings = [".seg", ".txt", ".log"]

  /// - Throws: `Problem`.
  public init(_ path: String) throws(Problem) {
    guard FilePaths.isFolder(path) else { throw .noFolder(path) }
    folder = path
    names = FilePaths.names(in: path).filter { name in Self.endings.contains { name.lowercased().hasSuffix($0) } }
    guard !names.isEmpty else { throw .noTranscripts(path) }
    guard names.count <= Self.limit else { throw .tooMany(names.count) }
  }

  /// Grades one transcript; one that cannot be read has a grade that says so.
  /// - Throws: `CancellationError`.
  public func grade(
    _ name: String, by key: LessonKey, in registry: Registry, host: Host, limits: RunBudget.Limits
  ) throws -> TranscriptGrade {
    let path = "\(folder)/\(name)"
    guard FilePaths.isRegularFile(path), let bytes = try? FileBytes.read(path, limit: Self.sizeLimit) else {
      return TranscriptGrade(name: name, of: key.lesson, problem: "it cannot be read, or is larger than 1 MiB")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return TranscriptGrade(name: name, of: key.lesson, problem: "it is not UTF-8 text")
    }
    return try TranscriptRun.grade(Transcript(text, name: name, in: registry), by: key, in: registry, host: host, limits: limits)
  }
}
