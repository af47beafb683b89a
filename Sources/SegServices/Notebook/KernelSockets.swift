import Basics
internal import CZeroMQ
internal import Platform
import Synchronization

/// The five sockets of a kernel. Each is used by one thread at a time: the shell by the main thread, control and heartbeat by one each, and publishing,
/// which several need, under a lock.
final class KernelSockets: @unchecked Sendable {
  // Guarded: `publishing` by `lock`; the others are each touched by one thread, named above.
  private let context: UnsafeMutableRawPointer
  private let shell: UnsafeMutableRawPointer
  private let control: UnsafeMutableRawPointer
  private let input: UnsafeMutableRawPointer
  private let heartbeat: UnsafeMutableRawPointer
  private let publishing: UnsafeMutableRawPointer
  private let lock = Mutex(())

  /// The largest part of a message that is received.
  private static let limit: Int64 = 64 << 20
  /// Parts of a message that are kept; a message has identities, seven parts, and buffers that nothing here uses.
  private static let partLimit = 64

  /// A socket that messages come from.
  enum Channel { case shell, control, heartbeat }

  /// Why the kernel cannot listen.
  enum Problem: Error, CustomStringConvertible {
    case notInstalled
    case cannotBind(String, String)

    var description: String {
      switch self {
      case .notInstalled: "ZeroMQ is not installed, which notebooks need (libzmq.so.5; on Debian: apt install libzmq5)"
      case .cannotBind(let address, let reason): "cannot listen at \(address): \(reason)"
      }
    }
  }

  static var isAvailable: Bool { czeromq_load() == 0 }

  init(_ connection: KernelConnection) throws(Problem) {
    guard Self.isAvailable else { throw .notInstalled }
    guard let context = czeromq_context() else { throw .cannotBind("ZeroMQ", String(cString: czeromq_error())) }
    func bind(_ type: Int, _ address: String) throws(Problem) -> UnsafeMutableRawPointer {
      guard let socket = czeromq_bind(context, Int32(type), address, Self.limit) else {
        throw .cannotBind(address, String(cString: czeromq_error()))
      }
      return socket
    }
    self.context = context
    shell = try bind(czeromq_router, connection.shell)
    control = try bind(czeromq_router, connection.control)
    input = try bind(czeromq_router, connection.input)
    heartbeat = try bind(czeromq_rep, connection.heartbeat)
    publishing = try bind(czeromq_pub, connection.publishing)
  }

  private func socket(_ channel: Channel) -> UnsafeMutableRawPointer {
    switch channel {
    case .shell: shell
    case .control: control
    case .heartbeat: heartbeat
    }
  }

  /// Whether a message waits; false after the time or a signal.
  func waits(on channel: Channel, milliseconds: Int) -> Bool {
    var sockets: [UnsafeMutableRawPointer?] = [socket(channel)]
    return czeromq_wait(&sockets, 1, milliseconds) > 0
  }

  /// The parts of the next message; nil where none waits.
  func receive(from channel: Channel) -> [[UInt8]]? {
    var parts: [[UInt8]] = []
    var more: Int32 = 1
    while more != 0 {
      var bytes: UnsafeMutablePointer<UInt8>?
      var count = 0
      guard czeromq_receive(socket(channel), &bytes, &count, &more) == 0 else { return nil }
      defer { czeromq_free(bytes) }
      if parts.count < Self.partLimit { parts.append(Array(UnsafeBufferPointer(start: bytes, count: count))) }
    }
    return parts
  }

  func send(_ parts: [[UInt8]], to channel: Channel) { Self.send(parts, over: socket(channel)) }

  /// Sends to all who listen.
  func publish(_ parts: [[UInt8]]) { lock.withLock { _ in Self.send(parts, over: publishing) } }

  private static func send(_ parts: [[UInt8]], over socket: UnsafeMutableRawPointer) {
    for (index, part) in parts.enumerated() where czeromq_send(socket, part, part.count, index + 1 < parts.count ? 1 : 0) != 0 { return }
  }

  /// Closes what the main thread and its helpers have stopped using, after sending what is left for up to a second.
  func close() {
    for socket in [shell, control, input, heartbeat, publishing] { czeromq_close(socket) }
    czeromq_end(context)
  }
}
