import Basics
internal import Platform

/// Messages of the Language Server Protocol's base protocol: headers, a blank line and JSON, over two file descriptors.
///
/// What is malformed is an error of one message, and the next is read; what cannot be told apart from the next message ends the stream.
struct MessageStream {
  /// What arrived.
  enum Arrival: Equatable {
    case message(JSON)
    /// A message that cannot be read, and why.
    case malformed(String)
    /// The end of input, whole or within a message.
    case end
    /// A length that no message can have: what follows cannot be found.
    case lost(String)
  }

  /// The largest message that is read, in bytes.
  static let limit = 32 << 20
  /// The largest message that is skipped to get to the next one.
  static let skippingLimit = 1 << 30
  private static let headerLimit = 16 << 10

  private let input: Int32
  private var buffer: [UInt8] = []
  private var position = 0
  private var hasEnded = false

  init(reading input: Int32) { self.input = input }

  mutating func next() -> Arrival {
    var length: Int?
    var problem: String?
    var header = 0
    while true {
      guard let line = line() else { return hasEnded ? .end : .malformed("a header line is longer than 16 KiB") }
      header += line.count + 1
      if line.isEmpty {
        if header == 1 { continue }
        break
      }
      if header > Self.headerLimit { problem = "the header is longer than 16 KiB" }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
        problem = problem ?? "a header line has no colon"
        continue
      }
      guard String(decoding: line[..<colon], as: UTF8.self).lowercased() == "content-length" else { continue }
      let text = String(decoding: line[(colon + 1)...], as: UTF8.self).filter { $0 != " " }
      guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
        problem = problem ?? "Content-Length is not a number"
        continue
      }
      guard let count = Int(text), count <= Self.skippingLimit else {
        return .lost("Content-Length is \(text.prefix(30)), more than 1 GiB")
      }
      length = count
    }
    if let problem { return .malformed(problem) }
    guard let length else { return .malformed("the header has no Content-Length") }
    guard length <= Self.limit else {
      return skip(length) ? .malformed("a message of \(length) bytes is larger than \(Self.limit >> 20) MiB") : .end
    }
    guard let body = take(length) else { return .end }
    do throws(JSONError) { return .message(try JSON(parsing: body, depthLimit: 64)) } catch { return .malformed("\(error)") }
  }

  /// A line without its end; nil at the end of input or for one that is too long.
  private mutating func line() -> [UInt8]? {
    var searched = position
    while true {
      if let end = buffer[searched...].firstIndex(of: 10) {
        var line = Array(buffer[position..<end])
        position = end + 1
        if line.last == 13 { line.removeLast() }
        return line
      }
      searched = buffer.count
      if buffer.count - position > Self.headerLimit {
        position = buffer.count
        return nil
      }
      let consumed = position
      guard fill() else { return nil }
      searched -= consumed
    }
  }

  private mutating func take(_ count: Int) -> [UInt8]? {
    while buffer.count - position < count { guard fill() else { return nil } }
    defer { position += count }
    return Array(buffer[position..<position + count])
  }

  private mutating func skip(_ count: Int) -> Bool {
    var rest = count
    while true {
      let part = min(rest, buffer.count - position)
      position += part
      rest -= part
      if rest == 0 { return true }
      guard fill() else { return false }
    }
  }

  /// Reads on, behind what is still needed; false at the end of input.
  private mutating func fill() -> Bool {
    if position > 0 {
      buffer.removeFirst(position)
      position = 0
    }
    var count = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { bytes, used in
      repeat { count = Platform.read(input, bytes.baseAddress, bytes.count) } while count < 0 && errno == EINTR
      used = max(0, count)
    }
    buffer += chunk
    hasEnded = count <= 0
    return !hasEnded
  }

  /// Writes a message; false when nobody reads any more.
  static func write(_ message: JSON, to output: Int32) -> Bool {
    let body = message.description
    let text = "Content-Length: \(body.utf8.count)\r\n\r\n" + body
    return Array(text.utf8).withUnsafeBytes { WholeFile.append($0, to: output) }
  }
}
