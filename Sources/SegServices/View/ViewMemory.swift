import Basics
import ImageOps
import SegLang
import Synchronization

/// What scenes have in common, worked out once: lines, windows, figures and registrations of steps, which never change.
public final class ViewMemory: Sendable {
  private let known = Mutex<[String: JSON]>([:])
  private let registrations = Mutex<[String: Registration]>([:])

  public init() {}

  package func recall(_ key: String, _ make: () throws -> JSON) rethrows -> JSON { try Self.recall(key, in: known, make) }

  /// Takes about a second where it is not known.
  package func registration(_ key: String, _ make: () throws -> Registration) rethrows -> Registration {
    try Self.recall(key, in: registrations, make)
  }

  private static func recall<Item: Sendable>(_ key: String, in known: borrowing Mutex<[String: Item]>, _ make: () throws -> Item) rethrows
    -> Item
  {
    if let value = known.withLock({ $0[key] }) { return value }
    let value = try make()
    known.withLock { known in
      if known.count > 4096 { known = [:] }
      known[key] = value
    }
    return value
  }
}
