import Synchronization

/// Lets each note through once a line.
final class NoteFilter: Sendable {
  private let seen = Mutex<Set<String>>([])
  func isNew(_ text: String) -> Bool { seen.withLock { $0.insert(text).inserted } }
  func forget() { seen.withLock { $0 = [] } }
}
