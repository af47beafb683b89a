/// The head of a request, as far as the view asks: method, path, headers.
///
/// Read strictly, since what comes may be hostile: HTTP/1.0 or 1.1, no folded lines, no header twice, no transfer codings.
struct HTTPRequest: Equatable {
  let method: String
  /// As it stands in the request line; never decoded, since it is only compared.
  let path: String
  /// By lowercase names.
  let headers: [String: String]
  /// Bytes of the body.
  let contentLength: Int

  /// Most bytes of a head.
  static let headLimit = 8192

  /// What is wrong with a head.
  enum Problem: Error, Equatable {
    case tooLong
    case malformed
    /// A body whose length the head does not say.
    case lengthMissing
  }

  /// Reads the head at the start of some bytes.
  /// - Returns: the request and the number of bytes that its head has; nil while its end has not come.
  static func read(_ bytes: [UInt8]) throws(Problem) -> (request: HTTPRequest, length: Int)? {
    let end = endOfHead(bytes)
    guard end ?? bytes.count <= headLimit else { throw .tooLong }
    guard let end else { return nil }
    // Text that is no ASCII has no place in a head.
    guard bytes[..<end].allSatisfy({ $0 == 13 || $0 == 10 || $0 == 9 || (32..<127).contains($0) }) else { throw .malformed }
    var lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true)
    guard !lines.isEmpty else { throw .malformed }
    let words = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0", words[1].hasPrefix("/") else { throw .malformed }
    var headers: [String: String] = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex, let first = line.first, first != " ", first != "\t" else {
        throw .malformed
      }
      let name = line[..<colon].lowercased()
      guard !name.contains(" "), !line.contains("\r"), !line.contains("\n") else { throw .malformed }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
      guard headers.updateValue(String(value), forKey: name) == nil else { throw .malformed }
    }
    guard headers["transfer-encoding"] == nil else { throw .lengthMissing }
    var length = 0
    if let text = headers["content-length"] {
      guard text.utf8.allSatisfy({ (48..<58).contains($0) }), let count = Int(text) else { throw .malformed }
      length = count
    }
    return (HTTPRequest(method: String(words[0]), path: String(words[1]), headers: headers, contentLength: length), end + 4)
  }

  /// Where the blank line stands that ends the head.
  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    let last = min(bytes.count, headLimit + 4) - 4
    guard last >= 0 else { return nil }
    return (0...last).first { bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10 }
  }
}
