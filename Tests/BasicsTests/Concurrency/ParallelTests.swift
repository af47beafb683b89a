import Basics
import Dispatch
import Synchronization
import Testing

@Suite("Parallel work")
struct ParallelTests {
  @Test(arguments: [(0, 1), (1, 1), (7, 3), (1000, 1), (1000, 4096)]) func `bands cover every item once`(count: Int, grain: Int) throws {
    let seen = Mutex([Int](repeating: 0, count: count))
    try Parallel.forEachBand(of: count, grain: grain) { band in
      #expect(band.count <= grain)
      seen.withLock { for index in band { $0[index] += 1 } }
    }
    #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test func `an error stops the other bands and is thrown`() {
    struct Failure: Error {}
    #expect(throws: Failure.self) { try Parallel.forEachBand(of: 100, grain: 1) { if $0.lowerBound == 50 { throw Failure() } } }
    #expect(throws: CancellationError.self) {
      try Cancellation.polling(Cancellation { true }) { try Parallel.forEachBand(of: 100, grain: 1) { _ in } }
    }
  }

  @Test func `a call from inside a band runs on the thread that it comes from`() throws {
    let sum = Atomic<Int>(0)
    try Parallel.forEachBand(of: 8, grain: 1) { outer in
      try Parallel.forEachBand(of: 8, grain: 2) { inner in
        for index in inner { sum.add(outer.lowerBound * index, ordering: .relaxed) }
      }
    }
    #expect(sum.load(ordering: .relaxed) == 28 * 28)
  }

  @Test func `workers are numbered from 0 and do every task once`() {
    let tasks = Mutex<[Int]>([])
    Parallel.run(50, on: 4) { task, worker in
      #expect((0..<4).contains(worker))
      tasks.withLock { $0.append(task) }
    }
    #expect(tasks.withLock { $0.sorted() } == Array(0..<50))
  }

  @Test func `arrays are filled, copied and walked in parts`() throws {
    let filled: [Int] = try Parallel.filled(rows: 300, of: 7, grain: 11) { rows, memory in
      for (offset, row) in rows.enumerated() { for column in 0..<7 { memory[offset * 7 + column] = row * 7 + column } }
    }
    #expect(filled == Array(0..<2100))
    #expect(try [Int](copying: filled) == filled)
    #expect(try [UInt8](filledWith: 3, count: 100_000) == [UInt8](repeating: 3, count: 100_000))
    var seen = 0
    try [UInt8](repeating: 0, count: 600_000).inParts { seen += $0.count }
    #expect(seen == 600_000)
  }

  @Test func `a background thread runs its task`() {
    let isDone = DispatchSemaphore(value: 0)
    #expect(BackgroundThread.start { isDone.signal() })
    #expect(isDone.wait(timeout: .now() + 60) == .success)
  }

  @Test func `a shortage names what needs the memory`() {
    let text = MemoryShortage(bytes: 1610 << 20, left: 410 << 20, subject: "9x9 pixels").description
    #expect(text.hasPrefix("9x9 pixels need up to 1.6 GiB of memory, but only 410 MiB is free: "))
    #expect(MemoryShortage(bytes: 1 << 30, left: 0).description.hasPrefix("this needs up to 1 GiB"))
    #expect(MemoryBudget.shortage(of: 200 << 20, left: { 100 << 20 }) == MemoryShortage(bytes: 200 << 20, left: 100 << 20))
  }
}
