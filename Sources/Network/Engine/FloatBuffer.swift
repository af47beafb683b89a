import Basics
internal import Platform

/// A fixed number of contiguous `Float`s, aligned to a cache line, initially zero.
///
/// Reading from several threads at once is safe; writing requires exclusive access. Owners that share a buffer state how they ensure that.
public final class FloatBuffer {
  /// The number of elements.
  public let count: Int
  let base: UnsafeMutablePointer<Float>
  private let storage: Storage

  /// Where the elements come from.
  private enum Storage {
    case heap
    case mapping(start: UnsafeMutableRawPointer, length: Int)
    /// Part of a file, which must not be written to.
    case file(MappedFile)
  }

  /// Alignment in bytes: a cache line, and one vector of the widest unit.
  static let alignment = 64
  /// From this size on, memory is mapped: the kernel zeroes its pages when they are first touched, by the threads that work on them.
  private static let mappedSize = 1 << 17

  /// Allocates a buffer of zeros.
  /// - Parameter count: The number of elements, 0 or more; callers bound it before.
  public init(count: Int) {
    precondition(count >= 0, "a buffer has no negative length")
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    if bytes >= Self.mappedSize {
      let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      if let start, start != MAP_FAILED {
        storage = .mapping(start: start, length: bytes)
        base = start.bindMemory(to: Float.self, capacity: count)
        return
      }
    }
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
    memset(raw, 0, bytes)
    storage = .heap
    base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  /// Floats of a file, in the byte order of the processor, to be read and never written; nil where they would not be aligned or lie beyond its end.
  init?(reading file: MappedFile, at offset: Int, count: Int) {
    let start = file.withBytes { bytes -> UnsafeRawPointer? in
      guard offset >= 0, count > 0, offset <= bytes.count, count <= (bytes.count - offset) / MemoryLayout<Float>.stride else { return nil }
      return bytes.baseAddress?.advanced(by: offset)
    }
    guard let start, UInt(bitPattern: start) % UInt(Self.alignment) == 0 else { return nil }
    self.count = count
    base = UnsafeMutableRawPointer(mutating: start).bindMemory(to: Float.self, capacity: count)
    storage = .file(file)
  }

  deinit {
    switch storage {
    case .heap: UnsafeMutableRawPointer(base).deallocate()
    case .mapping(let start, let length): munmap(start, length)
    case .file: break
    }
  }

  /// Calls `body` with the elements for reading; the pointer is valid only inside `body`.
  public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(start: base, count: count))
  }

  /// Calls `body` with the elements for reading and writing in place; the pointer is valid only inside `body`.
  public func withUnsafeMutableBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeMutableBufferPointer(start: base, count: count))
  }

  /// The elements as an array (a copy); setting replaces all of them.
  /// - Precondition: A new array has `count` elements.
  public var values: [Float] {
    get { Array(UnsafeBufferPointer(start: base, count: count)) }
    set {
      precondition(newValue.count == count, "a buffer keeps its length")
      newValue.withUnsafeBufferPointer { if let source = $0.baseAddress { base.update(from: source, count: count) } }
    }
  }

  func fill(with value: Float) { base.update(repeating: value, count: count) }
}
