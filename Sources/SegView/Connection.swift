internal import Platform

/// One connection of a browser: what came, and what is still to go out.
final class Connection {
  let file: Int32
  /// Whether it is a stream of events, which stays open.
  private(set) var isStream = false
  /// Whether its request had the token: only such a connection is kept when all places are taken.
  private(set) var isTrusted = false
  /// The user at the other end; nil where the system does not say.
  let peer: uid_t?
  /// Whether it is done with, for good or ill.
  private(set) var isClosed = false
  private var received: [UInt8] = []
  private var request: (request: HTTPRequest, length: Int)?
  private var waiting: [[UInt8]] = []
  private var sent = 0
  /// When it is given up: a request that does not come whole, a reader that takes nothing.
  private(set) var deadline: ContinuousClock.Instant

  /// How long a head may take: a browser sends it at once.
  static let headPatience = Duration.seconds(2)
  /// How long a body may take, and a reader may take nothing.
  static let patience = Duration.seconds(10)
  /// Most bytes that wait for a page that reads no events.
  private static let backlogLimit = 4 << 20

  init(_ file: Int32, peer: uid_t? = nil) {
    self.file = file
    self.peer = peer
    deadline = .now + Self.headPatience
  }

  deinit { close(file) }

  var wantsToWrite: Bool { !waiting.isEmpty }

  /// Takes in what came.
  func receive(for site: ViewSite, port: UInt16, mayStream: Bool) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(file, &buffer, buffer.count, 0)
    if count < 0 {
      if errno != EAGAIN && errno != EINTR { isClosed = true }
      return false
    }
    guard count > 0 else {
      isClosed = true
      return false
    }
    // An answer is on its way, or events are: what else comes is not read.
    guard !isStream, waiting.isEmpty else { return false }
    received += buffer[..<count]
    return proceed(site, port, mayStream)
  }

  /// - Returns: whether something was posted.
  private func proceed(_ site: ViewSite, _ port: UInt16, _ mayStream: Bool) -> Bool {
    do throws(HTTPRequest.Problem) {
      if request == nil { request = try HTTPRequest.read(received) }
      guard let (head, length) = request else { return false }
      if !isTrusted, site.isAuthorized(head.headers["authorization"]) {
        isTrusted = true
        deadline = .now + Self.patience
      }
      if let answer = site.answer(head, port: port) { return give(answer, site, mayStream) }
      guard received.count - length >= head.contentLength else { return false }
      return give(site.take(Array(received[length..<length + head.contentLength])), site, mayStream)
    } catch {
      switch error {
      case .tooLong: refuse(.headTooLarge)
      case .malformed: refuse(.badRequest)
      case .lengthMissing: refuse(.lengthRequired)
      }
      return false
    }
  }

  private func give(_ answer: ViewSite.Answer, _ site: ViewSite, _ mayStream: Bool) -> Bool {
    received = []
    switch answer {
    case .response(let response):
      send(response)
      return false
    case .events:
      guard mayStream else {
        refuse(.unavailable)
        return false
      }
      isStream = true
      waiting = [HTTPResponse.events, Array(site.current.utf8)]
      return false
    case .posted, .handled:
      var accepted = HTTPResponse(.accepted)
      accepted.body = []
      send(accepted)
      return answer == .posted
    }
  }

  private func send(_ response: HTTPResponse) {
    waiting = [response.head] + (response.body.isEmpty ? [] : [response.body])
    deadline = .now + (isTrusted ? Self.patience : Self.headPatience)
  }

  func refuse(_ status: HTTPResponse.Status) { send(HTTPResponse(status)) }

  /// Adds to a stream of events.
  func send(event text: String) {
    guard isStream, !isClosed else { return }
    if waiting.isEmpty { deadline = .now + Self.patience }
    waiting.append(Array(text.utf8))
    if waiting.reduce(0, { $0 + $1.count }) > Self.backlogLimit { isClosed = true }
  }

  /// Sends as much as goes.
  func flush() {
    while let chunk = waiting.first {
      let count = chunk[sent...].withUnsafeBytes { Platform.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0 {
        if errno != EAGAIN && errno != EINTR { isClosed = true }
        return
      }
      deadline = .now + (isTrusted ? Self.patience : Self.headPatience)
      sent += count
      if sent == chunk.count {
        waiting.removeFirst()
        sent = 0
      }
    }
    if !isStream {
      // The reader gets all of it before the end.
      shutdown(file, Int32(SHUT_WR))
      isClosed = true
    }
  }

  /// Makes room for another connection.
  func drop() { isClosed = true }

  /// Ends what has taken too long.
  func expire(at now: ContinuousClock.Instant) {
    if now > deadline, !isStream || !waiting.isEmpty { isClosed = true }
  }
}
