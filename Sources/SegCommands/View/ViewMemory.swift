import SegLang
import Synchronization

/// What scenes have in common, worked out once: lines, windows and figures of steps, which never change.
public final class ViewMemory: Sendable {
  private let known = Mutex<[String: JSONValue]>([:])

  public init() {}

  func recall(_ key: String, _ make: () throws -> JSONValue) rethrows -> JSONValue {
    if let value = known.withLock({ $0[key] }) { return value }
    let value = try make()
    known.withLock { known in
      if known.count > 4096 { known = [:] }
      known[key] = value
    }
    return value
  }
}
