import Basics

/// The connection file that a Jupyter client writes for a kernel: where to listen, and the key of signatures.
public struct KernelConnection: Sendable, Equatable {
  let shell: String
  let control: String
  let publishing: String
  let input: String
  let heartbeat: String
  /// Empty: messages are not signed.
  let key: [UInt8]

  /// Why a connection file cannot be used.
  public enum Problem: Error, CustomStringConvertible, Sendable, Equatable {
    case unreadable(String, String)
    case missing(String, String)
    case unsupported(String, String)

    public var description: String {
      switch self {
      case .unreadable(let path, let reason): "\(path) cannot be read as a connection file: \(reason)"
      case .missing(let path, let key): "\(path) has no valid `\(key)`; a Jupyter client writes this file and starts the kernel"
      case .unsupported(let path, let what): "\(path) asks for \(what), which this kernel does not support"
      }
    }
  }

  private static let limit = 1 << 20

  /// Reads a connection file.
  /// - Throws: `Problem`.
  public init(path: String) throws(Problem) {
    let json: JSON
    do { json = try JSON(parsing: WholeFile.read(path, limit: Self.limit)) } catch { throw .unreadable(path, "\(error)") }
    func text(_ key: String) throws(Problem) -> String {
      guard let text = json[key]?.stringValue, !text.isEmpty, !text.utf8.contains(0) else { throw .missing(path, key) }
      return text
    }
    let (transport, ip) = (try text("transport"), try text("ip"))
    guard transport == "tcp" || transport == "ipc" else { throw .unsupported(path, "the transport `\(transport)`") }
    func address(_ name: String) throws(Problem) -> String {
      guard let port = json["\(name)_port"]?.integerValue, (1...65_535).contains(port) else { throw .missing(path, "\(name)_port") }
      return transport == "tcp" ? "tcp://\(ip):\(port)" : "ipc://\(ip)-\(port)"
    }
    shell = try address("shell")
    control = try address("control")
    publishing = try address("iopub")
    input = try address("stdin")
    heartbeat = try address("hb")
    key = Array((json["key"]?.stringValue ?? "").utf8)
    let scheme = json["signature_scheme"]?.stringValue ?? "hmac-sha256"
    if !key.isEmpty, scheme != "hmac-sha256" { throw .unsupported(path, "the signature scheme `\(scheme)`") }
  }
}
