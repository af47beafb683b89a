internal import CNettle

/// Keyed digests of messages (RFC 2104) with SHA-256.
public enum HMAC {
  /// The code as 64 lowercase hexadecimal digits.
  /// - Parameter parts: The message in pieces, as if they were joined. O(bytes).
  public static func hexCode(of parts: [[UInt8]], key: [UInt8]) -> String {
    let code = [UInt8](unsafeUninitializedCapacity: 32) { code, count in
      if let out = code.baseAddress {
        let message = Array(parts.joined())
        cnettle_hmac_sha256(key, key.count, message, message.count, out)
      }
      count = 32
    }
    return code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Whether a code is that of a message, in a time that does not depend on where they differ.
  public static func accepts(_ hexCode: some StringProtocol, of parts: [[UInt8]], key: [UInt8]) -> Bool {
    let (given, right) = (Array(hexCode.utf8), Array(Self.hexCode(of: parts, key: key).utf8))
    guard given.count == right.count else { return false }
    return zip(given, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
