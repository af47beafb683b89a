import Foundation
import Platform
import Synchronization

/// A little HTTP server on this machine that answers as a test wants, right or wrong: one request per connection.
public final class LoopbackServer: Sendable {
  public struct Request: Sendable {
    /// The request line and the headers.
    public let head: String
    public let body: [UInt8]
    public var path: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    /// The value of a header; nil where there is none.
    public func header(_ name: String) -> String? {
      head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
        .map { $0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces) }
    }
  }

  public enum Reply: Sendable {
    /// These bytes as they are; then the connection ends.
    case bytes([UInt8])
    /// A whole answer.
    case answer(Int, type: String, [UInt8], headers: [String] = [])
    /// Nothing, until the client leaves.
    case silence
  }

  public let port: UInt16
  private let socket: Int32
  private let received = Mutex<[Request]>([])
  private let isOver = Mutex(false)

  /// All requests so far.
  public var requests: [Request] { received.withLock { $0 } }

  /// - Parameter answer: The reply to a request, which has a number from 0.
  public init(_ answer: @escaping @Sendable (Request, Int) -> Reply) throws {
    socket = Platform.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr = in_addr(s_addr: INADDR_LOOPBACK.bigEndian)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let code = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(socket, pointer, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, pointer, &length) == 0
      }
    }
    guard code else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(socket, nil, nil)
        if client < 0 { return }
        guard let self else {
          close(client)
          return
        }
        Thread.detachNewThread { self.serve(client, answer) }
      }
    }
  }

  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }

  private func serve(_ client: Int32, _ answer: (Request, Int) -> Reply) {
    defer { close(client) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    func more() -> Bool {
      let count = recv(client, &buffer, buffer.count, 0)
      if count > 0 { bytes += buffer[..<count] }
      return count > 0
    }
    let blank = Array("\r\n\r\n".utf8)
    while bytes.firstRange(of: blank) == nil { if !more() { return } }
    guard let end = bytes.firstRange(of: blank) else { return }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    let length = Request(head: head, body: []).header("Content-Length").flatMap { Int($0) } ?? 0
    while bytes.count < end.upperBound + length { if !more() { return } }
    let request = Request(head: head, body: Array(bytes[end.upperBound...]))
    let number = received.withLock {
      $0.append(request)
      return $0.count - 1
    }
    switch answer(request, number) {
    case .bytes(let reply): send(reply, to: client)
    case .answer(let status, let type, let body, let headers):
      let lines = ["HTTP/1.1 \(status) X", "Content-Type: \(type)", "Content-Length: \(body.count)", "Connection: close"] + headers
      send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, to: client)
    case .silence: while more() {}
    }
  }

  private func send(_ bytes: [UInt8], to client: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Platform.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
    shutdown(client, Int32(SHUT_WR))
    // What the client still sends is taken, or it would see a reset instead of the answer.
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while recv(client, &buffer, buffer.count, 0) > 0 {}
  }
}
