import Foundation
import Platform

/// A connection to a server on this machine that sends what it is told, right or wrong, and reads what comes.
public final class LoopbackClient {
  private let file: Int32
  public private(set) var received: [UInt8] = []
  /// Whether the server has ended the connection.
  public private(set) var isEnded = false

  /// Nil where nobody listens.
  public init?(port: UInt16) {
    file = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr = in_addr(s_addr: INADDR_LOOPBACK.bigEndian)
    let file = file
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard status == 0 else {
      close(file)
      return nil
    }
  }

  deinit { close(file) }

  public func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Platform.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Reads until a condition holds, the server ends, or a minute has gone by.
  public func read(until holds: ((String) -> Bool)? = nil) {
    let end = Date().addingTimeInterval(60)
    while !isEnded, holds?(text) != true, Date() < end {
      var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, 100) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(file, &buffer, buffer.count, 0)
      if count > 0 { received += buffer[..<count] } else { isEnded = true }
    }
  }

  public var text: String { String(decoding: received, as: UTF8.self) }

  /// The status of the answer; nil while none has come.
  public var status: Int? {
    let words = String(decoding: received.prefix(64), as: UTF8.self).prefix { $0 != "\r\n" }.split(separator: " ")
    return words.count > 1 ? Int(words[1]) : nil
  }

  /// The answer without its head.
  public var body: [UInt8] {
    guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return [] }
    return Array(received[end.upperBound...])
  }

  /// Sends a request and reads the whole answer.
  public static func ask(
    _ port: UInt16, _ method: String = "GET", path: String = "/", headers: [String: String] = [:], body: [UInt8] = []
  ) -> LoopbackClient? {
    guard let client = LoopbackClient(port: port) else { return nil }
    client.send(request(port, method, path: path, headers: headers, body: body))
    client.read()
    return client
  }

  /// A request with a Host, and with a length where there is a body, unless the headers say otherwise; an empty value leaves a header out.
  public static func request(
    _ port: UInt16, _ method: String = "GET", path: String = "/", headers: [String: String] = [:], body: [UInt8] = []
  ) -> [UInt8] {
    var all = ["Host": "127.0.0.1:\(port)"]
    if !body.isEmpty { all["Content-Length"] = String(body.count) }
    all.merge(headers) { $1 }
    let lines = all.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)\r\n" }.sorted().joined()
    return Array("\(method) \(path) HTTP/1.1\r\n\(lines)\r\n".utf8) + body
  }
}
