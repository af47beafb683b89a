import Archive
import Basics
import ImageOps
internal import Platform
import SegLang

/// The folder that relative paths start from; empty: the one the program runs in.
public enum WorkingFolder: ServiceKey {
  public static var fallback: String { "" }
}

extension Context {
  /// A path as the system takes it: `~` is the home folder, and a relative path starts from the working folder.
  package func resolved(_ path: Path) -> String { resolved(path.text) }

  private func resolved(_ path: String) -> String {
    if ArchiveAddress.isOne(path) { return path }
    let path = HomeFolder.expanding(path)
    let folder = self[WorkingFolder.self]
    return path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
  }

  /// A path of a file that is there; what lies in an archive is fetched.
  /// - Throws: `CommandProblem.noSuchFile` with the names in its folder that come near; `ArchiveProblem`.
  package func existing(_ path: Path) throws -> String {
    let full = resolved(path)
    if let found = try self[FileAccessService.self]?.reading(path.text, full) { return found }
    if ArchiveAddress.isOne(full) { return try ArchiveFiles.place(of: full) { note($0) } }
    if FilePaths.exists(full) { return full }
    if SystemPath.isLinkLoop(full) { throw CommandProblem.linkLoop(path.text) }
    if let target = FilePaths.target(ofLink: full) { throw CommandProblem.brokenLink(path.text, target: target) }
    if let repaired = FilePaths.repaired(full) { return repaired }
    let folder = path.text.dropLast(path.name.count)
    let names = FilePaths.names(in: String(full.dropLast(path.name.count)))
    throw CommandProblem.noSuchFile(path.text, near: nearNames(to: path.name, in: names).map { folder + $0 })
  }

  /// The files that a pattern matches in natural order, written as the pattern is. `**` stands for any folders, also none.
  package func files(matching pattern: Glob) -> [Path] {
    let full = resolved(pattern.pattern)
    let added = full.hasSuffix(pattern.pattern) ? full.count - pattern.pattern.count : 0
    return FilePaths.matching(full).map { Path(String($0.dropFirst(added))) }
  }
}

package enum FilePaths {
  /// The path from the root, without `.` and `..`; links are not followed.
  package static func absolute(_ path: String) -> String {
    var path = path
    if !path.hasPrefix("/"), let folder = getcwd(nil, 0) {
      path = String(cString: folder) + "/" + path
      free(folder)
    }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// Whether a file is a DICOM file by its content.
  package static func isDICOM(_ path: String) -> Bool { ImageFormat(contentOf: path) == .dicom }

  /// Whether a file is an image by its ending, or by its first bytes where the ending says nothing of the kind.
  package static func isImage(_ path: String) -> Bool {
    if ImageFormat(fileExtension: Path(path).fileExtension) != nil { return true }
    return ImageFormat(contentOf: path) != nil
  }

  /// The first bytes of a regular file; fewer where it is shorter, none where it cannot be read.
  package static func head(of path: String, count: Int) -> [UInt8] {
    let file = open(SystemPath.bytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in filled = max(0, read(file, buffer.baseAddress, count)) }
  }

  /// Whether a name is one that a pattern, or a folder, stands for.
  package static func stands(_ pattern: String, for name: String) -> Bool {
    if fnmatch(pattern, name, FNM_PATHNAME) == 0 { return true }
    let folder = pattern.hasSuffix("/") || pattern.isEmpty ? pattern : pattern + "/"
    return folder == "./" ? !name.contains("/") : name.hasPrefix(folder) && !name.dropFirst(folder.count).contains("/")
  }

  /// The files and folders that a pattern matches, in natural order. `**` as a whole part stands for any folders, also none; at the end for all that
  /// they hold.
  package static func matching(_ pattern: String) -> [String] {
    guard let place = pattern.firstRange(of: "**") else { return plainMatches(pattern).sortedNaturally() }
    let before = pattern[..<place.lowerBound]
    let after = pattern[place.upperBound...]
    guard before.isEmpty || before.hasSuffix("/"), after.isEmpty || after.hasPrefix("/") else {
      return plainMatches(pattern.replacing("**", with: "*")).sortedNaturally()
    }
    let roots = before.isEmpty ? [""] : plainMatches(String(before.dropLast())).map { $0 + "/" } + (before == "/" ? ["/"] : [])
    let folders = roots.flatMap { root in [root] + Self.folders(below: root) }
    let rest = after.isEmpty ? "/*" : String(after)
    var found = Set<String>()
    for folder in folders { found.formUnion(matching(escaped(folder) + rest.dropFirst())) }
    return found.sortedNaturally()
  }

  private static func escaped(_ path: String) -> String { path.map { "*?[\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() }

  private static func plainMatches(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(SystemPath.bytes(pattern), 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { SystemPath.text($0) } }
  }

  /// Folders inside a folder and inside these; links are not followed, and hidden ones left out.
  /// - Parameter folder: with a slash at its end; empty: the current one.
  private static func folders(below folder: String, depth: Int = 0) -> [String] {
    guard depth < 64 else { return [] }
    return names(in: folder, limit: .max).map { folder + $0 }.filter(isRealFolder).flatMap { inner in
      [inner + "/"] + folders(below: inner + "/", depth: depth + 1)
    }
  }

  /// Regular files in a folder and inside its folders, at most 200,000.
  package static func files(below folder: String) -> [String] {
    let root = folder.hasSuffix("/") ? folder : folder + "/"
    var files: [String] = []
    for inner in [root] + folders(below: root) {
      files += names(in: inner, limit: .max).map { inner + $0 }.filter(isRegularFile)
      if files.count > 200_000 { break }
    }
    return files
  }

  /// What a folder holds, in natural order; hidden files are left out.
  package static func names(in folder: String, limit: Int = 10_000) -> [String] {
    guard let stream = opendir(folder.isEmpty ? [46, 0] : SystemPath.bytes(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream), names.count < limit {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { SystemPath.text($0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sortedNaturally()
  }

  /// The first bytes of a file as text; nothing where it cannot be read.
  package static func start(of path: String, count: Int) -> String { String(decoding: head(of: path, count: count), as: UTF8.self) }

  /// A path whose name came with replacement characters, as a terminal or another program passed it: that of the only file whose name is the same but
  /// for these.
  package static func repaired(_ path: String) -> String? {
    guard path.contains("\u{FFFD}") else { return nil }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let found = names(in: folder, limit: .max).map { folder + $0 }.filter { SystemPath.shown($0) == path }
    return found.count == 1 ? found[0] : nil
  }

  /// Where a symbolic link leads whose target is not there; nil for anything else.
  package static func target(ofLink path: String) -> String? {
    guard !exists(path) else { return nil }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    return readlink(SystemPath.bytes(path), &buffer, buffer.count - 1) > 0 ? SystemPath.text(buffer) : nil
  }

  private static func kind(_ path: String, followsLinks: Bool = true) -> mode_t? {
    var status = stat()
    let bytes = SystemPath.bytes(path)
    guard (followsLinks ? stat(bytes, &status) : lstat(bytes, &status)) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }

  package static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }
  package static func isRegularFile(_ path: String) -> Bool { kind(path) == S_IFREG }
  private static func isRealFolder(_ path: String) -> Bool { kind(path, followsLinks: false) == S_IFDIR }

  /// The path from the root with all links followed; nil where there is no such file.
  package static func real(_ path: String) -> String? {
    guard let real = realpath(SystemPath.bytes(path), nil) else { return nil }
    defer { free(real) }
    return SystemPath.text(real)
  }

  package static func exists(_ path: String) -> Bool { access(SystemPath.bytes(path), F_OK) == 0 }
}
