import Synchronization

/// Limits on steps, time and memory for running untrusted text. A run that exceeds one stops as if by Ctrl-C, which no `try` catches.
public final class RunBudget: Sendable {
  /// A limit that a run can exceed.
  public enum Bound: Hashable, Sendable { case steps, time, memory }

  /// The values of the limits.
  public struct Limits: Hashable, Sendable {
    /// Statements, expressions and commands that may be evaluated; large texts and lists count several times.
    public var steps: Int
    /// Wall-clock time in seconds.
    public var seconds: Int
    /// Bytes of memory that the process may use in addition to what it used at the start.
    public var bytes: Int

    /// Creates limits.
    public init(steps: Int, seconds: Int, bytes: Int) { (self.steps, self.seconds, self.bytes) = (steps, seconds, bytes) }
  }

  /// The limits of the run.
  public let limits: Limits
  private let deadline: ContinuousClock.Instant
  private let resident: @Sendable () -> Int
  private let residentLimit: Int
  private let spent = Atomic<Int>(0)
  private let bound = Mutex<Bound?>(nil)

  /// Creates a budget and starts its clock.
  /// - Parameter resident: Returns the memory that the process holds, in bytes.
  public init(_ limits: Limits, resident: @escaping @Sendable () -> Int) {
    self.limits = limits
    self.resident = resident
    deadline = .now + .seconds(limits.seconds)
    residentLimit = resident() + limits.bytes
  }

  /// The limit that was exceeded first; nil when none was.
  public var exceeded: Bound? { bound.withLock { $0 } }

  /// Whether a limit was exceeded; also checks the time. Cheap enough to poll once per band of rows.
  public var isExceeded: Bool {
    if exceeded != nil { return true }
    if ContinuousClock.now > deadline { exceed(.time) }
    return exceeded != nil
  }

  private func exceed(_ found: Bound) { bound.withLock { $0 = $0 ?? found } }

  /// Counts steps; memory and time are looked at every 1024 of them.
  /// - Returns: Whether all bounds hold.
  func spend(_ steps: Int) -> Bool {
    let (before, after) = spent.add(steps, ordering: .relaxed)
    if after > limits.steps { exceed(.steps) }
    if before >> 10 != after >> 10, resident() > residentLimit { exceed(.memory) }
    return before >> 10 != after >> 10 ? !isExceeded : exceeded == nil
  }
}

extension Evaluator {
  /// Counts a step against the budget, where there is one.
  /// - Throws: `Diagnostic` with `Problem.cancelled`.
  func spend(_ steps: Int, _ span: Span) throws {
    if let budget = host.budget, !budget.spend(steps) { throw problem(.cancelled, span) }
  }

  func spend(_ span: Span) throws { try spend(1, span) }

  /// Counts a value that was made by its size: a list of a million items takes as much as many small ones.
  func spend(on value: any Value, _ span: Span) throws {
    guard host.budget != nil else { return }
    let size =
      (value as? String).map { $0.utf8.count >> 10 } ?? ((value as? List)?.extent ?? (value as? Record)?.extent).map { $0.count >> 4 }
    if let size, size > 0 { try spend(size, span) }
  }
}
