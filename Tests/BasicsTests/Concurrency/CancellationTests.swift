import Basics
import Dispatch
import Synchronization
import Testing

@Suite("Cancellation")
struct CancellationTests {
  private static let stop = Cancellation { true }

  private static var isStopped: Bool {
    do { try Cancellation.current.check() } catch { return true }
    return false
  }

  @Test func `work that nobody may cancel polls a token that never cancels`() { #expect(!Self.isStopped) }

  @Test func `the innermost token is current, and the outer one again after it`() {
    Cancellation.polling(Self.stop) {
      #expect(Self.isStopped)
      Cancellation.polling(.never) { #expect(!Self.isStopped) }
      #expect(Self.isStopped)
    }
    #expect(!Self.isStopped)
  }

  @Test func `an error ends the token's time`() {
    #expect(throws: CancellationError.self) { try Cancellation.polling(Self.stop) { try Cancellation.current.check() } }
    #expect(!Self.isStopped)
  }

  @Test func `every thread that works for a call polls the token of that call`() throws {
    let polls = Atomic<Int>(0)
    let seen = Mutex<[Bool]>([])
    let token = Cancellation {
      polls.add(1, ordering: .relaxed)
      return false
    }
    try Cancellation.polling(token) {
      try Parallel.forEachBand(of: 64, grain: 1) { _ in
        let before = polls.load(ordering: .relaxed)
        try Parallel.forEachBand(of: 3, grain: 1) { _ in }
        let after = polls.load(ordering: .relaxed)
        seen.withLock { $0.append(after >= before + 3) }
      }
    }
    #expect(seen.withLock { $0 } == [Bool](repeating: true, count: 64))
    let count = polls.load(ordering: .relaxed)
    #expect(count == 64 + 64 * 3)
    // The workers keep nothing of it.
    try Parallel.forEachBand(of: 64, grain: 1) { _ in try Cancellation.current.check() }
    let later = polls.load(ordering: .relaxed)
    #expect(later == count)
  }

  @Test func `a thread started by hand polls no token`() {
    let wasStopped = Atomic<Bool>(true)
    let isDone = DispatchSemaphore(value: 0)
    Cancellation.polling(Self.stop) {
      let hasStarted = BackgroundThread.start {
        wasStopped.store(Self.isStopped, ordering: .relaxed)
        isDone.signal()
      }
      #expect(hasStarted)
    }
    #expect(isDone.wait(timeout: .now() + 60) == .success)
    let result = wasStopped.load(ordering: .relaxed)
    #expect(!result)
  }

  @Test func `a shielded part of canceled work runs to its end`() {
    Cancellation.polling(Self.stop) {
      #expect(throws: CancellationError.self) { try [UInt8](filledWith: 1, count: 100_000) }
      #expect(throws: CancellationError.self) { try [UInt8](copying: [1]) }
      #expect(throws: CancellationError.self) { try [1].inParts { _ in } }
      #expect(throws: Never.self) { try Cancellation.polling(.never) { try [UInt8](filledWith: 1, count: 100_000) } }
    }
  }
}
