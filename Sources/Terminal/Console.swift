import Basics
internal import Platform
import Synchronization

/// Writes data to standard output and everything else to standard error, one whole text at a time, from any thread.
///
/// What is drawn for the moment on standard error (a spinner, a bar) is erased before anything else is written.
package final class Console: Sendable {
  package static let shared = Console()

  private struct State {
    var transient = ""
    var receiver: (@Sendable (_ text: String, _ isMessage: Bool) -> Void)?
  }
  private let state = Mutex(State())
  private let terminal = Terminal.current

  /// Hands everything that is written from now on to a receiver, such as a notebook, in place of the standard streams. Nothing is drawn for the moment.
  package func redirect(to receiver: @escaping @Sendable (_ text: String, _ isMessage: Bool) -> Void) {
    state.withLock { $0.receiver = receiver }
  }

  /// Data: goes to standard output, as it is unless that is a terminal.
  package func write(_ text: String) { write(drawn: terminal.outputIsTerminal ? TerminalText.cleaned(text) : text) }

  /// As `write`, for text with escape sequences of the program's own; parts of it that were read from elsewhere are cleaned.
  package func write(drawn text: String) {
    let text = SystemPath.shown(text)
    if let receiver { return receiver(text, false) }
    state.withLock { state in
      erase(&state)
      Self.put(terminal.outputIsTerminal ? terminal.shown(text) : text, on: STDOUT_FILENO)
    }
  }

  /// A file: its bytes go to standard output as they are.
  package func write(_ bytes: [UInt8]) {
    state.withLock { state in
      erase(&state)
      bytes.withUnsafeBufferPointer { Self.put($0, on: STDOUT_FILENO) }
    }
  }

  /// A message: goes to standard error, with a line feed behind it.
  package func tell(_ text: String) { tell(drawn: terminal.errorIsTerminal ? TerminalText.cleaned(text) : text) }

  /// As `tell`, for text with escape sequences of the program's own; parts of it that were read from elsewhere are cleaned.
  package func tell(drawn text: String) {
    let text = SystemPath.shown(text)
    if let receiver { return receiver(text + "\n", true) }
    state.withLock { state in
      erase(&state)
      Self.put(terminal.shown(text) + "\n", on: STDERR_FILENO)
    }
  }

  private var receiver: (@Sendable (String, Bool) -> Void)? { state.withLock { $0.receiver } }

  /// Draws one line on standard error that the next output, or an empty text, erases. Only for terminals that move their cursor.
  package func show(transient text: String) {
    let text = TerminalText.cleaned(text)
    state.withLock { state in
      guard state.receiver == nil, text != state.transient else { return }
      erase(&state)
      if !text.isEmpty { Self.put(terminal.shown(text), on: STDERR_FILENO) }
      state.transient = text
    }
  }

  /// Starts the line again that the terminal itself may have written to.
  package func eraseLine() {
    state.withLock { state in
      state.transient = ""
      guard state.receiver == nil else { return }
      if terminal.movesCursor {
        Self.put("\r\u{1B}[K", on: STDERR_FILENO)
      } else if terminal.errorIsTerminal {
        Self.put("\n", on: STDERR_FILENO)
      }
    }
  }

  private func erase(_ state: inout State) {
    guard !state.transient.isEmpty else { return }
    Self.put("\r\u{1B}[K", on: STDERR_FILENO)
    state.transient = ""
  }

  private static func put(_ text: String, on stream: Int32) {
    var text = text
    text.withUTF8 { put($0, on: stream) }
  }

  private static func put(_ bytes: UnsafeBufferPointer<UInt8>, on stream: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Platform.write(stream, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno == EPIPE {
        _exit(ExitStatus.brokenPipe.rawValue)
      } else if errno != EINTR && errno != EAGAIN {
        guard stream == STDOUT_FILENO else { return }
        // Data that does not arrive must not look like success.
        let reason = String(cString: strerror(errno))
        put("error: cannot write to standard output: \(reason)\n", on: STDERR_FILENO)
        _exit(ExitStatus.runtimeError.rawValue)
      }
    }
  }
}
