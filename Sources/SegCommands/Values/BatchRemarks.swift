import ImageOps
import SegLang
import Synchronization

/// What reading the cases of a batch decided or ignored: the first case of each kind is named, the others are counted.
final class BatchRemarks: Sendable {
  private struct Kind {
    let first: String
    var more = 0
  }
  private let kinds = Mutex<[(key: String, kind: Kind)]>([])

  func add(_ remarks: [ReadingRemark], of name: String, _ context: Context) {
    for remark in remarks {
      let text = remark.description
      // Counts differ from case to case.
      let key = String(text.filter { !$0.isNumber })
      let isFirst = kinds.withLock { kinds in
        if let place = kinds.firstIndex(where: { $0.key == key }) {
          kinds[place].kind.more += 1
          return false
        }
        kinds.append((key, Kind(first: text)))
        return true
      }
      if isFirst { context.note("\(name): \(text)") }
    }
  }

  func sumUp(_ context: Context) {
    for (_, kind) in kinds.withLock({ $0 }) where kind.more > 0 {
      context.note("\(kind.more) more case\(kind.more == 1 ? "" : "s"): \(kind.first)")
    }
  }
}
