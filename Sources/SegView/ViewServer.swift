import Basics
internal import Platform
import Synchronization

/// An HTTP server for the live view on the loopback interface. It runs on its own thread until it is stopped or the process ends.
///
/// Requests need the token; see ``ViewSite`` for what is served and refused. The limits apply at the socket: a head of 8 KiB, a body of 1
/// MiB, 2 seconds for a head and 10 for a body, 24 connections and 4 event streams. When all places are taken, connections without the
/// token are closed first, those of other users before the rest, so that no other program on this machine can lock out the page.
public final class ViewServer: Sendable {
  /// What the server serves.
  public let site: ViewSite
  /// TCP port of the server.
  public let port: UInt16
  private let listener: Int32
  /// Written to by the shell: something is to go out.
  private let wake: (reader: Int32, writer: Int32)
  /// Readable when a page has posted something.
  private let posts: (reader: Int32, writer: Int32)
  private let isStopped = Atomic<Bool>(false)

  static let connectionLimit = 24
  static let streamLimit = 4

  /// Error thrown when the server cannot start.
  public enum Failure: Error, Equatable {
    /// The port cannot be bound.
    case cannotListen(port: UInt16, errno: Int32)
    /// A pipe or the thread cannot be created.
    case cannotStart(errno: Int32)
  }

  /// Binds 127.0.0.1 and starts serving.
  /// - Parameter wanted: TCP port; 0 for any free port.
  /// - Throws: `Failure` when the port is taken or the thread cannot be started.
  public init(port wanted: UInt16 = 0) throws(Failure) {
    site = ViewSite(token: Self.newToken(), resources: ViewPage.resources)
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = wanted.bigEndian
    address.sin_addr = in_addr(s_addr: INADDR_LOOPBACK.bigEndian)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        listener >= 0 && bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isBound else {
      let code = errno
      close(listener)
      throw .cannotListen(port: wanted, errno: code)
    }
    port = UInt16(bigEndian: address.sin_port)
    do { wake = try Self.pipe() } catch {
      close(listener)
      throw error
    }
    do { posts = try Self.pipe() } catch {
      for file in [listener, wake.reader, wake.writer] { close(file) }
      throw error
    }
    do { try start() } catch {
      close(listener)
      throw error
    }
  }

  deinit { for file in [wake.reader, wake.writer, posts.reader, posts.writer] { close(file) } }

  /// A file descriptor that is readable while posts wait.
  public var postsFile: Int32 { posts.reader }

  /// Bodies of the requests that pages posted since the last call; empty when there are none.
  public func takePosts() -> [[UInt8]] {
    var buffer = [UInt8](repeating: 0, count: 64)
    while read(posts.reader, &buffer, buffer.count) > 0 {}
    return site.takePosts()
  }

  /// Sets a handler for posts that need not wait until they are taken. It is called on the server's thread and must return soon.
  /// - Parameter handler: Receives the body; returns whether it has taken it. Others wait for ``takePosts()``.
  public func answer(_ handler: @escaping @Sendable (_ body: [UInt8]) -> Bool) { site.handle(handler) }

  /// Sends an event to all pages, and to pages that connect later; see ``ViewSite``.
  ///
  /// - Parameters:
  ///   - event: Name of the event; a new page receives the latest event of each name.
  ///   - data: One line of JSON.
  ///   - planes: All planes that pages may request, by identifier; nil keeps the present ones.
  public func publish(_ event: String, _ data: String, planes: [String: ViewSite.Plane]? = nil) {
    site.publish(event, data, planes: planes)
    Self.poke(wake.writer)
  }

  /// Sends the event `growth` to the pages that there are; the plane `growth` holds its pixels until the next growth or the next planes.
  /// - Parameter data: One line of JSON.
  public func publishGrowth(_ data: String, _ plane: ViewSite.Plane) {
    site.publishGrowth(data, plane)
    Self.poke(wake.writer)
  }

  /// The URL of the page with its token, which the page removes from the URL at once.
  public var address: String { "http://127.0.0.1:\(port)/#\(site.token)" }

  /// Whether a page with the token has connected.
  public var hasVisitor: Bool { site.hasVisitor }

  /// Stops the server and closes all connections.
  public func stop() {
    isStopped.store(true, ordering: .relaxed)
    Self.poke(wake.writer)
  }

  // MARK: The thread

  private func start() throws(Failure) {
    let code = BackgroundThread.code(ofStarting: { self.serve() })
    guard code == 0 else { throw .cannotStart(errno: code) }
  }

  private func serve() {
    var connections: [Connection] = []
    var beat = ContinuousClock.now
    while !isStopped.load(ordering: .relaxed) {
      var polled = [pollfd(fd: wake.reader, events: Int16(POLLIN), revents: 0), pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
      for connection in connections {
        polled.append(pollfd(fd: connection.file, events: Int16(POLLIN | (connection.wantsToWrite ? POLLOUT : 0)), revents: 0))
      }
      guard poll(&polled, nfds_t(polled.count), 1000) >= 0 || errno == EINTR else { break }
      let streams = connections.count { $0.isStream }
      for (connection, polled) in zip(connections, polled.dropFirst(2)) {
        if polled.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0,
          connection.receive(for: site, port: port, mayStream: streams < Self.streamLimit)
        {
          Self.poke(posts.writer)
        }
        if connection.wantsToWrite { connection.flush() }
      }
      if polled[0].revents != 0 {
        Self.drain(wake.reader)
        let news = site.takeOutbox()
        for connection in connections where connection.isStream {
          for text in news { connection.send(event: text) }
          connection.flush()
        }
      }
      let now = ContinuousClock.now
      if now - beat > .seconds(10) {
        // A comment, so that a page that went away is noticed.
        for connection in connections { connection.send(event: ":\n\n") }
        beat = now
      }
      for connection in connections { connection.expire(at: now) }
      connections.removeAll { $0.isClosed }
      if polled[1].revents != 0 { accept(into: &connections) }
    }
    close(listener)
  }

  private func accept(into connections: inout [Connection]) {
    let file = Platform.accept(listener, nil, nil)
    guard file >= 0 else {
      // No file descriptor is left: the next round waits for one.
      if errno == EMFILE || errno == ENFILE { usleep(100_000) }
      return
    }
    Self.prepare(file)
    // Whose it is matters where many wait alone.
    let isCrowded = connections.count >= Self.connectionLimit / 2
    let connection = Connection(file, peer: isCrowded ? Peers.user(of: file, port: port) : nil)
    if connections.count >= Self.connectionLimit, !makeRoom(for: connection, in: &connections) {
      connection.refuse(.unavailable)
      connection.flush()
      return
    }
    connections.append(connection)
  }

  /// Ends the connection that has waited longest without the token, one of another user where there is one.
  /// - Returns: Whether there is room now.
  private func makeRoom(for new: Connection, in connections: inout [Connection]) -> Bool {
    func isStranger(_ connection: Connection) -> Bool { connection.peer.map { $0 != geteuid() } ?? false }
    let waiting = connections.indices.filter { !connections[$0].isTrusted }
    guard let first = waiting.first(where: { isStranger(connections[$0]) }) ?? (isStranger(new) ? nil : waiting.first) else { return false }
    connections[first].drop()
    connections.remove(at: first)
    return true
  }

  // MARK: Small things

  /// The system's generator is made for secrets.
  private static func newToken() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<32).map { _ in String(UInt8.random(in: 0...15, using: &generator), radix: 16) }.joined()
  }

  private static func pipe() throws(Failure) -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Platform.pipe(&ends) == 0 else { throw .cannotStart(errno: errno) }
    for end in ends { prepare(end) }
    return (ends[0], ends[1])
  }

  /// No program that is started inherits it, and nothing waits for it.
  private static func prepare(_ file: Int32) {
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    _ = fcntl(file, F_SETFL, O_NONBLOCK)
  }

  private static func poke(_ file: Int32) {
    var byte: UInt8 = 1
    _ = write(file, &byte, 1)
  }

  private static func drain(_ file: Int32) {
    var buffer = [UInt8](repeating: 0, count: 64)
    while read(file, &buffer, buffer.count) > 0 {}
  }
}
