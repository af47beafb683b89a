import Basics
import Platform
import SegValues
import Synchronization
import Terminal

/// Lends standard input and output to `load -` and `save -`, and keeps text apart from a file that was written there.
final class ProgramStreams: Sendable {
  private struct State {
    var input: [UInt8]?
    var hasText = false
    var hasFile = false
  }
  private let state = Mutex(State())
  /// Whether the lines that run come from standard input.
  private let inputHoldsLines: Bool

  init(inputHoldsLines: Bool) { self.inputHoldsLines = inputHoldsLines }

  var lent: StandardStreams { StandardStreams(read: { try self.read(limit: $0) }, write: { try self.write($0) }) }

  private func read(limit: Int) throws(StandardStreams.Problem) -> [UInt8] {
    if inputHoldsLines { throw .inputHoldsLines }
    if isatty(STDIN_FILENO) == 1 { throw .inputIsTerminal }
    if let known = state.withLock({ $0.input }) { return known }
    var bytes: [UInt8] = []
    while true {
      var code: Int32 = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
        repeat {
          count = Platform.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
        } while count < 0 && errno == EINTR && !Interrupt.isPending
        code = count < 0 ? errno : 0
        count = max(0, count)
      }
      if code != 0 { throw .unreadable(FileError.reason(code)) }
      if chunk.isEmpty { break }
      bytes += chunk
      if bytes.count > limit { throw .inputTooLarge(limit: limit) }
    }
    if bytes.isEmpty { throw .inputIsEmpty }
    state.withLock { $0.input = bytes }
    return bytes
  }

  private func write(_ bytes: [UInt8]) throws(StandardStreams.Problem) {
    if isatty(STDOUT_FILENO) == 1 { throw .outputIsTerminal }
    let isFree = state.withLock { state in
      defer { state.hasFile = true }
      return !state.hasText && !state.hasFile
    }
    guard isFree else { throw .outputInUse }
    Console.shared.write(bytes)
  }

  /// Writes text to standard output, or to standard error once a file was written there.
  func write(text: String) {
    let goesToErrors = state.withLock { state in
      if !state.hasFile { state.hasText = true }
      return state.hasFile
    }
    if goesToErrors { Console.shared.tell(text.hasSuffix("\n") ? String(text.dropLast()) : text) } else { Console.shared.write(text) }
  }
}
