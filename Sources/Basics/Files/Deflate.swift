internal import CZlib

/// Compression by zlib (RFC 1951), in memory.
public enum Deflate {
  /// What is around the compressed data.
  public enum Container: Sendable {
    /// Nothing.
    case raw
    /// A gzip header without a name or date, and a checksum (RFC 1952).
    case gzip
  }

  /// Why data cannot be compressed or decompressed.
  public enum Problem: Error, Equatable {
    /// The data is damaged or incomplete.
    case damaged
    /// The result has more bytes than the limit.
    case tooLarge(limit: Int)
    /// Not enough memory.
    case noMemory
  }

  /// Decompresses data; a gzip file may have several members.
  /// - Parameter limit: The largest result, in bytes.
  /// - Throws: `Problem`.
  public static func inflated(_ bytes: UnsafeRawBufferPointer, _ container: Container, limit: Int) throws(Problem) -> [UInt8] {
    var out: UnsafeMutablePointer<UInt8>?
    var count = 0
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    switch czlib_inflate(start, bytes.count, container == .gzip ? 1 : 0, limit, &out, &count) {
    case 0: break
    case 2: throw .tooLarge(limit: limit)
    case 3: throw .noMemory
    default: throw .damaged
    }
    defer { czlib_free(out) }
    return Array(UnsafeBufferPointer(start: out, count: count))
  }

  /// Compresses at most 2 GiB; the same bytes yield the same result.
  /// - Throws: `Problem.noMemory`.
  public static func deflated(_ bytes: [UInt8], _ container: Container) throws(Problem) -> [UInt8] {
    var out: UnsafeMutablePointer<UInt8>?
    var count = 0
    guard czlib_deflate(bytes, bytes.count, container == .gzip ? 1 : 0, &out, &count) == 0 else { throw .noMemory }
    defer { czlib_free(out) }
    return Array(UnsafeBufferPointer(start: out, count: count))
  }

  /// Returns the CRC-32 of at most 2 GiB, as ZIP and gzip use it.
  public static func checksum(of bytes: [UInt8]) -> UInt32 { czlib_crc32(bytes, bytes.count) }
}
