import Synchronization

/// Notes about the items of a batch: the first of each kind names its item, the others are counted. Notes that differ in numbers alone are of one kind.
public final class RepeatedNotes: Sendable {
  private struct Kind {
    let first: String
    var more = 0
  }
  private let kinds = Mutex<[(key: String, kind: Kind)]>([])
  private let note: @Sendable (String) -> Void

  public init(note: @escaping @Sendable (String) -> Void) { self.note = note }

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

  /// Notes how many more items each kind concerns.
  public func sumUp() {
    for (_, kind) in kinds.withLock({ $0 }) where kind.more > 0 {
      note("\(kind.more) more case\(kind.more == 1 ? "" : "s"): \(kind.first)")
    }
  }
}

/// A value that says what reading its file decided, changed or left out.
public protocol ReadFromFile: Value {
  var readingNotes: [String] { get }
}
