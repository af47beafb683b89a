import TestSupport
import Testing

@testable import SegView

/// The server over real sockets: who gets what, and who gets nothing.
@Suite(.serialized) struct ViewServerTests {
  private let server: ViewServer
  private var port: UInt16 { server.port }
  private var token: [String: String] { ["Authorization": "Bearer \(server.site.token)"] }
  private var posting: [String: String] {
    token.merging(["Origin": "http://127.0.0.1:\(port)", "Content-Type": "application/json"]) { $1 }
  }

  init() throws { server = try ViewServer() }

  private func status(
    _ method: String = "GET", _ path: String, _ headers: [String: String] = [:], body: [UInt8] = []
  ) throws -> Int? {
    defer { server.stop() }
    return try #require(LoopbackClient.ask(port, method, path: path, headers: headers, body: body)).status
  }

  @Test func `the page comes whole, and takes nothing from elsewhere`() throws {
    defer { server.stop() }
    for (path, type) in [("/", "text/html"), ("/style.css", "text/css"), ("/main.js", "text/javascript")] {
      let answer = try #require(LoopbackClient.ask(port, path: path))
      #expect(answer.status == 200)
      #expect(answer.text.contains("Content-Type: \(type)"))
      #expect(answer.text.contains("Content-Security-Policy: default-src 'none'; script-src 'self'"))
      #expect(answer.text.contains("frame-ancestors 'none'"))
      #expect(answer.body == ViewPage.resources[path]?.bytes)
    }
    // Neither the page nor its scripts name another place; a namespace is none.
    for (name, text) in EmbeddedPage.files {
      #expect(text.replacing("http://www.w3.org/2000/svg", with: "").firstRange(of: /https?:|\/\/\w+\.\w/) == nil, "\(name)")
    }
  }

  @Test func `the token is long and new each time, and the address is of this machine alone`() throws {
    let other = try ViewServer()
    defer {
      server.stop()
      other.stop()
    }
    #expect(server.site.token.count == 32)
    #expect(server.site.token != other.site.token)
    #expect(server.address.hasPrefix("http://127.0.0.1:\(port)/#"))
  }

  @Test(arguments: ["/events", "/planes/1-gray", "/do", "/nothing"]) func `without the token there is nothing`(_ path: String) throws {
    defer { server.stop() }
    server.publish("scene", "{}", planes: ["1-gray": ViewSite.Plane { [1, 2, 3] }])
    let guesses = [
      [:], ["Authorization": "Bearer"], ["Authorization": "Bearer \(String(repeating: "0", count: 32))"],
      ["Authorization": "Bearer \(server.site.token.dropLast())"], ["Authorization": "Bearer \(server.site.token)0"],
      ["Authorization": "Basic \(server.site.token)"], ["Cookie": "token=\(server.site.token)"],
    ]
    for guess in guesses {
      let answer = try #require(LoopbackClient.ask(port, path: path, headers: guess))
      #expect(answer.status == 401)
      #expect(answer.body == Array("Unauthorized\n".utf8))
    }
    let inAddress = try #require(LoopbackClient.ask(port, path: "\(path)?token=\(server.site.token)"))
    #expect(inAddress.status == 401)
  }

  @Test(arguments: ["segsh.example", "evil.example:80", "127.0.0.1", "localhost", "127.0.0.1:1", "0.0.0.0:80", ""])
  func `another host is refused, whatever it asks for`(_ host: String) throws {
    for path in ["/", "/events"] {
      let answer = try #require(LoopbackClient.ask(port, path: path, headers: token.merging(["Host": host]) { $1 }))
      #expect(answer.status == 421)
    }
    server.stop()
  }

  @Test(arguments: ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"])
  func `another origin is refused, even with the token`(_ origin: String) throws {
    for path in ["/", "/events", "/do"] {
      let answer = try #require(LoopbackClient.ask(port, path: path, headers: token.merging(["Origin": origin]) { $1 }))
      #expect(answer.status == 403)
    }
    server.stop()
  }

  @Test func `a page of another site that guesses the address is refused`() throws {
    #expect(try status("GET", "/events", token.merging(["Sec-Fetch-Site": "cross-site"]) { $1 }) == 403)
  }

  @Test(arguments: [
    "/../../etc/passwd", "/planes/../../etc/passwd", "/planes/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/planes/", "/planes/etc/passwd",
    "/main.js/", "/Page/main.js", "/.",
  ])
  func `no path leads to a file`(_ path: String) throws {
    #expect(try status("GET", path, token) == 404)
  }

  @Test func `what is posted says who it is, what it is and how long it is, and is short`() throws {
    defer { server.stop() }
    func post(_ change: [String: String], body: [UInt8] = Array("{}".utf8)) throws -> Int? {
      try #require(LoopbackClient.ask(port, "POST", path: "/do", headers: posting.merging(change) { $1 }, body: body)).status
    }
    #expect(try post(["Origin": ""]) == 403)
    #expect(try post(["Content-Type": "text/plain"]) == 415)
    #expect(try post(["Content-Length": ""]) == 411)
    #expect(try post(["Content-Length": "", "Transfer-Encoding": "chunked"]) == 411)
    #expect(try post(["Content-Length": "\(ViewSite.bodyLimit + 1)"]) == 413)
    #expect(LoopbackClient.ask(port, path: "/do", headers: posting)?.status == 405)
    #expect(LoopbackClient.ask(port, "POST", path: "/events", headers: posting)?.status == 405)
    #expect(LoopbackClient.ask(port, "POST", path: "/")?.status == 405)
    #expect(server.takePosts().isEmpty)
    #expect(try post([:]) == 202)
    #expect(server.takePosts() == [Array("{}".utf8)])
  }

  @Test func `posts that nobody takes are refused in the end`() throws {
    defer { server.stop() }
    func post() -> Int? { LoopbackClient.ask(port, "POST", path: "/do", headers: posting, body: Array("{}".utf8))?.status }
    for _ in 0..<ViewSite.inboxLimit { #expect(post() == 202) }
    #expect(post() == 429)
    #expect(server.takePosts().count == ViewSite.inboxLimit)
    #expect(post() == 202)
  }

  @Test func `a handler takes posts before they wait, and only those with the token`() throws {
    defer { server.stop() }
    server.answer { [server] body in
      guard body == Array("7".utf8) else { return false }
      server.publish("answer", "8")
      return true
    }
    func post(_ text: String, _ headers: [String: String]) -> Int? {
      LoopbackClient.ask(port, "POST", path: "/do", headers: headers, body: Array(text.utf8))?.status
    }
    #expect(post("7", posting.merging(["Authorization": "Bearer no"]) { $1 }) == 401)
    #expect(!server.site.current.contains("event: answer"))
    #expect(post("7", posting) == 202)
    #expect(server.site.current.contains("event: answer\ndata: 8"))
    #expect(server.takePosts().isEmpty)
    #expect(post("{}", posting) == 202)
    #expect(server.takePosts() == [Array("{}".utf8)])
    server.answer { _ in false }
  }

  @Test func `a head that is too long or odd is answered and the connection ended`() throws {
    defer { server.stop() }
    for (text, status) in [
      ("GET / HTTP/1.1\r\nA: \(String(repeating: "b", count: 9000))", 431), ("hello\r\n\r\n", 400),
    ] {
      let client = try #require(LoopbackClient(port: port))
      client.send(Array(text.utf8))
      client.read()
      #expect(client.status == status)
      #expect(client.isEnded)
    }
  }

  @Test func `events come as they happen, and the newest of each to who comes late`() throws {
    defer { server.stop() }
    server.publish("scene", "1")
    server.publish("scene", "2")
    let early = try #require(LoopbackClient(port: port))
    early.send(LoopbackClient.request(port, path: "/events", headers: token))
    early.read { $0.contains("data: 2\n\n") }
    #expect(!early.text.contains("data: 1\n"))
    #expect(early.text.contains("Content-Type: text/event-stream"))
    server.publish("busy", "true")
    early.read { $0.contains("event: busy\ndata: true\n\n") }
    let late = try #require(LoopbackClient(port: port))
    late.send(LoopbackClient.request(port, path: "/events", headers: token))
    late.read { $0.hasSuffix("event: scene\ndata: 2\n\nevent: busy\ndata: true\n\n") }
    #expect(server.hasVisitor)
    server.stop()
    early.read()
    #expect(early.isEnded)
  }

  @Test func `planes are made once, and go with the scene that named them`() throws {
    defer { server.stop() }
    server.publish("scene", "1", planes: ["a": ViewSite.Plane { [1, 2, 3] }])
    #expect(LoopbackClient.ask(port, path: "/planes/a", headers: token)?.body == [1, 2, 3])
    // The same name is the same pixels: those that were made stay.
    server.publish("scene", "2", planes: ["a": ViewSite.Plane { [4] }, "b": ViewSite.Plane { [5] }])
    #expect(LoopbackClient.ask(port, path: "/planes/a", headers: token)?.body == [1, 2, 3])
    server.publish("scene", "3", planes: ["b": ViewSite.Plane { [5] }])
    #expect(LoopbackClient.ask(port, path: "/planes/a", headers: token)?.status == 204, "a page may ask a moment too late")
    server.publishGrowth("4", ViewSite.Plane { [6] })
    #expect(LoopbackClient.ask(port, path: "/planes/growth", headers: token)?.body == [6])
    server.publish("scene", "5", planes: ["b": ViewSite.Plane { [5] }])
    #expect(LoopbackClient.ask(port, path: "/planes/growth", headers: token)?.status == 204, "a growing region ends with the scene")
  }

  @Test func `a large picture arrives whole`() throws {
    defer { server.stop() }
    let pixels = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    server.publish("scene", "1", planes: ["a": ViewSite.Plane { pixels }])
    #expect(LoopbackClient.ask(port, path: "/planes/a", headers: token)?.body == pixels)
  }

  @Test func `only a few pages and connections are served at a time`() throws {
    defer { server.stop() }
    var streams: [LoopbackClient] = []
    for _ in 0..<ViewServer.streamLimit {
      let client = try #require(LoopbackClient(port: port))
      client.send(LoopbackClient.request(port, path: "/events", headers: token))
      client.read { $0.contains("\r\n\r\n") }
      #expect(client.status == 200)
      streams.append(client)
    }
    #expect(LoopbackClient.ask(port, path: "/events", headers: token)?.status == 503)
    // Connections that only wait make room, the oldest first; pages with the token stay.
    var idle: [LoopbackClient] = []
    for _ in 0..<3 * ViewServer.connectionLimit { idle.append(try #require(LoopbackClient(port: port))) }
    let start = ContinuousClock.now
    #expect(LoopbackClient.ask(port)?.status == 200)
    #expect(LoopbackClient.ask(port, path: "/nothing", headers: token)?.status == 404)
    #expect(ContinuousClock.now - start < .seconds(5))
    idle[0].read()
    #expect(idle[0].isEnded && idle[0].received.isEmpty)
    server.publish("scene", "{}")
    for stream in streams {
      stream.read { $0.contains("event: scene") }
      #expect(!stream.isEnded)
    }
  }

  @Test func `a connection without the token that sends no whole head ends soon`() throws {
    defer { server.stop() }
    let slow = try #require(LoopbackClient(port: port))
    slow.send(Array("GET / HTTP/1.1\r\nHost: ".utf8))
    let start = ContinuousClock.now
    slow.read()
    #expect(slow.isEnded && slow.received.isEmpty)
    #expect(ContinuousClock.now - start < Connection.patience)
  }

  @Test func `the server ends and its port is free`() throws {
    server.stop()
    var isOpen = true
    for _ in 0..<1000 where isOpen { isOpen = LoopbackClient(port: port) != nil }
    #expect(!isOpen)
  }
}
