import Glibc
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

  static func matching(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } }
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
