import Glibc

/// The lines of earlier sessions: a project's `.segsh_history` in the working folder where there is one, else the user's own file.
///
/// Each entry is appended at once, in one write, so that sessions side by side lose nothing. A line that starts with a blank is not kept. Further lines of
/// an entry follow with a tab in front.
struct History {
  /// Where the entries are; nil when there is no home folder.
  let path: String?

  init() {
    if access(".segsh_history", F_OK) == 0 {
      path = ".segsh_history"
    } else {
      path = Self.stateFolder.map { $0 + "/history" }
    }
  }

  /// What the program remembers of earlier sessions; nil when there is no home folder.
  static var stateFolder: String? {
    let state = Environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? Environment["HOME"].map { $0 + "/.local/state" }
    return state.map { $0 + "/segsh" }
  }

  /// The last entries, oldest first.
  func entries(limit: Int = 2000) -> [String] {
    guard let path, let bytes = Files.read(path, limit: 64 << 20) else { return [] }
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
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
  }
}
