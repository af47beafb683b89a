internal import CWorkers
internal import Platform
import Synchronization

/// Runs work on several cores. The size of the bands does not depend on the number of threads, so results do not either.
public enum Parallel {
  private static let threads = Atomic<Int>(0)
  private static let coreCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// The number of threads that operations and networks use; at least 1. Default: the number of cores.
  public static var threadCount: Int {
    get {
      let value = threads.load(ordering: .relaxed)
      return value > 0 ? value : coreCount
    }
    set { threads.store(max(1, newValue), ordering: .relaxed) }
  }

  /// Runs `body` on consecutive ranges of at most `grain` items that cover 0..<count; the first error is rethrown once all threads have stopped.
  ///
  /// The threads are kept awake between calls and shared with ``run(_:on:_:)``; inside a band, or while another thread has them, bands run on the
  /// calling thread alone. The current cancellation is polled before each band, and is current for `body` on every thread.
  public static func forEachBand(of count: Int, grain: Int, _ body: @Sendable (Range<Int>) throws -> Void) throws {
    let cancellation = Cancellation.current
    let step = max(1, grain)
    let bands = (max(0, count) + step - 1) / step
    let workers = min(threadCount, bands)
    guard workers > 1 else {
      for band in 0..<bands {
        try cancellation.check()
        try body(band * step..<min(count, (band + 1) * step))
      }
      return
    }
    let hasFailed = Atomic<Bool>(false)
    let failure = Mutex<(any Error)?>(nil)
    run(bands, on: workers) { band, worker in
      guard !hasFailed.load(ordering: .relaxed) else { return }
      do {
        try cancellation.check()
        let items = band * step..<min(count, (band + 1) * step)
        // Worker 0 is the calling thread.
        if worker == 0 { try body(items) } else { try Cancellation.polling(cancellation) { try body(items) } }
      } catch {
        failure.withLock { $0 = $0 ?? error }
        hasFailed.store(true, ordering: .relaxed)
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// The most workers that ``run(_:on:_:)`` uses.
  public static let workerLimit = Int(CW_MAX_WORKERS)

  /// Calls `body` for each task on at most so many threads, the calling one among them. Any worker (0..<`workers`) may do any task, so a task's
  /// result must not depend on it. The current cancellation is not handed on to the workers.
  public static func run(_ tasks: Int, on workers: Int, _ body: (_ task: Int, _ worker: Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { context in
        cw_run(
          tasks, workers,
          { context, task, worker in context?.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee(task, worker) },
          UnsafeMutableRawPointer(mutating: context))
      }
    }
  }
}
