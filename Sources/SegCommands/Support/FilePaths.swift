import Glibc
import ImageOps
import SegLang

/// The folder that relative paths start from; empty: the one the program runs in.
public enum WorkingFolder: ServiceKey {
  public static var fallback: String { "" }
}

extension Context {
  /// A path as the system takes it: `~` is the home folder, and a relative path starts from the working folder.
  func resolved(_ path: Path) -> String { resolved(path.text) }

  private func resolved(_ path: String) -> String {
    let path = FilePaths.expanded(path)
    let folder = self[WorkingFolder.self]
    return path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
  }

  /// A path of a file that is there.
  /// - Throws: `CommandProblem.noSuchFile` with the names in its folder that come near.
  func existing(_ path: Path) throws -> String {
    let full = resolved(path)
    if let found = try self[FileAccessService.self]?.reading(path.text, full) { return found }
    if FilePaths.exists(full) { return full }
    let folder = path.text.dropLast(path.name.count)
    let names = FilePaths.names(in: String(full.dropLast(path.name.count)))
    throw CommandProblem.noSuchFile(path.text, near: nearNames(to: path.name, in: names).map { folder + $0 })
  }

  /// The files that a pattern matches, sorted by name, written as the pattern is.
  func files(matching pattern: Glob) -> [Path] {
    let full = resolved(pattern.pattern)
    let added = full.hasSuffix(pattern.pattern) ? full.count - pattern.pattern.count : 0
    return FilePaths.matching(full).map { Path(String($0.dropFirst(added))) }
  }
}

enum FilePaths {
  /// The path with a leading `~` replaced by the home folder.
  static func expanded(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }

  /// Whether a file is a DICOM file by its content.
  static func isDICOM(_ path: String) -> Bool { PictureFormat(contentOf: path) == .dicom }

  /// Whether a name is one that a pattern, or a folder, stands for.
  static func stands(_ pattern: String, for name: String) -> Bool {
    if fnmatch(pattern, name, FNM_PATHNAME) == 0 { return true }
    let folder = pattern.hasSuffix("/") || pattern.isEmpty ? pattern : pattern + "/"
    return folder == "./" ? !name.contains("/") : name.hasPrefix(folder) && !name.dropFirst(folder.count).contains("/")
  }

  static func matching(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } }
  }

  /// What a folder holds; hidden files are left out.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream), names.count < 10_000 {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// The first bytes of a file as text; nothing where it cannot be read.
  static func start(of path: String, count: Int) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { return "" }
    defer { close(file) }
    return withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { buffer in
      let got = read(file, buffer.baseAddress, count)
      return String(decoding: buffer.prefix(max(0, got)), as: UTF8.self)
    }
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
