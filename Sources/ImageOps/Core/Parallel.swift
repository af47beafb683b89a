internal import CKernels
import Glibc
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
  /// The threads are the network's, kept awake between calls; inside a band, or while another thread has them, bands run on the calling thread alone.
  public static func forEachBand(
    of count: Int, grain: Int, polling cancellation: Cancellation = .never, _ body: @Sendable (Range<Int>) throws -> Void
  ) throws {
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
    run(bands, workers) { band in
      guard !hasFailed.load(ordering: .relaxed) else { return }
      do {
        try cancellation.check()
        try body(band * step..<min(count, (band + 1) * step))
      } catch {
        failure.withLock { $0 = $0 ?? error }
        hasFailed.store(true, ordering: .relaxed)
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private static func run(_ bands: Int, _ workers: Int, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { context in
        ck_run(
          bands, workers,
          { context, band, _ in context?.assumingMemoryBound(to: (@Sendable (Int) -> Void).self).pointee(band) },
          UnsafeMutableRawPointer(mutating: context))
      }
    }
  }
}
