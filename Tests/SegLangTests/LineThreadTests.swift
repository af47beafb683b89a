import Dispatch
import Platform
import SegLang
import Synchronization
import Testing

/// What a stubborn command and its test tell each other.
private final class Gate: Sendable {
  let hasStarted = DispatchSemaphore(value: 0)
  let mayEnd = DispatchSemaphore(value: 0)
  let hasEnded = DispatchSemaphore(value: 0)
  let isAskedToStop = Atomic<Bool>(false)
  /// What its token said at the end.
  let wasTold = Atomic<Bool>(false)
  /// The scheduling policy that its thread had at the end.
  let policy = Atomic<Int32>(-1)
  let written = Mutex("")
}

private enum GateService: ServiceKey {
  static var fallback: Gate { Gate() }
}

/// Listens to nothing until the test lets it go.
private struct StubbornCommand: Command {
  static let category = Category.files
  static let summary = "Waits."
  static let examples = [Example("stubborn", "Waits.")]
  func run(_ context: Context) throws -> Double {
    let gate = context[GateService.self]
    gate.hasStarted.signal()
    gate.mayEnd.wait()
    gate.policy.store(sched_getscheduler(0), ordering: .sequentiallyConsistent)
    gate.wasTold.store(context.isCancelled(), ordering: .sequentiallyConsistent)
    context.write("late")
    gate.hasEnded.signal()
    return 3
  }
}

@Suite("A line that does not stop is left behind")
struct LineThreadTests {
  private let gate = Gate()
  private let session: Session

  init() {
    let gate = gate
    var services = Services()
    services[GateService.self] = gate
    session = Session(
      registry: Registry(commands: [StubbornCommand.self]),
      host: Host(
        isCancelled: { gate.isAskedToStop.load(ordering: .sequentiallyConsistent) },
        write: { text in gate.written.withLock { $0 += text } }, services: services))
    session.patience = .milliseconds(1)
  }

  @Test func `values are as they were, and what comes later is dropped`() {
    #expect(!session.execute("a = 1").hasErrors)
    let gate = gate
    DispatchQueue.global().async {
      gate.hasStarted.wait()
      gate.isAskedToStop.store(true, ordering: .sequentiallyConsistent)
    }
    let outcome = session.execute("a = stubborn")
    #expect(outcome.wasCancelled)
    #expect(session["a"] as? Double == 1)
    #expect(session.history == ["a = 1"])
    gate.isAskedToStop.store(false, ordering: .sequentiallyConsistent)
    #expect(session.execute("b = a + 1").results.first?.value as? Double == 2)
    gate.mayEnd.signal()
    gate.hasEnded.wait()
    let wasTold = gate.wasTold.load(ordering: .sequentiallyConsistent)
    #expect(wasTold, "its token says stop for good")
    let policy = gate.policy.load(ordering: .sequentiallyConsistent)
    #expect(policy == 5, "SCHED_IDLE: it takes no time that others want")
    let written = gate.written.withLock { $0 }
    #expect(written.isEmpty, "it is not heard any more")
    #expect(session["a"] as? Double == 1)
  }

  @Test func `a line that ends in time is as without a thread`() {
    gate.mayEnd.signal()
    let outcome = session.execute("a = stubborn")
    #expect(!outcome.hasErrors)
    #expect(session["a"] as? Double == 3)
    let written = gate.written.withLock { $0 }
    #expect(written == "late")
    let policy = gate.policy.load(ordering: .sequentiallyConsistent)
    #expect(policy != 5)
    #expect(session.execute("1 / 0").diagnostics.map(\.code) == ["E305"])
  }

  @Test func `deep recursion ends in an error on that thread too`() {
    let outcome = session.execute("fn f(n) { return f (n + 1) }\nf 1")
    #expect(outcome.diagnostics.map(\.code) == ["E303"])
  }
}
