import Basics
import Dispatch

/// A batch that another thread draws while the network still learns from the one before.
final class UpcomingBatch: @unchecked Sendable {
  // Sendable: the result is written before the semaphore is raised and read after.
  private let done = DispatchSemaphore(value: 0)
  private var result: Result<TrainingBatch, any Error>?

  init(_ draw: @escaping @Sendable () throws -> TrainingBatch) {
    let work: @Sendable () -> Void = {
      self.result = Result { try draw() }
      self.done.signal()
    }
    if !BackgroundThread.start(work) { work() }
  }

  /// Waits for the batch; to be called once.
  /// - Throws: what drawing threw.
  func value() throws -> TrainingBatch {
    done.wait()
    guard let result else { preconditionFailure("a raised semaphore follows a result") }
    return try result.get()
  }
}
