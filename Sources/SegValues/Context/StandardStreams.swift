import Basics
import SegLang

/// The program's standard input and output, for `load -` and `save -`.
public struct StandardStreams: Sendable {
  /// Why standard input or output cannot be used.
  public enum Problem: Error, Hashable, CustomStringConvertible {
    /// Lines are read from it, or it is not lent to this run.
    case inputHoldsLines
    case inputIsTerminal
    case inputIsEmpty
    case inputTooLarge(limit: Int)
    case unreadable(String)
    case outputIsTerminal
    /// Text or another file was written to it.
    case outputInUse
    case notHere

    public var description: String {
      switch self {
      case .inputHoldsLines:
        "`-` is standard input, from which the commands are read; put them into a script or into -c: segsh -c 'load - | …' < FILE"
      case .inputIsTerminal: "`-` is standard input, which is a terminal; give it a file or a pipe: segsh -c 'load - | …' < FILE"
      case .inputIsEmpty: "standard input is empty"
      case .inputTooLarge(let limit): "standard input is larger than \(limit >> 20) MiB"
      case .unreadable(let reason): "standard input cannot be read: \(reason)"
      case .outputIsTerminal: "`-` is standard output, which is a terminal; redirect it to a file or a pipe: segsh -c '… | save -' > FILE"
      case .outputInUse:
        "something was already written to standard output, and would be mixed with the file; write only one value with `save -`, and print nothing"
      case .notHere: "`-` works with segsh -c and segsh run, where standard input and output are free; name a file here"
      }
    }
  }

  /// All bytes of standard input, the same ones each time.
  public var read: @Sendable (_ limit: Int) throws -> [UInt8]
  /// Writes a file to standard output.
  public var write: @Sendable (_ bytes: [UInt8]) throws -> Void

  public init(read: @escaping @Sendable (_ limit: Int) throws -> [UInt8], write: @escaping @Sendable (_ bytes: [UInt8]) throws -> Void) {
    self.read = read
    self.write = write
  }
}

/// The streams that the program lends; by default none, as at the prompt, in a cohort or in a notebook.
public enum StandardStreamsService: ServiceKey {
  public static var fallback: StandardStreams {
    StandardStreams(read: { _ in throw StandardStreams.Problem.notHere }, write: { _ in throw StandardStreams.Problem.notHere })
  }
}

extension Path {
  /// Whether the path is `-`, which stands for standard input or output.
  package var isStandardStream: Bool { text == "-" }
}
