import Basics
internal import Platform

/// A lock on a folder, so that one process at a time writes to it. It ends with the process and leaves no file behind.
public final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Another process holds the lock.
  public struct InUse: Error, Equatable, CustomStringConvertible {
    let path: String
    /// The folder and what to do, as an English clause.
    public var description: String {
      "another training run writes to `\(path)`: wait until it ends, or choose another folder (--checkpoints) and another file (--output)"
    }
  }

  /// Creates the folder if needed, and locks it. A file system without locks is accepted.
  /// - Throws: ``InUse``, `FileError`.
  public init(_ path: String) throws {
    try AtomicFile.makeFolder(path)
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.cannotOpen(path: path, code: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    let code = errno
    close(descriptor)
    // A file system without locks is no reason to refuse.
    if code == EWOULDBLOCK { throw InUse(path: path) }
    throw FileError.cannotOpen(path: path, code: code)
  }

  deinit { close(descriptor) }
}
