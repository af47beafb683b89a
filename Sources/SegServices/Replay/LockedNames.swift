import Synchronization

/// Paths and what stands for them in a scratch folder.
package final class LockedNames: Sendable {
  private let stored = Mutex<[String: String]>([:])
  package var places: [String: String] { stored.withLock { $0 } }

  package func place(for path: String, in folder: String) -> String {
    stored.withLock { stored in
      if let known = stored[path] { return known }
      let place = "\(folder)/\(stored.count)"
      stored[path] = place
      return place
    }
  }
}
