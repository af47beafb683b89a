import Basics
import Platform
import Terminal

/// The lines of earlier sessions: a project's `.segsh_history` in the working folder where there is one, else the user's own file.
///
/// Each entry is appended at once, in one write, so that sessions side by side lose nothing. A line that starts with a blank is not kept. Further lines of
/// an entry follow with a tab in front.
struct History {
  /// Where the entries are; nil when there is no home folder.
  let path: String?

  init() {
    // A working folder may be somebody else's: a pipe, a link or another user's file there is not taken for the project's history.
    if let file = Self.open(Self.projectFile, O_RDONLY) {
      close(file)
      path = Self.projectFile
    } else {
      path = Self.stateFolder.map { $0 + "/history" }
    }
  }

  /// What the program remembers of earlier sessions; nil when there is no home folder.
  static var stateFolder: String? {
    let state = Environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? HomeFolder.path.map { $0 + "/.local/state" }
    return state.map { $0 + "/segsh" }
  }

  /// The last entries, oldest first.
  func entries(limit: Int = 2000) -> [String] {
    guard let path, let file = Self.open(path, O_RDONLY) else { return [] }
    defer { close(file) }
    guard let bytes = Files.read(file, limit: 64 << 20) else { return [] }
    var entries: [String] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix("\t"), let last = entries.popLast() {
        entries.append(last + "\n" + text.dropFirst())
      } else {
        entries.append(text)
      }
    }
    return entries.suffix(limit)
  }

  /// Whether an entry is worth keeping.
  static func keeps(_ entry: String) -> Bool { !entry.isEmpty && entry.first?.isWhitespace == false }

  /// - Parameter entry: What is kept, names of patients taken out already.
  func append(_ entry: String) {
    guard let path, Self.keeps(entry) else { return }
    if path.contains("/") { Files.makeFolders(above: path) }
    let text = entry.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n\t") + "\n"
    guard let file = Self.open(path, O_WRONLY | O_APPEND | O_CREAT) else { return }
    defer { close(file) }
    // Another session appends before or after, so that what a full disk left of an entry can be taken away again.
    flock(file, LOCK_EX)
    var status = stat()
    guard fstat(file, &status) == 0 else { return }
    if !Files.writeAll(Array(text.utf8), to: file) { ftruncate(file, status.st_size) }
  }

  private static let projectFile = ".segsh_history"

  /// Opens a history without waiting: nil unless it is a regular file and, in the working folder, no link and the user's own.
  private static func open(_ path: String, _ mode: Int32) -> Int32? {
    let isProject = path == projectFile
    // A history that is not there is only made in the user's own folder.
    let flags = (isProject ? mode & ~O_CREAT | O_NOFOLLOW : mode) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    let file = Platform.open(path, flags, 0o600)
    guard file >= 0 else { return nil }
    var status = stat()
    let isFile = fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    // A second name of the file may be planted, as a link may.
    guard isFile, !isProject || status.st_uid == geteuid() && status.st_nlink == 1 else {
      close(file)
      return nil
    }
    return file
  }
}
