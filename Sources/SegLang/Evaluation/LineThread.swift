import Dispatch
internal import Platform
import Synchronization

/// A thread for one line, so that who asked to stop need not wait for what does not listen: a library that decodes a file, a sort, a long line of words.
///
/// Operations poll and stop by themselves. What does not within a while is left behind: it goes on unheard, its token says stop for good, its
/// result is dropped, it gets only the time of the processor that nothing else wants, and nothing that it had begun to write comes into being, since what has an effect asks the token first.
final class LineThread: Sendable {
  private static let stackSize = 16 << 20
  /// What the line sees of the world: silent once it is left behind.
  let host: Host
  private let isStopping: @Sendable () -> Bool
  private let left: Left

  private final class Left: Sendable {
    let isTrue = Atomic<Bool>(false)
  }

  init(_ host: Host) {
    let left = Left()
    var heard = host
    func ifHeard<each T>(_ tell: @escaping @Sendable (repeat each T) -> Void) -> @Sendable (repeat each T) -> Void {
      { (argument: repeat each T) in if !left.isTrue.load(ordering: .relaxed) { tell(repeat each argument) } }
    }
    heard.isCancelled = { left.isTrue.load(ordering: .relaxed) || host.isCancelled() }
    heard.note = ifHeard(host.note)
    heard.log = host.log.map { ifHeard($0) }
    heard.write = ifHeard(host.write)
    heard.draw = host.draw.map { ifHeard($0) }
    heard.progress = ifHeard(host.progress)
    heard.begins = ifHeard(host.begins)
    self.host = heard
    self.left = left
    isStopping = host.isCancelled
  }

  /// What the thread is to do, and how it went.
  ///
  /// Guard of `@unchecked Sendable`: the thread alone touches both until it signals, and who waits touches the error only after that.
  private final class Work: @unchecked Sendable {
    let body: () throws -> Void
    var error: (any Error)?
    let isDone = DispatchSemaphore(value: 0)
    init(_ body: @escaping () throws -> Void) { self.body = body }
  }

  /// Runs a line to its end, or until it is left behind; here and now without patience.
  /// - Throws: what the line throws; `Diagnostic` with `Problem.cancelled` for one that is left behind.
  func run(patience: Duration?, at tree: SyntaxTree, _ body: @escaping () throws -> Void) throws {
    guard let patience else { return try body() }
    let work = Work(body)
    guard let thread = start(work) else { return try body() }
    defer { pthread_detach(thread) }
    var asked: ContinuousClock.Instant?
    while work.isDone.wait(timeout: .now() + .milliseconds(10)) == .timedOut {
      guard isStopping() else { continue }
      guard let first = asked else {
        asked = .now
        continue
      }
      if .now - first >= patience {
        left.isTrue.store(true, ordering: .relaxed)
        var parameters = sched_param()
        pthread_setschedparam(thread, Self.idlePolicy, &parameters)
        throw Diagnostic(.cancelled, at: tree.statements.first?.span ?? Span(at: 0), in: tree.source)
      }
    }
    if let error = work.error { throw error }
  }

  /// Linux' `SCHED_IDLE`, which the module map hides.
  private static let idlePolicy: Int32 = 5

  /// The thread, which is to be detached; nil when there can be none.
  private func start(_ work: Work) -> pthread_t? {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return nil }
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, Self.stackSize)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(work)
    let status = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
        do { try work.body() } catch { work.error = error }
        work.isDone.signal()
        return nil
      }, context.toOpaque())
    if status != 0 { context.release() }
    return status == 0 ? thread : nil
  }
}
