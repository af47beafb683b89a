import Glibc
import ImageOps

/// An error in opening, reading or writing a file; `code` is the system's `errno`.
public enum FileError: Error, Equatable {
  /// The file cannot be opened.
  case cannotOpen(path: String, code: Int32)
  /// The path is not a regular file.
  case notAFile(path: String)
  /// The file cannot be read.
  case cannotRead(path: String, code: Int32)
  /// The file cannot be written.
  case cannotWrite(path: String, code: Int32)
  /// The file has more bytes than the limit.
  case tooLarge(path: String, bytes: Int, limit: Int)
}

extension FileError: CustomStringConvertible {
  /// The error as an English clause, with the path and the system's reason.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let code): "cannot open \(path): \(Self.reason(code))"
    case .notAFile(let path): "\(path) is not a regular file"
    case .cannotRead(let path, let code): "cannot read \(path): \(Self.reason(code))"
    case .cannotWrite(let path, let code): "cannot write \(path): \(Self.reason(code))"
    case .tooLarge(let path, let bytes, let limit): "\(path) has \(bytes) bytes; the limit is \(limit)"
    }
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// A file mapped into memory, whose bytes are read from disk when they are first accessed.
public final class MappedFile: Sendable {
  /// The path of the file.
  public let path: String
  /// The size in bytes.
  public let byteCount: Int
  private let address: UInt

  /// Opens a file.
  /// - Parameter isCopied: Whether to read all bytes at once. If a mapped file is truncated while it is used, the program crashes; files that others
  ///   may change should be copied.
  /// - Throws: `FileError` if the path is not a regular file that can be read.
  public init(path: String, isCopied: Bool = false) throws(FileError) {
    let descriptor = open(SystemPath.bytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotRead(path: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    self.path = path
    byteCount = Int(status.st_size)
    guard byteCount > 0 else {
      address = 0
      return
    }
    guard !isCopied else {
      address = try Self.copy(of: descriptor, byteCount: byteCount, path: path)
      return
    }
    guard let pointer = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0), pointer != MAP_FAILED else {
      throw .cannotRead(path: path, code: errno)
    }
    address = UInt(bitPattern: pointer)
  }

  /// Fills fresh memory with the bytes of an open file.
  private static func copy(of descriptor: Int32, byteCount: Int, path: String) throws(FileError) -> UInt {
    guard let pointer = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), pointer != MAP_FAILED else {
      throw .cannotRead(path: path, code: errno)
    }
    var done = 0
    while done < byteCount {
      let count = read(descriptor, pointer + done, byteCount - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let code = count < 0 ? errno : EIO
        munmap(pointer, byteCount)
        throw .cannotRead(path: path, code: code)
      }
      done += count
    }
    return UInt(bitPattern: pointer)
  }

  deinit {
    if let pointer = UnsafeMutableRawPointer(bitPattern: address) { munmap(pointer, byteCount) }
  }

  /// Calls `body` with the bytes; the pointer is valid only inside `body`.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: byteCount))
  }
}
