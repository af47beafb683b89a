import Synchronization

/// Paths and what stands for them in a scratch folder.
final class LockedNames: Sendable {
  private let stored = Mutex<[String: String]>([:])
  var places: [String: String] { stored.withLock { $0 } }

  func place(for path: String, in folder: String) -> String {
    stored.withLock { stored in
      if let known = stored[path] { return known }
      let place = "\(folder)/\(stored.count)"
      stored[path] = place
      return place
    }
  }
}
