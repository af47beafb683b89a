extension StringProtocol {
  /// A path as part of a URL (RFC 3986): all bytes but letters, digits and `/-_.` become `%` and two hexadecimal digits.
  public var percentEncodedPath: String {
    utf8.map { byte in
      let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "/-_.".utf8.contains(byte)
      return isPlain ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
