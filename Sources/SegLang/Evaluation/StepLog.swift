import Synchronization

/// A file that a step read or wrote.
public struct StepFile: Sendable {
  /// How a step used a file.
  public enum Role: String, Sendable {
    /// Read as input, read as a model, or written.
    case input, model, output
    /// Found by its name, but not read.
    case listed
  }
  /// How the step used the file.
  public let role: Role
  /// Name of the file in the line.
  public let name: String
  /// Whether the file starts as a DICOM file does.
  public let isDICOM: Bool
  /// Size in bytes.
  public let byteCount: Int
  /// Whether the name is the line's first argument.
  public let isArgument: Bool
  private let digest: @Sendable () -> String?

  /// Creates the record of a file.
  /// - Parameter digest: Computes the SHA-256 of the file on demand; nil when what was read is no longer there.
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

  /// SHA-256 of what was read or written, 64 lowercase hexadecimal digits; nil when the file has been replaced since.
  public var sha256: String? { digest() }
}

/// Collects what a running command reports besides its value: files, notes and resolved parameters. It becomes part of the step.
public final class StepLog: Sendable {
  struct Entries: Sendable {
    var files: [StepFile] = []
    var notes: [String] = []
    var resolved: [(parameter: String, literal: String)] = []
  }

  private let collected = Mutex(Entries())

  /// Creates an empty log.
  public init() {}

  func add(_ change: (inout Entries) -> Void) { collected.withLock { change(&$0) } }

  var entries: Entries { collected.withLock { $0 } }
}
