internal import Platform

/// Whole files, read into memory.
public enum WholeFile {
  /// The bytes of a regular file of at most `limit` bytes. Devices, pipes and folders are refused without waiting on them.
  /// - Throws: `FileError`; the size is checked before memory is taken.
  public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = try RegularFile(path)
    guard file.byteCount <= limit else { throw .tooLarge(path: path, bytes: file.byteCount, limit: limit) }
    if let shortage = MemoryBudget.shortage(of: file.byteCount) { throw .noMemory(path: path, shortage) }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: file.byteCount) { buffer, count in
      do throws(FileError) {
        count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<file.byteCount]))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes all bytes to an open file, however many calls that takes.
  /// - Returns: false when the system refuses; `errno` says why.
  public static func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Platform.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
