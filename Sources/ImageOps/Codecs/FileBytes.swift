import Basics
internal import Platform

/// Reads and writes whole files.
public enum FileBytes {
  /// The largest image file that is read, in bytes.
  public static let limit = 1 << 30

  /// Reads the bytes of a regular file. Devices, pipes and folders are refused without blocking.
  /// - Throws: `CodecError.unreadable` if the file cannot be opened, is not a regular file, is larger than `limit` or than the memory available.
  public static func read(_ path: String, limit: Int = limit) throws(CodecError) -> [UInt8] {
    do throws(FileError) { return try WholeFile.read(path, limit: limit) } catch {
      throw .unreadable(name: path, CodecProblem(error))
    }
  }

  /// Replaces or creates a file in one step: a reader, or a crash, sees the old content or the new, never a part.
  ///
  /// The bytes go to a temporary file in the same folder, are flushed to disk, and the file is renamed; an existing file's permissions are
  /// kept. A symbolic link is followed.
  /// - Throws: `CodecError.unwritable`; no temporary file is left behind.
  public static func write(_ bytes: [UInt8], to path: String) throws(CodecError) {
    do throws(FileError) { try AtomicFile.write(bytes, to: path, for: .user) } catch {
      throw .unwritable(name: path, CodecProblem(error))
    }
  }

  /// Replaces or creates two files that belong together. Both are on disk before either is renamed, the first one first.
  /// - Throws: `CodecError.unwritable`; unless renaming the second file alone fails, nothing has changed.
  public static func write(_ first: (bytes: [UInt8], path: String), with second: (bytes: [UInt8], path: String)) throws(CodecError) {
    do throws(FileError) { try AtomicFile.write(first, with: second) } catch {
      throw .unwritable(name: error.path, CodecProblem(error))
    }
  }
}

extension CodecProblem {
  fileprivate init(_ error: FileError) {
    switch error {
    case .cannotWrite(_, EISDIR), .isFolder: self = .isFolder
    case .notAFile: self = .isNotAFile
    case .tooLarge(_, let bytes, let limit): self = .tooManyBytes(bytes, limit: limit)
    case .noMemory(_, let shortage): self = .tooLarge(shortage)
    case .cannotOpen(_, let code), .cannotRead(_, let code), .cannotWrite(_, let code): self = .system(FileError.reason(code).lowercased())
    }
  }
}
