internal import CNettle

/// The SHA-256 digest (FIPS 180-4), which identifies a file by its content.
public enum SHA256 {
  /// The digest as 32 bytes. O(bytes).
  public static func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
      if let out = digest.baseAddress { cnettle_sha256(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, out) }
      count = 32
    }
  }

  /// The digest of an array of bytes as 32 bytes. O(bytes).
  public static func digest(of bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { digest(of: $0) } }

  /// The digest as 64 lowercase hexadecimal digits. O(bytes).
  public static func hexDigest(of bytes: UnsafeRawBufferPointer) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest(of: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// Computes the digest of an array of bytes as 64 lowercase hexadecimal digits. O(bytes).
  public static func hexDigest(of bytes: [UInt8]) -> String { bytes.withUnsafeBytes { hexDigest(of: $0) } }
}
