import Basics

/// What an operation needs beside its operands: the inner loops, the threads, and scratch memory that is kept from call to call.
///
/// Belongs to one network and is used by one caller at a time.
final class Workspace {
  let instructionSet: InstructionSet
  let kernels: Kernels
  /// How often memory was taken; it stays as it is once a network has run on an input of some size.
  private(set) var allocations = 0
  private var scratch = FloatBuffer(count: 0)
  /// Workers that the scratch memory last handed out is for; the number of threads may be changed by others at any time.
  private var scratchWorkers = Parallel.workerLimit
  private var shared = FloatBuffer(count: 0)
  private var packed = FloatBuffer(count: 0)

  init(_ set: InstructionSet? = nil) {
    let wanted = set ?? .current
    instructionSet = wanted.kernels == nil ? .portable : wanted
    guard let chosen = instructionSet.kernels else { preconditionFailure("the portable kernels are always there") }
    kernels = chosen
  }

  /// A new buffer, counted.
  func newBuffer(_ count: Int) -> FloatBuffer {
    allocations += 1
    return FloatBuffer(count: count)
  }

  var threadCount: Int { min(Parallel.threadCount, Parallel.workerLimit) }

  /// Calls `body` for each task on several threads. Any worker may do any task, so a task's result must not depend on it.
  func run(_ tasks: Int, _ body: (_ task: Int, _ worker: Int) -> Void) {
    Parallel.run(tasks, on: min(threadCount, scratchWorkers), body)
  }

  /// Scratch memory of `count` floats for each worker; valid until the next call. Contents are undefined.
  func workerScratch(_ count: Int) -> (Int) -> UnsafeMutablePointer<Float> {
    let stride = (count + 31) / 16 * 16
    scratchWorkers = threadCount
    if scratch.count < stride * scratchWorkers { scratch = newBuffer(stride * scratchWorkers) }
    let base = scratch.base
    return { base + $0 * stride }
  }

  /// Scratch memory of `count` floats for all workers together; valid until the next call. Contents are undefined.
  func sharedScratch(_ count: Int) -> UnsafeMutablePointer<Float> {
    if shared.count < count { shared = newBuffer(count) }
    return shared.base
  }

  /// Memory for one layer's packed weights or sums; valid until the next call. Contents are undefined.
  func packedScratch(_ count: Int) -> FloatBuffer {
    if packed.count < count { packed = newBuffer(count) }
    return packed
  }
}
