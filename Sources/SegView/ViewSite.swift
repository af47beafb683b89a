import Synchronization

/// Everything that a page may request, held in memory. The path of a request is never used as the path of a file.
public final class ViewSite: Sendable {
  /// Bytes that are made on first request, such as the pixels of an image.
  public final class Plane: Sendable {
    private let make: @Sendable () -> [UInt8]
    private let made = Mutex<[UInt8]?>(nil)
    /// Creates a plane.
    /// - Parameter make: Makes the bytes; called at most once.
    public init(_ make: @escaping @Sendable () -> [UInt8]) { self.make = make }
    /// The bytes; the first access makes them.
    public var bytes: [UInt8] {
      made.withLock { made in
        let bytes = made ?? make()
        made = bytes
        return bytes
      }
    }
  }

  /// Access token: 32 hexadecimal digits for 128 random bits.
  public let token: String
  private let resources: [String: (type: String, bytes: [UInt8])]

  private struct State {
    var planes: [String: Plane] = [:]
    /// The names of planes that were dropped.
    var formerPlanes: Set<String> = []
    /// The newest event of each name, for a page that has just come.
    var events: [String: String] = [:]
    var order: [String] = []
    /// What pages posted and nobody has taken yet.
    var inbox: [[UInt8]] = []
    /// Events that have not gone out.
    var outbox: [String] = []
    var hasVisitor = false
  }
  private let state = Mutex(State())
  /// Takes posts that need no place in the inbox.
  private let handler = Mutex<(@Sendable ([UInt8]) -> Bool)?>(nil)

  /// Most bytes of what a page posts, and most posts that wait.
  static let bodyLimit = 1 << 20
  static let inboxLimit = 16

  init(token: String, resources: [String: (type: String, bytes: [UInt8])]) {
    self.token = token
    self.resources = resources
  }

  // MARK: For the shell

  /// Puts up new planes, drops those that are not named, and tells all pages.
  ///
  /// - Parameters:
  ///   - event: a name; a page that comes later gets the newest of each name.
  ///   - data: one line of JSON.
  func publish(_ event: String, _ data: String, planes: [String: Plane]?) {
    state.withLock { state in
      if let planes {
        state.formerPlanes.formUnion(state.planes.keys)
        // A plane that stays keeps its bytes.
        state.planes = planes.merging(state.planes.filter { planes[$0.key] != nil }) { $1 }
      }
      if state.events.updateValue(data, forKey: event) == nil { state.order.append(event) }
      state.outbox.append(Self.text(event, data))
    }
  }

  /// Tells all pages of a region that grows, whose pixels are the plane `growth` until the next one or the next planes.
  func publishGrowth(_ data: String, _ plane: Plane) {
    state.withLock { state in
      state.planes["growth"] = plane
      state.outbox.append(Self.text("growth", data))
    }
  }

  /// What the pages posted since the last call.
  func takePosts() -> [[UInt8]] {
    state.withLock { state in
      defer { state.inbox = [] }
      return state.inbox
    }
  }

  /// Sets what takes a post at once, on the server's thread, and says whether it did.
  func handle(_ handler: @escaping @Sendable ([UInt8]) -> Bool) { self.handler.withLock { $0 = handler } }

  /// Whether a page with the right token has come.
  var hasVisitor: Bool { state.withLock { $0.hasVisitor } }

  // MARK: For the server

  func takeOutbox() -> [String] {
    state.withLock { state in
      defer { state.outbox = [] }
      return state.outbox
    }
  }

  /// The newest event of each name.
  var current: String { state.withLock { state in state.order.map { Self.text($0, state.events[$0] ?? "") }.joined() } }

  private static func text(_ event: String, _ data: String) -> String { "event: \(event)\ndata: \(data)\n\n" }

  enum Answer: Equatable {
    case response(HTTPResponse)
    /// The stream of events.
    case events
    /// Something was posted, and waits in the inbox.
    case posted
    /// Something was posted, and the handler has taken it.
    case handled
  }

  /// What a request gets before its body has come; nil: the body is wanted.
  /// - Parameter authority: the address and port that this server has.
  func answer(_ request: HTTPRequest, port: UInt16) -> Answer? {
    // A page of another origin cannot name this host, even where its own name leads here.
    let hosts = ["127.0.0.1:\(port)", "localhost:\(port)"]
    guard let host = request.headers["host"], hosts.contains(host) else { return .response(HTTPResponse(.misdirected)) }
    if let origin = request.headers["origin"], origin != "http://\(host)" { return .response(HTTPResponse(.forbidden)) }
    let isGet = request.method == "GET"
    if let resource = resources[request.path] {
      guard isGet else { return .response(HTTPResponse(.methodNotAllowed)) }
      return .response(HTTPResponse(resource.bytes, type: resource.type))
    }
    if let site = request.headers["sec-fetch-site"], site != "same-origin", site != "none" { return .response(HTTPResponse(.forbidden)) }
    guard isAuthorized(request.headers["authorization"]) else { return .response(HTTPResponse(.unauthorized)) }
    state.withLock { $0.hasVisitor = true }
    switch request.path {
    case "/events": return isGet ? .events : .response(HTTPResponse(.methodNotAllowed))
    case "/do":
      guard request.method == "POST" else { return .response(HTTPResponse(.methodNotAllowed)) }
      guard request.headers["origin"] != nil else { return .response(HTTPResponse(.forbidden)) }
      guard request.headers["content-type"] == "application/json" else { return .response(HTTPResponse(.unsupportedMediaType)) }
      guard request.headers["content-length"] != nil else { return .response(HTTPResponse(.lengthRequired)) }
      guard request.contentLength <= Self.bodyLimit else { return .response(HTTPResponse(.contentTooLarge)) }
      return nil
    default:
      guard request.path.hasPrefix("/planes/") else { return .response(HTTPResponse(.notFound)) }
      let id = String(request.path.dropFirst(8))
      let (plane, wasThere) = state.withLock { ($0.planes[id], $0.formerPlanes.contains(id)) }
      // A page that asks for a plane while the next scene is on its way has done nothing wrong.
      guard let plane else { return .response(HTTPResponse(wasThere ? .noContent : .notFound)) }
      guard isGet else { return .response(HTTPResponse(.methodNotAllowed)) }
      return .response(HTTPResponse(plane.bytes, type: "application/octet-stream"))
    }
  }

  /// Takes what was posted.
  func take(_ body: [UInt8]) -> Answer {
    if let handler = handler.withLock({ $0 }), handler(body) { return .handled }
    let isTaken = state.withLock { state in
      guard state.inbox.count < Self.inboxLimit else { return false }
      state.inbox.append(body)
      return true
    }
    guard isTaken else { return .response(HTTPResponse(.tooManyRequests)) }
    return .posted
  }

  /// Compared in the same time wherever the first difference lies.
  func isAuthorized(_ header: String?) -> Bool {
    let wanted = Array("Bearer \(token)".utf8)
    let given = Array((header ?? "").utf8)
    guard given.count == wanted.count else { return false }
    return zip(given, wanted).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
