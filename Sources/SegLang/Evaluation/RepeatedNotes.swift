import Synchronization

/// Collapses repeated notes about the items of a batch: the first note of a kind names its item, later ones are only counted. Notes that
/// differ only in digits are of one kind.
public final class RepeatedNotes: Sendable {
  private struct Kind {
    let first: String
    var more = 0
  }
  private let kinds = Mutex<[(key: String, kind: Kind)]>([])
  private let note: @Sendable (String) -> Void

  /// Creates a collector that shows its notes through `note`.
  public init(note: @escaping @Sendable (String) -> Void) { self.note = note }

  /// Adds the notes of an item and shows those of a new kind at once.
  public func add(_ notes: [String], of name: String) {
    for text in notes {
      let key = String(text.filter { !$0.isNumber })
      let isFirst = kinds.withLock { kinds in
        if let place = kinds.firstIndex(where: { $0.key == key }) {
          kinds[place].kind.more += 1
          return false
        }
        kinds.append((key, Kind(first: text)))
        return true
      }
      if isFirst { note("\(name): \(text)") }
    }
  }

  /// Shows for each kind how many more notes were counted.
  public func sumUp() {
    for (_, kind) in kinds.withLock({ $0 }) where kind.more > 0 {
      note("\(kind.more) more case\(kind.more == 1 ? "" : "s"): \(kind.first)")
    }
  }
}

/// A value that reports what reading its file decided, changed or left out.
public protocol ReadFromFile: Value {
  /// Notes about the file; empty when there is nothing to report.
  var readingNotes: [String] { get }
}
