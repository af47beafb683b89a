extension Parallel {
  /// Creates an array of `rows` rows of `length` elements, whose bands of rows are filled by several threads.
  ///
  /// `body` receives the rows of its band (`grain` rows, or as many as hold 32,768 elements) and the uninitialized memory of these rows; it must
  /// write every element.
  /// - Throws: What `body` throws, `CancellationError`, ``MemoryShortage``.
  @inlinable
  public static func filled<Element: BitwiseCopyable & Sendable>(
    rows: Int, of length: Int, grain: Int? = nil,
    _ body: @Sendable (Range<Int>, UnsafeMutableBufferPointer<Element>) throws -> Void
  ) throws -> [Element] {
    try MemoryBudget.require(rows * length * MemoryLayout<Element>.stride)
    return try [Element](unsafeUninitializedCapacity: rows * length) { buffer, count in
      LargePages.prefer(buffer.baseAddress, bytes: buffer.count * MemoryLayout<Element>.stride)
      // Bands are disjoint, so no two threads share an element.
      nonisolated(unsafe) let memory = buffer
      try forEachBand(of: rows, grain: grain ?? max(1, 32_768 / max(1, length))) { band in
        try body(band, UnsafeMutableBufferPointer(rebasing: memory[band.lowerBound * length..<band.upperBound * length]))
      }
      count = rows * length
    }
  }
}
