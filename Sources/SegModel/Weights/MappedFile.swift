import Glibc

/// Why a file could not be opened, read or written; `code` is the system's `errno`.
public enum FileError: Error, Equatable {
  case cannotOpen(path: String, code: Int32)
  case notAFile(path: String)
  case cannotRead(path: String, code: Int32)
  case cannotWrite(path: String, code: Int32)
  case tooLarge(path: String, bytes: Int, limit: Int)
}

extension FileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotOpen(let path, let code): "cannot open \(path): \(Self.reason(code))"
    case .notAFile(let path): "\(path) is not a regular file"
    case .cannotRead(let path, let code): "cannot read \(path): \(Self.reason(code))"
    case .cannotWrite(let path, let code): "cannot write \(path): \(Self.reason(code))"
    case .tooLarge(let path, let bytes, let limit): "\(path) has \(bytes) bytes; at most \(limit) are read"
    }
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// A file whose bytes are read from disk when they are first touched.
public final class MappedFile: Sendable {
  public let path: String
  public let byteCount: Int
  private let address: UInt

  /// - Throws: `FileError` when there is no regular file that can be read.
  public init(path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
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
    guard let pointer = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0), pointer != MAP_FAILED else {
      throw .cannotRead(path: path, code: errno)
    }
    address = UInt(bitPattern: pointer)
  }

  deinit {
    if let pointer = UnsafeMutableRawPointer(bitPattern: address) { munmap(pointer, byteCount) }
  }

  /// Lends the bytes; the pointer must not leave the closure.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: byteCount))
  }
}
