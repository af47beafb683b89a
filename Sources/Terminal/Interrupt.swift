import Basics
internal import Platform
import Synchronization

/// Ctrl-C while something runs: the handler only counts, and every operation polls the count once per band of rows.
package enum Interrupt {
  private static let count = Atomic<Int>(0)
  private static let limit = Atomic<Int>(2)

  /// Catches SIGINT from now on.
  /// - Parameter patience: how many it takes to end the process at once, for an operation that does not listen: 2, or 3 at the prompt.
  package static func install(isInteractive: Bool, patience: Int? = nil) {
    limit.store(patience ?? (isInteractive ? 3 : 2), ordering: .relaxed)
    count.store(0, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      let count = Interrupt.count.wrappingAdd(1, ordering: .relaxed).newValue
      if count >= Interrupt.limit.load(ordering: .relaxed) { _exit(ExitStatus.interrupted.rawValue) }
    }
    sigaction(SIGINT, &action, nil)
    // A parent may have started the program with the signal blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether the user asked to stop since `reset`.
  package static var isPending: Bool { count.load(ordering: .relaxed) > 0 }

  /// Runs `body`, whose operations stop once the user asked to stop.
  package static func polled<T>(_ body: () throws -> T) rethrows -> T { try Cancellation.polling(Cancellation { isPending }, body) }

  /// Asks to stop, as Ctrl-C does.
  package static func request() { count.wrappingAdd(1, ordering: .relaxed) }

  package static func reset() { count.store(0, ordering: .relaxed) }
}
