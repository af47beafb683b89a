import Archive
import Basics
import ImageOps
internal import Platform
import SegLang
import SegValues
import Synchronization

/// Finds the files that a recipe or a lock names: where they were, else by their name in other folders, else by their content there.
public final class InputFinder: Sendable {
  package let recorded: [RecordedFile]
  package let batches: [RecordedBatch]
  /// Searched in order for what is not where it was.
  package let folders: [String]
  /// Whether only files that are recorded, and as they were, may be read: what a recipe that came with a file is held to.
  package let isStrict: Bool
  private let positions: [String: Int]
  private let state = Mutex(State())

  private struct State {
    /// Paths by size, of each folder with those inside.
    var contents: [String: [Int: [String]]] = [:]
    var digests: [String: String?] = [:]
    /// Recorded files by the names that a script calls them, where the record has stand-ins.
    var known: [String: Int] = [:]
    var batches: [String: Int] = [:]
    var remarks: [String] = []
    /// Where recorded files were found.
    var places: [String: String] = [:]
  }

  public enum Problem: Error, Hashable, CustomStringConvertible {
    /// A recipe wants to read what it does not name as an input.
    case notAnInput(String)
    /// How many inputs there are, and where they were looked for.
    case missing([RecordedFile], of: Int, folders: [String])
    case changed(RecordedFile, at: String)

    /// Whether the file is there and is another.
    public var isChange: Bool { if case .changed = self { true } else { false } }

    public var description: String {
      switch self {
      case .notAnInput(let name): return "the recipe reads `\(name)` but does not declare it as an input"
      case .missing(let files, let count, let folders):
        let places =
          folders.isEmpty ? "its original location" : folders.map({ $0 == "." ? "the current folder" : "`\($0)`" }).joined(separator: ", ")
        func described(_ file: RecordedFile) -> String {
          "`\(file.name)` (SHA-256 \(ReplayReport.short(file.sha256)), \(NumberFormat.grouped(file.byteCount)) bytes)"
        }
        if files.count == 1, let file = files.first {
          return "the input \(described(file)) was not found; searched \(places). Give its folder: --data DIR"
        }
        let more = files.count > 10 ? ", and \(files.count - 10) more" : ""
        return "\(files.count) of \(count) inputs were not found: \(files.prefix(10).map(described).joined(separator: ", "))\(more);"
          + " searched \(places). Give their folder: --data DIR"
      case .changed(let file, let path):
        return "`\(path)` is not the original input: its SHA-256 is not \(ReplayReport.short(file.sha256))."
          + " Give the folder of the original (\(NumberFormat.grouped(file.byteCount)) bytes): --data DIR"
      }
    }
  }

  /// Folders that the user pointed to, searched with all inside.
  private let pointed: Set<String>
  /// Whether files that a script reads are taken for the recorded ones in order, where the record has stand-ins: of the very script that was recorded.
  private let followsOrder: Bool
  /// Whether the search is to end: files that were not read by then count as not found.
  private let isStopped: @Sendable () -> Bool

  public init(
    recorded: [RecordedFile], batches: [RecordedBatch] = [], folders: [String], pointed: [String] = [], isStrict: Bool,
    followsOrder: Bool = true, isStopped: @escaping @Sendable () -> Bool = { false }
  ) {
    self.isStopped = isStopped
    self.pointed = Set(pointed)
    self.followsOrder = followsOrder
    self.recorded = recorded
    self.batches = batches
    self.folders = folders
    self.isStrict = isStrict
    positions = Dictionary(recorded.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  /// What else the report has to say: files that joined a cohort.
  public var remarks: [String] { state.withLock { $0.remarks } }

  /// Where a recorded file was found, else its name.
  package func place(of name: String) -> String { state.withLock { $0.places[name] } ?? name }

  /// The file for a name in a line; nil: the path itself.
  /// - Throws: `Problem`.
  package func path(for name: String, at path: String) throws(Problem) -> String? {
    guard let file = positions[name].map({ recorded[$0] }) ?? standIn(for: name, at: path) else {
      if isStrict { throw .notAnInput(name) }
      return nil
    }
    if let found = place(of: file, named: name, at: path) {
      state.withLock { $0.places[file.name] = found.hasPrefix("./") ? String(found.dropFirst(2)) : found }
      return found
    }
    if ArchiveAddress.isOne(path), !isStrict {
      // What comes may have changed; the report then says so. Only a script of the user's own reaches an archive, never a recipe.
      guard let fetched = try? ArchiveFiles.place(of: path) else { throw .missing([file], of: recorded.count, folders: folders) }
      return fetched
    }
    let base = Path(name).name
    let others = [path] + folders.map { $0 + "/" + base }
    guard let other = others.first(where: { Self.isFile($0) && mayRead($0) }) else {
      throw .missing([RecordedFile(name: name, sha256: file.sha256, byteCount: file.byteCount)], of: recorded.count, folders: folders)
    }
    // A lock's report says that the file has changed, and what came of it; a recipe stands for one image alone.
    if isStrict {
      guard file.sha256 != nil else { throw .missing([file], of: recorded.count, folders: folders) }
      throw .changed(file, at: other)
    }
    return other
  }

  /// All inputs, before anything runs.
  /// - Throws: `Problem.missing` with every file that is not there, `Problem.changed` for a single one that is another.
  package func findAll() throws(Problem) {
    var missing: [RecordedFile] = []
    for file in recorded {
      do { _ = try path(for: file.name, at: file.name) } catch {
        guard recorded.count > 1 else { throw error }
        if !missing.contains(file) { missing.append(file) }
      }
    }
    if let first = missing.first, missing.count == 1 { _ = try path(for: first.name, at: first.name) }
    if !missing.isEmpty { throw .missing(missing, of: recorded.count, folders: folders) }
  }

  /// A recorded file that is where it was, elsewhere by its name, or elsewhere by its content.
  /// - Parameter taken: files of other members of a cohort, returned only where no other file has this content.
  private func place(of file: RecordedFile, named name: String, at path: String, avoiding taken: Set<String> = []) -> String? {
    let base = Path(name).name
    let places = [path] + (name.hasPrefix("/") ? [] : folders.map { $0 + "/" + name }) + folders.map { $0 + "/" + base }
    var shared: String?
    for found in places where Self.isFile(found) && mayRead(found) && matches(found, file) {
      guard taken.contains(found) else { return found }
      shared = shared ?? found
    }
    for folder in folders {
      for found in candidates(in: folder, byteCount: file.byteCount) where mayRead(found) && matches(found, file) {
        guard taken.contains(found) else { return found }
        shared = shared ?? found
      }
    }
    return shared
  }

  /// The recorded file that a name in a script stands for where the record has stand-ins: those that are no members of a cohort, in order.
  private func standIn(for name: String, at path: String) -> RecordedFile? {
    guard !isStrict, followsOrder else { return nil }
    if let known = state.withLock({ $0.known[name] }) { return recorded[known] }
    let members = Set(batches.flatMap(\.members))
    return state.withLock { state in
      let taken = Set(state.known.values)
      guard let next = recorded.indices.first(where: { !taken.contains($0) && !members.contains($0) && recorded[$0].isStandIn }) else {
        return nil
      }
      state.known[name] = next
      return recorded[next]
    }
  }

  // MARK: Cohorts

  /// The recorded members of a cohort, as names and files.
  ///
  /// - Parameters:
  ///   - pattern: as the line has it.
  ///   - found: the files that it stands for now, as names and paths; nil: they are not asked for.
  /// - Returns: nil: those that it stands for now.
  /// - Throws: `Problem.missing` with every member that is not there.
  package func members(of pattern: String, found: () -> [(name: String, path: String)]) throws(Problem) -> [(name: String, path: String)]? {
    guard let batch = batch(pattern) else { return nil }
    let files = batch.members.map { recorded[$0] }
    if isStrict {
      // Every input was found before the recipe ran.
      return try files.map { file throws(Problem) in (file.name, try path(for: file.name, at: file.name) ?? file.name) }
    }
    let here = found()
    let isSame = here.count == files.count && zip(here, files).allSatisfy { matches($0.path, $1) }
    if isSame { return nil }
    var byContent = Dictionary(grouping: here.indices.reversed()) { digest(of: here[$0].path) ?? "\(FileStamp(here[$0].path).byteCount)" }
    let kept = files.map { file in (file: file, index: byContent[file.sha256 ?? "\(file.byteCount)"]?.popLast()) }
    let others = here.count - kept.count { $0.index != nil }
    let absent = kept.filter { $0.index == nil }.map(\.file)
    // Files that changed run as they are, and the report says what came of it.
    if others > 0, !absent.isEmpty { return nil }
    var missing: [RecordedFile] = []
    var taken = Set(kept.compactMap { $0.index.map { here[$0].path } })
    let members = kept.compactMap { file, index -> (name: String, path: String)? in
      if let index { return here[index] }
      if let place = place(of: file, named: file.name, at: file.name, avoiding: taken) {
        taken.insert(place)
        return (place, place)
      }
      missing.append(file)
      return nil
    }
    if !missing.isEmpty { throw .missing(missing, of: files.count, folders: folders) }
    if others > 0 {
      let are = others == 1 ? ("file", "is", "was", "it") : ("files", "are", "were", "them")
      state.withLock {
        $0.remarks.append(
          "\(others) \(are.0) that the locked run did not read \(are.1) present now and \(are.2) ignored; lock the script again to include \(are.3)"
        )
      }
    }
    return members
  }

  private func batch(_ pattern: String) -> RecordedBatch? {
    if let named = batches.first(where: { $0.name == pattern }) { return named }
    guard !isStrict, followsOrder else { return nil }
    return state.withLock { state in
      if let known = state.batches[pattern] { return batches[known] }
      let taken = Set(state.batches.values)
      guard let next = batches.indices.first(where: { !taken.contains($0) && batches[$0].isStandIn }) else { return nil }
      state.batches[pattern] = next
      return batches[next]
    }
  }

  // MARK: Files

  private static func isFile(_ path: String) -> Bool { FilePaths.isRegularFile(path) }

  /// Whether a file lies where the user pointed: a recipe reaches nothing outside of the folders, neither by an absolute path or `..` nor through a link.
  private func mayRead(_ path: String) -> Bool {
    guard isStrict else { return true }
    guard let real = FilePaths.real(path) else { return false }
    return folders.contains { folder in
      FilePaths.real(folder.isEmpty ? "." : folder).map { real.hasPrefix($0 == "/" ? "/" : $0 + "/") } ?? false
    }
  }

  private func matches(_ path: String, _ file: RecordedFile) -> Bool {
    guard FileStamp(path).byteCount == file.byteCount else { return false }
    // A file that could not be read then has no digest, and is not opened for a recipe.
    guard let digest = file.sha256 else { return !isStrict }
    return self.digest(of: path) == digest
  }

  private func digest(of path: String) -> String? {
    if let known = state.withLock({ $0.digests[path] }) { return known }
    if isStopped() { return nil }
    let digest = (try? FileBytes.read(path)).map { SHA256.hexDigest(of: $0) }
    state.withLock { $0.digests[path] = .some(digest) }
    return digest
  }

  /// Files of a size in a folder and those inside it.
  private func candidates(in folder: String, byteCount: Int) -> [String] {
    if let known = state.withLock({ $0.contents[folder] }) { return known[byteCount] ?? [] }
    // A recipe only takes what has its digests, so that any file inside will do.
    let files =
      isStrict || pointed.contains(folder)
      ? FilePaths.files(below: folder) : FilePaths.names(in: folder).map { folder + "/" + $0 }.filter(FilePaths.isRegularFile)
    let contents = Dictionary(grouping: files) { FileStamp($0).byteCount }
    state.withLock { $0.contents[folder] = contents }
    return contents[byteCount] ?? []
  }
}

extension RecordedFile {
  /// Whether the name is one that `FileNames` made.
  package var isStandIn: Bool {
    name.hasPrefix("input") && name.dropFirst(5).prefix { $0 != "." }.allSatisfy(\.isNumber) && !name.contains("/")
  }
}

extension RecordedBatch {
  package var isStandIn: Bool { name.hasPrefix("cases") && name.count > 5 && name.dropFirst(5).allSatisfy(\.isNumber) }
}

/// Files that a replay wrote in a folder of its own, so that what a run wrote before stays as it is. A line that reads such a file again gets it from there.
public final class ScratchFiles: Sendable {
  private let folder: ScratchFolder
  private let written = LockedNames()

  /// - Throws: `CommandProblem.noSuchFolder` when no temporary folder can be made.
  public init() throws {
    guard let folder = ScratchFolder(named: "segsh-replay") else { throw CommandProblem.noSuchFolder("/tmp") }
    self.folder = folder
  }

  /// Reading goes through a finder, unless the file was written here.
  public func access(_ finder: InputFinder?) -> FileAccess {
    var access = FileAccess(
      reading: { [self] name, path in try written.places[path] ?? finder?.path(for: name, at: path) },
      writing: { [self] _, path in written.place(for: path, in: folder.path) },
      listing: { pattern, found in try finder?.members(of: pattern, found: found) })
    access.sends = false
    return access
  }
}

extension FileAccess {
  /// Inputs through a finder; what is written goes where the lines say.
  public init(_ finder: InputFinder) {
    self.init(reading: { try finder.path(for: $0, at: $1) }, listing: { try finder.members(of: $0, found: $1) })
  }
}
