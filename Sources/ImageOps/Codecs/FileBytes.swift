import Glibc

/// Reads and writes whole files.
public enum FileBytes {
  /// The largest image file that is read, in bytes.
  public static let limit = 1 << 30

  /// Reads the bytes of a regular file. Devices, pipes and folders are refused without blocking.
  /// - Throws: `CodecError.unreadable` if the file cannot be opened, is not a regular file, is larger than `limit` or than the memory available.
  public static func read(_ path: String, limit: Int = limit) throws(CodecError) -> [UInt8] {
    do throws(CodecProblem) {
      let file = open(SystemPath.bytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
      guard file >= 0 else { throw .system(systemReason()) }
      defer { close(file) }
      var status = stat()
      guard fstat(file, &status) == 0 else { throw .system(systemReason()) }
      guard status.st_mode & S_IFMT != S_IFDIR else { throw .isFolder }
      guard status.st_mode & S_IFMT == S_IFREG else { throw .isNotAFile }
      let size = Int(status.st_size)
      guard size <= limit else { throw .tooManyBytes(size, limit: limit) }
      try CodecProblem.admit(size)
      var failure: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        count = 0
        while count < size {
          let got = Glibc.read(file, buffer.baseAddress.map { $0 + count }, size - count)
          if got < 0 && errno == EINTR { continue }
          if got < 0 { failure = errno }
          guard got > 0 else { return }
          count += got
        }
      }
      guard failure == 0 else { throw .system(systemReason(failure)) }
      return bytes
    } catch { throw .unreadable(name: path, error) }
  }

  /// Replaces or creates a file in one step: a reader, or a crash, sees the old content or the new, never a part.
  ///
  /// The bytes go to a temporary file in the same folder, are flushed to disk, and the file is renamed; an existing file's permissions are
  /// kept. A symbolic link is followed.
  /// - Throws: `CodecError.unwritable`; no temporary file is left behind.
  public static func write(_ bytes: [UInt8], to path: String) throws(CodecError) {
    var file = try staged(bytes, for: path)
    try name(&file, path)
  }

  /// Replaces or creates two files that belong together. Both are on disk before either is renamed, the first one first.
  /// - Throws: `CodecError.unwritable`; unless renaming the second file alone fails, nothing has changed.
  public static func write(_ first: (bytes: [UInt8], path: String), with second: (bytes: [UInt8], path: String)) throws(CodecError) {
    var one = try staged(first.bytes, for: first.path)
    var other = try staged(second.bytes, for: second.path)
    try name(&one, first.path)
    try name(&other, second.path)
  }

  private static func staged(_ bytes: [UInt8], for path: String) throws(CodecError) -> NeighborFile {
    do throws(CodecProblem) {
      let target = resolved(path)
      var status = stat()
      let exists = stat(SystemPath.bytes(target), &status) == 0
      if exists && status.st_mode & S_IFMT == S_IFDIR { throw .isFolder }
      if exists && status.st_mode & S_IFMT != S_IFREG { throw .isNotAFile }
      guard let file = NeighborFile(of: target) else { throw .system(systemReason()) }
      let mask = umask(0)
      _ = umask(mask)
      let permissions = exists ? status.st_mode & 0o7777 : 0o666 & ~mask
      let written =
        bytes.withUnsafeBytes { writeAll($0, to: file.descriptor) } && fchmod(file.descriptor, permissions) == 0
        && fsync(file.descriptor) == 0
      guard written else { throw .system(systemReason()) }
      return file
    } catch { throw .unwritable(name: path, error) }
  }

  private static func name(_ file: inout NeighborFile, _ path: String) throws(CodecError) {
    if !file.take(name: resolved(path)) { throw .unwritable(name: path, .system(systemReason())) }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(SystemPath.bytes(path), nil) else { return path }
    defer { free(real) }
    return SystemPath.text(real)
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  private static func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)).lowercased() }
}
