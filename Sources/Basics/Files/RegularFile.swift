internal import Platform

/// A regular file, open for reading. Devices, pipes and folders are refused without waiting on them.
struct RegularFile: ~Copyable {
  let path: String
  let descriptor: Int32
  let byteCount: Int

  /// - Throws: `FileError.cannotOpen`, `isFolder`, `notAFile`.
  init(_ path: String) throws(FileError) {
    let descriptor = open(SystemPath.bytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
    var status = stat()
    let problem: FileError? =
      fstat(descriptor, &status) != 0
      ? .cannotRead(path: path, code: errno)
      : status.st_mode & S_IFMT == S_IFDIR ? .isFolder(path: path) : status.st_mode & S_IFMT != S_IFREG ? .notAFile(path: path) : nil
    if let problem {
      close(descriptor)
      throw problem
    }
    (self.path, self.descriptor, byteCount) = (path, descriptor, Int(status.st_size))
  }

  deinit { close(descriptor) }

  /// Fills `memory` from the start of the file.
  /// - Returns: The number of bytes read: fewer than asked for where the file was cut short meanwhile.
  /// - Throws: `FileError.cannotRead`.
  func read(into memory: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var done = 0
    while done < memory.count {
      let count = Platform.read(descriptor, memory.baseAddress.map { $0 + done }, memory.count - done)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .cannotRead(path: path, code: errno) }
      if count == 0 { break }
      done += count
    }
    return done
  }
}
