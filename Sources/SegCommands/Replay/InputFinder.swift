import Glibc
import ImageOps
import SegLang

/// Finds the files that a recipe or a lock names: where they were, else by their name in other folders, else by their content there.
public struct InputFinder: Sendable {
  let recorded: [RecordedFile]
  /// Searched in order for what is not where it was.
  let folders: [String]
  /// Whether only files that are recorded, and as they were, may be read: what a recipe that came with a file is held to.
  let isStrict: Bool

  /// A folder with more names is not searched by content.
  private static let limit = 10_000

  public enum Problem: Error, Hashable, CustomStringConvertible {
    /// A recipe wants to read what it does not name as an input.
    case notAnInput(String)
    case missing(RecordedFile, folders: [String])
    case changed(RecordedFile, at: String)

    /// Whether the file is there and is another.
    public var isChange: Bool { if case .changed = self { true } else { false } }

    public var description: String {
      switch self {
      case .notAnInput(let name): "the recipe reads `\(name)` without naming it as an input"
      case .missing(let file, let folders):
        "the input `\(file.name)` (SHA-256 \(ReplayReport.short(file.sha256)), \(NumberFormat.grouped(file.byteCount)) bytes) is not here;"
          + " looked in \(folders.isEmpty ? "its own place" : folders.map { $0 == "." ? "the current folder" : "`\($0)`" }.joined(separator: ", "))."
          + " Where is it? --data DIR"
      case .changed(let file, let path):
        "`\(path)` is not the file that was read: SHA-256 is not \(ReplayReport.short(file.sha256))."
          + " Where is that with \(NumberFormat.grouped(file.byteCount)) bytes? --data DIR"
      }
    }
  }

  public init(recorded: [RecordedFile], folders: [String], isStrict: Bool) {
    self.recorded = recorded
    self.folders = folders
    self.isStrict = isStrict
  }

  /// The file for a name in a line; nil: the path itself.
  /// - Throws: `Problem`.
  func path(for name: String, at path: String) throws(Problem) -> String? {
    guard let file = recorded.first(where: { $0.name == name }) else {
      if isStrict { throw .notAnInput(name) }
      return nil
    }
    let base = Path(name).name
    let places = [path] + (name.hasPrefix("/") ? [] : folders.map { $0 + "/" + name }) + folders.map { $0 + "/" + base }
    var other: String?
    for place in places where Self.isFile(place) {
      if Self.matches(place, file) { return place }
      other = other ?? place
    }
    for folder in folders {
      let names = FilePaths.names(in: folder)
      guard names.count < Self.limit else { continue }
      if let found = names.map({ folder + "/" + $0 }).first(where: { Self.isFile($0) && Self.matches($0, file) }) { return found }
    }
    guard let other else { throw .missing(file, folders: folders) }
    // A lock's report says that the file has changed, and what came of it; a recipe stands for one picture alone.
    if isStrict { throw .changed(file, at: other) }
    return other
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func matches(_ path: String, _ file: RecordedFile) -> Bool {
    guard let digest = file.sha256 else { return true }
    guard FileStamp(path).byteCount == file.byteCount, let bytes = try? FileBytes.read(path) else { return false }
    return SHA256.hexDigest(of: bytes) == digest
  }
}

/// Files that a replay wrote in a folder of its own, so that what a run wrote before stays as it is. A line that reads such a file again gets it from there.
public final class ScratchFiles: Sendable {
  private let folder: String
  private let written = LockedNames()

  /// - Throws: `CommandProblem.noSuchFolder` when no temporary folder can be made.
  public init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/segsh-replay-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CommandProblem.noSuchFolder(parent) }
    folder = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }

  deinit {
    for name in written.places.values { unlink(name) }
    rmdir(folder)
  }

  /// Reading goes through a finder, unless the file was written here.
  public func access(_ finder: InputFinder?) -> FileAccess {
    FileAccess(
      reading: { [self] name, path in try written.places[path] ?? finder?.path(for: name, at: path) },
      writing: { [self] _, path in written.place(for: path, in: folder) })
  }
}

extension FileAccess {
  /// Inputs through a finder; what is written goes where the lines say.
  public init(_ finder: InputFinder) { self.init(reading: { try finder.path(for: $0, at: $1) }) }
}
