internal import Platform

/// Why a file could not be opened, read or written; `code` is the system's `errno`.
public enum FileError: Error, Hashable, Sendable {
  case cannotOpen(path: String, code: Int32)
  case isFolder(path: String)
  /// A device, a pipe or a socket.
  case notAFile(path: String)
  case cannotRead(path: String, code: Int32)
  case cannotWrite(path: String, code: Int32)
  case tooLarge(path: String, bytes: Int, limit: Int)
  case noMemory(path: String, MemoryShortage)
}

extension FileError: CustomStringConvertible {
  /// One line with the path and the reason, without a period.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let code): "cannot open \(path): \(Self.reason(code))"
    case .isFolder(let path), .notAFile(let path): "\(path) is not a regular file"
    case .cannotRead(let path, let code): "cannot read \(path): \(Self.reason(code))"
    case .cannotWrite(let path, let code): "cannot write \(path): \(Self.reason(code))"
    case .tooLarge(let path, let bytes, let limit): "\(path) has \(bytes) bytes; the limit is \(limit)"
    case .noMemory(let path, let shortage): "cannot read \(path): \(shortage)"
    }
  }

  /// The path of the file, as the caller wrote it.
  public var path: String {
    switch self {
    case .cannotOpen(let path, _), .isFolder(let path), .notAFile(let path), .cannotRead(let path, _), .cannotWrite(let path, _),
      .tooLarge(let path, _, _), .noMemory(let path, _):
      path
    }
  }

  /// The system's text for an `errno`.
  public static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
