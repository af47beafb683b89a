internal import Platform

/// Converts paths between the bytes that the system uses and text.
///
/// A name that is not UTF-8, such as one from an old Windows archive, becomes text in which each invalid byte, 0x80 to 0xFF, is the private character
/// U+EF80 to U+EFFF (as in MirBSD's OPTU encoding), so that every file that is listed can be opened.
public enum SystemPath {
  /// Returns the path of a NUL-terminated C string as text. Every byte sequence can be converted back by ``bytes(_:)``.
  public static func text(_ bytes: UnsafePointer<CChar>) -> String { text(UnsafeBufferPointer(start: bytes, count: count(bytes))) }

  static func text(_ bytes: UnsafeBufferPointer<CChar>) -> String {
    let bytes = bytes.map { UInt8(bitPattern: $0) }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var result = String.UnicodeScalarView()
    var position = 0
    while position < bytes.count {
      let length = (1...4).first {
        position + $0 <= bytes.count && String(validating: bytes[position..<position + $0], as: UTF8.self) != nil
      }
      if let length {
        result.append(contentsOf: String(decoding: bytes[position..<position + length], as: UTF8.self).unicodeScalars)
        position += length
      } else {
        result.append(Unicode.Scalar(0xEF00 + UInt16(bytes[position])) ?? "\u{FFFD}")
        position += 1
      }
    }
    return String(result)
  }

  /// Returns the bytes of a path with a final NUL.
  public static func bytes(_ text: String) -> [CChar] {
    guard holdsBytes(text) else { return Array(text.utf8CString) }
    return text.unicodeScalars.flatMap { scalar -> [CChar] in
      isByte(scalar) ? [CChar(truncatingIfNeeded: scalar.value & 0xFF)] : String(scalar).utf8.map { CChar(bitPattern: $0) }
    } + [0]
  }

  /// Whether a path leads through symbolic links without end, such as one that points to itself.
  public static func isLinkLoop(_ path: String) -> Bool { access(bytes(path), F_OK) != 0 && errno == ELOOP }

  /// Returns the path for display: bytes that are not UTF-8 become the replacement character.
  public static func shown(_ text: String) -> String {
    guard holdsBytes(text) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isByte($0) ? "\u{FFFD}" : $0 }))
  }

  private static func holdsBytes(_ text: String) -> Bool { text.utf8.contains(0xEE) && text.unicodeScalars.contains(where: isByte) }
  private static func isByte(_ scalar: Unicode.Scalar) -> Bool { (0xEF80...0xEFFF).contains(scalar.value) }

  private static func count(_ bytes: UnsafePointer<CChar>) -> Int {
    var count = 0
    while bytes[count] != 0 { count += 1 }
    return count
  }
}
