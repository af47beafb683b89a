import Synchronization

/// A file that a step read or wrote.
public struct StepFile: Sendable {
  public enum Role: String, Sendable {
    case input, model, output
    /// Its name was looked up, and it was not read.
    case listed
  }
  public let role: Role
  /// As the line names it.
  public let name: String
  /// Whether its first bytes are those of a DICOM file.
  public let isDICOM: Bool
  public let byteCount: Int
  /// Whether the line's first argument is the name.
  public let isArgument: Bool
  private let digest: @Sendable () -> String?

  /// - Parameter digest: SHA-256 of the file, asked for when it is needed; nil when what was read is no longer there.
  public init(
    role: Role, name: String, isDICOM: Bool = false, isArgument: Bool = false, byteCount: Int,
    digest: @escaping @Sendable () -> String?
  ) {
    self.role = role
    self.name = name
    self.isDICOM = isDICOM
    self.byteCount = byteCount
    self.isArgument = isArgument
    self.digest = digest
  }

  /// SHA-256 of what was read or written, 64 lowercase hexadecimal digits; nil when the file was replaced before anyone asked.
  public var sha256: String? { digest() }
}

/// What a running command tells of itself besides its value; it becomes part of its step.
public final class StepLog: Sendable {
  struct Entries: Sendable {
    var files: [StepFile] = []
    var notes: [String] = []
    var resolved: [(parameter: String, literal: String)] = []
  }

  private let collected = Mutex(Entries())

  public init() {}

  func add(_ change: (inout Entries) -> Void) { collected.withLock { change(&$0) } }

  var entries: Entries { collected.withLock { $0 } }
}
