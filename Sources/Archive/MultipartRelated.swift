import Basics

/// Messages of several parts (RFC 2387 and 2046), as DICOMweb sends and takes objects.
enum MultipartRelated {
  enum Problem: Error, Hashable, CustomStringConvertible {
    case noBoundary, noStart, truncated, badHead, tooManyParts

    var description: String {
      switch self {
      case .noBoundary: "its Content-Type names no boundary"
      case .noStart: "the first boundary is missing"
      case .truncated: "it is truncated: the last boundary is missing"
      case .badHead: "a part has no valid header"
      case .tooManyParts: "it has too many parts"
      }
    }
  }

  struct Part {
    let contentType: String
    let content: Range<Int>
  }

  /// The parameters of a header such as `multipart/related; type="application/dicom"; boundary=abc`, with the media type in lowercase.
  static func parameters(of header: String) -> (type: String, values: [String: String]) {
    var fields: [String] = [""]
    var isQuoted = false
    for character in header {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ";", !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    var values: [String: String] = [:]
    for field in fields.dropFirst() {
      let parts = field.split(separator: "=", maxSplits: 1).map(trimmed)
      if parts.count == 2 { values[parts[0].lowercased()] = values[parts[0].lowercased()] ?? parts[1] }
    }
    return (trimmed(fields[0][...]).lowercased(), values)
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }

  /// The parts of a message. Everything is checked: boundaries on lines of their own, the final one, headers of at most 16 KiB.
  /// - Parameter limit: Most parts.
  static func parts(of message: [UInt8], contentType: String, limit: Int) throws(Problem) -> [Part] {
    let (type, values) = parameters(of: contentType)
    guard type == "multipart/related", let boundary = values["boundary"], (1...70).contains(boundary.utf8.count) else { throw .noBoundary }
    let mark = Array("--\(boundary)".utf8)
    // The first boundary starts the message, or a line after a preamble.
    var position: Int
    if message.starts(with: mark) {
      position = mark.count
    } else if let start = find(lineStart + mark, in: message, from: 0) {
      position = start + 2 + mark.count
    } else {
      throw .noStart
    }
    var parts: [Part] = []
    while true {
      // What follows a boundary: two hyphens for the last, else blanks and a line break.
      if message[position...].starts(with: Array("--".utf8)) { return parts }
      while position < message.count, message[position] == 32 || message[position] == 9 { position += 1 }
      guard message[position...].starts(with: lineStart) else { throw .truncated }
      guard parts.count < limit else { throw .tooManyParts }
      position += 2
      let (type, start) = try head(of: message, from: position)
      guard let end = find(lineStart + mark, in: message, from: start) else { throw .truncated }
      parts.append(Part(contentType: type, content: start..<end))
      position = end + 2 + mark.count
    }
  }

  private static let lineStart: [UInt8] = [13, 10]

  /// The Content-Type of a part's header, and where its content starts.
  private static func head(of message: [UInt8], from start: Int) throws(Problem) -> (type: String, start: Int) {
    var position = start
    var type = ""
    while true {
      guard let end = find(lineStart, in: message, from: position, upTo: start + 16_384) else { throw .badHead }
      if end == position { return (type, end + 2) }
      guard let line = String(validating: message[position..<end], as: UTF8.self), let colon = line.firstIndex(of: ":") else {
        throw .badHead
      }
      if line[..<colon].lowercased() == "content-type" { type = trimmed(line[line.index(after: colon)...]) }
      position = end + 2
    }
  }

  /// Where bytes occur next.
  /// - Complexity: O(length), since the first of the wanted bytes is rare and the others seldom follow it.
  private static func find(_ wanted: [UInt8], in message: [UInt8], from start: Int, upTo end: Int = .max) -> Int? {
    message.withUnsafeBufferPointer { bytes in
      let last = min(bytes.count, end) - wanted.count
      guard let first = wanted.first, start <= last else { return nil }
      var position = start
      while position <= last {
        if bytes[position] == first {
          var length = 1
          while length < wanted.count, bytes[position + length] == wanted[length] { length += 1 }
          if length == wanted.count { return position }
        }
        position += 1
      }
      return nil
    }
  }

  /// A message of one part.
  static func message(of content: [UInt8], type: String) -> (contentType: String, body: [UInt8]) {
    var boundary = "segsh-\(SHA256.hexDigest(of: content).prefix(40))"
    while find(Array(boundary.utf8), in: content, from: 0) != nil { boundary += "0" }
    var body = Array("--\(boundary)\r\nContent-Type: \(type)\r\n\r\n".utf8)
    body.reserveCapacity(body.count + content.count + boundary.utf8.count + 8)
    body += content
    body += Array("\r\n--\(boundary)--\r\n".utf8)
    return ("multipart/related; type=\"\(type)\"; boundary=\(boundary)", body)
  }
}
