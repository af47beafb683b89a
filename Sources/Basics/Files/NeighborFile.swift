internal import Platform
import Synchronization

/// A temporary file in the folder of another that then replaces it: a reader, or a crash, sees the old content or the new, never a part.
///
/// It is locked while it is open. Files that a killed process left behind are unlocked, and the next process that writes to the folder removes them.
public struct NeighborFile: ~Copyable {
  /// The open file descriptor, for writing. It is closed by ``take(name:)`` or when the value is destroyed.
  public let descriptor: Int32
  /// Where it lies until it takes the name, for libraries that open files themselves.
  public let path: String
  private var isOpen = true

  /// Creates an empty file with permissions for its owner alone in the folder of `target`. Its name is random, so that a planted link is never
  /// followed.
  /// - Returns: nil if it cannot be created; `errno` holds the reason.
  public init?(of target: String) {
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    Self.sweepOnce(folder)
    for _ in 0..<8 {
      var template = SystemPath.bytes("\(folder)\(Self.prefix)XXXXXX")
      let descriptor = mkstemp(&template)
      guard descriptor >= 0 else { return nil }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      flock(descriptor, LOCK_EX | LOCK_NB)
      var status = stat()
      // Another process may have found it between both calls and taken it for a left one.
      if fstat(descriptor, &status) == 0, status.st_nlink > 0 {
        (self.descriptor, path) = (descriptor, SystemPath.text(template))
        return
      }
      close(descriptor)
    }
    errno = EAGAIN
    return nil
  }

  /// Renames the file to `target`, replacing what is there, and closes it.
  /// - Returns: Whether that succeeded. If not, `errno` holds the reason and the file is removed.
  public mutating func take(name target: String) -> Bool {
    guard isOpen else { return false }
    isOpen = false
    let isRenamed = rename(SystemPath.bytes(path), SystemPath.bytes(target)) == 0
    let code = errno
    if !isRenamed { unlink(SystemPath.bytes(path)) }
    close(descriptor)
    errno = code
    return isRenamed
  }

  deinit {
    guard isOpen else { return }
    let code = errno
    unlink(SystemPath.bytes(path))
    close(descriptor)
    errno = code
  }

  // MARK: What was left behind

  private static let prefix = ".segsh-"
  private static let swept = Mutex<Set<String>>([])

  private static func sweepOnce(_ folder: String) {
    if swept.withLock({ $0.insert(folder).inserted }) { sweep(folder.isEmpty ? "." : folder) }
  }

  /// Removes temporary files that killed processes of this user left in a folder.
  /// - Parameter limit: The maximum number of entries to look at.
  public static func sweep(_ folder: String, limit: Int = 100_000) {
    guard let stream = opendir(SystemPath.bytes(folder)) else { return }
    defer { closedir(stream) }
    var count = 0
    while count < limit, let entry = readdir(stream) {
      count += 1
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let rest = name.utf8.dropFirst(prefix.utf8.count)
      guard name.hasPrefix(prefix), rest.count == 6, rest.allSatisfy({ Character(Unicode.Scalar($0)).isLetter || (48...57).contains($0) })
      else { continue }
      let file = openat(dirfd(stream), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      guard file >= 0 else { continue }
      var status = stat()
      if fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), flock(file, LOCK_EX | LOCK_NB) == 0 {
        unlinkat(dirfd(stream), name, 0)
      }
      close(file)
    }
  }
}
