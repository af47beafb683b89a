internal import Platform

/// A temporary file without a name, that no other user can open and that is gone with the last reference or the process, however it ends.
public final class NamelessFile: Sendable {
  /// Open for reading and writing.
  public let descriptor: Int32
  /// A path by which this process can open it.
  public var path: String { "/proc/self/fd/\(descriptor)" }

  /// A file that holds these bytes, at its start; in `TMPDIR`, else in `/tmp`.
  /// - Returns: nil if it cannot be made or written whole; `errno` holds the reason.
  public init?(_ bytes: [UInt8]) {
    var template = SystemPath.bytes("\(Environment.stated("TMPDIR") ?? "/tmp")/segsh-XXXXXX")
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { return nil }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    guard bytes.withUnsafeBytes({ [descriptor] in WholeFile.append($0, to: descriptor) }) else { return nil }
    lseek(descriptor, 0, SEEK_SET)
  }

  deinit {
    let code = errno
    if descriptor >= 0 { close(descriptor) }
    errno = code
  }

  /// Makes it empty, so that whoever still reads it finds nothing.
  public func clear() { ftruncate(descriptor, 0) }
}
