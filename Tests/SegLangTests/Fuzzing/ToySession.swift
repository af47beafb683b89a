import SegLang
import Synchronization

/// A session on the toys that collects what it writes and notes.
final class ToySession: Sendable {
  private let lines = Mutex<(written: String, notes: [String])>(("", []))
  let cancelled = Mutex(false)

  var written: String { lines.withLock { $0.written } }
  var notes: [String] { lines.withLock { $0.notes } }

  func session(_ mode: Mode = .prompt) -> Session {
    Session(
      registry: toys,
      host: Host(
        isInteractive: true, isCancelled: { self.cancelled.withLock { $0 } },
        note: { note in self.lines.withLock { $0.notes.append(note) } },
        write: { text in self.lines.withLock { $0.written += text } }), mode: mode)
  }
}
