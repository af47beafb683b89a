extension Mask {
  /// Returns the pixels in this mask or the other.
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``.
  public func union(_ other: Mask) throws -> Mask { try combined(with: other) { $0 | $1 } }

  /// Returns the pixels in both masks.
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``.
  public func intersection(_ other: Mask) throws -> Mask { try combined(with: other) { $0 & $1 } }

  /// Returns the pixels in this mask but not in the other.
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``.
  public func subtracting(_ other: Mask) throws -> Mask { try combined(with: other) { $0 & ~$1 } }

  /// Returns the pixels in exactly one of the masks.
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``.
  public func symmetricDifference(_ other: Mask) throws -> Mask { try combined(with: other) { $0 ^ $1 } }

  /// Returns the pixels outside this mask.
  public func inverted() -> Mask {
    var result = self
    for index in result.words.indices { result.words[index] = ~result.words[index] }
    result.clearTails()
    return result
  }

  /// Counts the pixels in both masks.
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``.
  public func intersectionCount(_ other: Mask) throws -> Int {
    try ImageError.requireSameSize(size, other.size)
    return zip(words, other.words).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
  }

  /// The spacing of the receiver stays.
  private func combined(with other: Mask, _ operation: (UInt64, UInt64) -> UInt64) throws -> Mask {
    try ImageError.requireSameSize(size, other.size)
    var result = self
    for index in result.words.indices { result.words[index] = operation(words[index], other.words[index]) }
    return result
  }
}
