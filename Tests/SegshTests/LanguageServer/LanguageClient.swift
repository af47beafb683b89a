import Foundation
import TestSupport
import Testing

/// An editor's side of the Language Server Protocol: starts the program and exchanges messages with it.
final class LanguageClient {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var buffer = Data()
  private var count = 0
  /// The version of the text that the last diagnostics were about.
  private(set) var version: Int?
  /// Notifications that arrived before an answer.
  private(set) var notifications: [[String: Any]] = []

  init(initializes: Bool = true) throws {
    process.executableURL = URL(fileURLWithPath: Program().path)
    process.arguments = ["lsp", "--stdio"]
    process.environment = Program.environment(home: FileManager.default.temporaryDirectory.path)
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    guard initializes else { return }
    _ = try request("initialize", ["processId": NSNull(), "rootUri": NSNull(), "capabilities": [:] as [String: Any]])
    try notify("initialized", [:])
  }

  deinit { if process.isRunning { process.terminate() } }

  func send(raw text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

  func send(_ message: [String: Any]) throws { try send(together: [message]) }

  /// Sends messages in one write.
  func send(together messages: [[String: Any]]) throws {
    let bytes = try messages.reduce(into: Data()) { bytes, message in
      let body = try JSONSerialization.data(withJSONObject: message)
      bytes += Data("Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }
    try input.fileHandleForWriting.write(contentsOf: bytes)
  }

  func notify(_ method: String, _ parameters: [String: Any]) throws {
    try send(["jsonrpc": "2.0", "method": method, "params": parameters])
  }

  /// Sends a request and waits for its answer; its result, or its error under `error`.
  func request(_ method: String, _ parameters: [String: Any]) throws -> [String: Any] {
    count += 1
    try send(["jsonrpc": "2.0", "id": count, "method": method, "params": parameters])
    return try answer { ($0["id"] as? Int) == self.count }
  }

  /// Reads until a message fits; what comes before is kept if it is a notification.
  func answer(where fits: ([String: Any]) -> Bool) throws -> [String: Any] {
    while true {
      let message = try #require(try read(), "the server ended")
      if fits(message) { return message }
      if message["method"] != nil { notifications.append(message) }
    }
  }

  /// The next message; nil at the end of output.
  func read() throws -> [String: Any]? {
    while true {
      if let end = buffer.range(of: Data("\r\n\r\n".utf8)) {
        let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
        let length = try #require(Int(head.dropFirst("Content-Length: ".count)))
        if buffer.distance(from: end.upperBound, to: buffer.endIndex) >= length {
          let body = buffer[end.upperBound..<end.upperBound + length]
          let message = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
          buffer = Data(buffer[(end.upperBound + length)...])
          return message
        }
      }
      let chunk = output.fileHandleForReading.availableData
      if chunk.isEmpty { return nil }
      buffer += chunk
    }
  }

  // MARK: Documents

  /// Opens a text and waits for its diagnostics.
  @discardableResult func open(_ text: String, as uri: String = "file:///nowhere/script.seg") throws -> [[String: Any]] {
    try notify("textDocument/didOpen", ["textDocument": ["uri": uri, "languageId": "segsh", "version": 1, "text": text]])
    return try diagnostics(of: uri)
  }

  func diagnostics(of uri: String = "file:///nowhere/script.seg") throws -> [[String: Any]] {
    let message = try answer {
      $0["method"] as? String == "textDocument/publishDiagnostics" && ($0["params"] as? [String: Any])?["uri"] as? String == uri
    }
    let parameters = message["params"] as? [String: Any]
    version = parameters?["version"] as? Int
    return try #require(parameters?["diagnostics"] as? [[String: Any]])
  }

  func at(_ line: Int, _ character: Int, in uri: String = "file:///nowhere/script.seg", _ more: [String: Any] = [:]) -> [String: Any] {
    ["textDocument": ["uri": uri], "position": ["line": line, "character": character]].merging(more) { $1 }
  }

  /// Ends the server as the protocol asks.
  /// - Returns: its exit status.
  func exit(shuttingDown: Bool = true) throws -> Int32 {
    if shuttingDown { _ = try request("shutdown", [:]) }
    try notify("exit", [:])
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Closes its end of the pipe.
  func hangUp() throws -> Int32 {
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
