internal import Platform

/// A file whose bytes are read from disk when they are first touched.
public final class MappedFile: Sendable {
  /// The path that the file was opened by.
  public let path: String
  /// The size in bytes when the file was opened; 0 is allowed.
  public let byteCount: Int
  private let address: UInt

  /// - Parameter isCopied: true reads the bytes into memory at once. A mapped file that someone cuts short while it is used ends the program; one of
  ///   somebody else's is better copied.
  /// - Throws: `FileError` when there is no regular file that can be read.
  public init(path: String, isCopied: Bool = false) throws(FileError) {
    let file = try RegularFile(path)
    self.path = path
    byteCount = file.byteCount
    guard byteCount > 0 else {
      address = 0
      return
    }
    guard !isCopied else {
      address = try Self.copy(of: file)
      return
    }
    guard let pointer = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, file.descriptor, 0), pointer != MAP_FAILED else {
      throw .cannotRead(path: path, code: errno)
    }
    address = UInt(bitPattern: pointer)
  }

  /// Fills fresh memory with the bytes of a file.
  private static func copy(of file: borrowing RegularFile) throws(FileError) -> UInt {
    guard let pointer = mmap(nil, file.byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), pointer != MAP_FAILED else {
      throw .cannotRead(path: file.path, code: errno)
    }
    do throws(FileError) {
      guard try file.read(into: UnsafeMutableRawBufferPointer(start: pointer, count: file.byteCount)) == file.byteCount else {
        throw .cannotRead(path: file.path, code: EIO)
      }
    } catch {
      munmap(pointer, file.byteCount)
      throw error
    }
    return UInt(bitPattern: pointer)
  }

  deinit {
    if let pointer = UnsafeMutableRawPointer(bitPattern: address) { munmap(pointer, byteCount) }
  }

  /// Lends the bytes; the pointer must not leave the closure.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: byteCount))
  }
}
