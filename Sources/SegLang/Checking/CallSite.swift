import Synchronization

/// The place of a call in a text. It keeps what the call was resolved to last, so that a loop does not resolve it in each iteration.
final class CallSite: Sendable {
  private let kept = Mutex<Resolution?>(nil)

  /// What the call was resolved to; nil before the first time.
  var resolution: Resolution? {
    get { kept.withLock { $0 } }
    set { kept.withLock { $0 = newValue } }
  }
}

/// A call with its slots filled, and the types that it was resolved for. Other types need another resolution.
struct Resolution: Sendable {
  let callee: Callee
  let call: Call
  /// Nil for a function.
  let signature: Signature?
  let key: Key
  /// The variables that were looked up, with the types that they had.
  let variables: [(name: String, type: ObjectIdentifier?)]

  /// What a call depends on besides the variables in its arguments.
  struct Key: Equatable, Sendable {
    /// The run, with the modules that it uses so far.
    let run: RunMark
    /// Type of the piped value.
    let piped: ObjectIdentifier?
    /// The number of the result that is `it`; nil where a line cannot leave its input out.
    let it: Int?
  }

  /// Collects the variables that a resolver asks for.
  final class Lookups {
    private(set) var variables: [(name: String, type: ObjectIdentifier?)] = []

    func add(_ name: String, _ type: ObjectIdentifier?) {
      if !variables.contains(where: { $0.name == name }) { variables.append((name, type)) }
    }
  }
}

/// Identifies one run of an evaluator.
final class RunMark: Equatable, Sendable {
  static func == (a: RunMark, b: RunMark) -> Bool { a === b }
}
