import Glibc
import ImageOps

/// Writes files atomically: a crash, a full disk or a kill leaves either the old file or the new one, never a part.
public enum AtomicFile {
  /// Replaces the file at `path` by what `produce` writes through its parameter: to a temporary file in the same folder, flushed to disk, then
  /// renamed.
  ///
  /// - Parameter isFlushed: Whether to flush; false for a file that may be lost, or half written, when the machine fails.
  /// - Throws: `FileError.cannotWrite`, or what `produce` throws; the old file is then unchanged.
  public static func write(
    to path: String, isFlushed: Bool = true, _ produce: (_ append: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    guard var file = NeighborFile(of: path) else { throw FileError.cannotWrite(path: path, code: errno) }
    let descriptor = file.descriptor
    let mask = umask(0)
    _ = umask(mask)
    fchmod(descriptor, 0o644 & ~mask)
    try produce { bytes in try append(bytes, to: descriptor, path: path) }
    guard !isFlushed || fsync(descriptor) == 0, file.take(name: path) else { throw FileError.cannotWrite(path: path, code: errno) }
    if isFlushed { flushFolder(of: path) }
  }

  /// Replaces the file at `path` by a text in UTF-8.
  public static func write(_ text: String, to path: String) throws {
    try write(to: path) { append in try Array(text.utf8).withUnsafeBytes { try append($0) } }
  }

  /// Creates a folder and its parents; an existing folder is accepted.
  public static func makeFolder(_ path: String) throws(FileError) {
    var partial = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      partial += (partial.isEmpty || partial.hasSuffix("/") ? "" : "/") + part
      guard mkdir(partial, 0o755) == 0 || errno == EEXIST else { throw .cannotWrite(path: path, code: errno) }
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw .cannotWrite(path: path, code: ENOTDIR) }
  }

  private static func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw FileError.cannotWrite(path: path, code: errno)
      }
    }
  }

  // A rename is only durable once the folder that holds the name has reached the disk too.
  private static func flushFolder(of path: String) {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let descriptor = open(folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

extension FileError {
  /// Reads a whole file of at most `limit` bytes.
  static func bytes(of path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = try MappedFile(path: path)
    guard file.byteCount <= limit else { throw .tooLarge(path: path, bytes: file.byteCount, limit: limit) }
    return file.withBytes { Array($0) }
  }
}
