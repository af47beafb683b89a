import Foundation
import TestSupport
import Testing

/// A prompt on a pseudo-terminal with its page open.
struct ViewedPrompt {
  let terminal: PseudoTerminal
  let port: UInt16
  let token: String

  /// Types lines, each of which makes a numbered result, and then `view`.
  init(_ lines: [String], in folder: TemporaryFolder, environment: [String: String] = [:]) throws {
    terminal = try PseudoTerminal(Program(), in: folder.url, environment: environment, columns: 200)
    try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    for (index, line) in lines.enumerated() {
      terminal.type(line + "\r")
      try terminal.wait(for: "_\(index + 1)") { $0.text.contains("_\(index + 1) ") && $0.text.hasSuffix(">") }
    }
    terminal.type("view\r")
    try terminal.wait(for: "the address") { $0.text.contains("view: http") && $0.text.hasSuffix(">") }
    let match = try #require(terminal.screen.text.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\/#([0-9a-f]{32})/))
    port = try #require(UInt16(match.1))
    token = String(match.2)
  }

  var address: String { "http://127.0.0.1:\(port)/#\(token)" }

  func get(_ path: String) -> LoopbackClient? { LoopbackClient.ask(port, path: path, headers: ["Authorization": "Bearer \(token)"]) }

  func post(_ json: String) -> Int? {
    LoopbackClient.ask(
      port, "POST", path: "/do",
      headers: [
        "Authorization": "Bearer \(token)", "Origin": "http://127.0.0.1:\(port)", "Content-Type": "application/json",
      ], body: Array(json.utf8))?.status
  }

  /// The newest scene that satisfies a condition.
  func scene(where holds: @escaping ([String: Any]) -> Bool = { $0["width"] != nil }) throws -> [String: Any] {
    let client = try #require(LoopbackClient(port: port))
    client.send(LoopbackClient.request(port, path: "/events", headers: ["Authorization": "Bearer \(token)"]))
    func scenes() -> [[String: Any]] {
      client.text.components(separatedBy: "\n\n").filter { $0.contains("event: scene") }.compactMap { event in
        let data = event.components(separatedBy: "\ndata: ").dropFirst().joined()
        return try? JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any]
      }
    }
    client.read { _ in scenes().contains(where: holds) }
    let last = scenes().last(where: holds)
    return try #require(last)
  }
}

extension Chromium {
  /// A place in an element of the page, its middle by default, in the window.
  func place(of selector: String, _ x: Double = 0.5, _ y: Double = 0.5) throws -> (x: Double, y: Double) {
    let box = try #require(
      try run(
        "(() => { const e = document.querySelector('\(selector)'); e.scrollIntoView({ block: 'nearest' }); const b = e.getBoundingClientRect();"
          + " return [b.left, b.top, b.width, b.height]; })()") as? [Double])
    return (box[0] + x * box[2], box[1] + y * box[3])
  }

  /// The place in the window of a row and a column of the image.
  func spot(_ row: Double, _ column: Double) throws -> (x: Double, y: Double) {
    let at = try #require(try run("window.segsh.stage.spot(\(row), \(column))") as? [Double])
    let corner = try place(of: "#stage", 0, 0)
    return (corner.x + at[0], corner.y + at[1])
  }
}
