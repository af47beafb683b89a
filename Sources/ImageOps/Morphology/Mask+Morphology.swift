import Basics

/// Binary morphology on 64 pixels at a time, exact for any radius.
///
/// The border rule is scikit-image's (`morphology.erosion` and its kin): outside the image counts as background when dilating and as foreground
/// when eroding, so that the border alone neither adds nor removes pixels. All operations give the same bits for any number of threads, and an
/// empty mask stays empty. O(words · distinct footprint rows).
extension Mask {
  /// Erodes: keeps pixels around which the whole footprint lies inside the mask.
  /// - Throws: `CancellationError`.
  public func eroded(by footprint: Footprint) throws -> Mask {
    var result = self
    if tailBits != ~0 {
      for row in 0..<size.height { result.words[row * wordsPerRow + wordsPerRow - 1] |= ~tailBits }
    }
    result.words = try result.dilatedWords(in: Intersection.self, by: footprint)
    result.clearTails()
    return result
  }

  /// Dilates: adds pixels that the footprint reaches from a pixel inside the mask.
  /// - Throws: `CancellationError`.
  public func dilated(by footprint: Footprint) throws -> Mask {
    var result = self
    result.words = try dilatedWords(in: Union.self, by: footprint.reflected)
    result.clearTails()
    return result
  }

  /// Opens (erosion, then dilation): removes parts that the footprint does not fit into. Idempotent; never adds a pixel.
  /// - Throws: `CancellationError`.
  public func opened(by footprint: Footprint) throws -> Mask {
    try eroded(by: footprint).dilated(by: footprint)
  }

  /// Closes (dilation, then erosion): fills gaps that the footprint does not fit into. Idempotent; never removes a pixel.
  /// - Throws: `CancellationError`.
  public func closed(by footprint: Footprint) throws -> Mask {
    try dilated(by: footprint).eroded(by: footprint)
  }

  /// Computes the morphological gradient, dilation without erosion: the outline, inside and out.
  /// - Throws: `CancellationError`.
  public func morphologicalGradient(by footprint: Footprint) throws -> Mask {
    try dilated(by: footprint).subtracting(eroded(by: footprint))
  }

  /// Computes the top-hat, what opening removes: parts that the footprint does not fit into.
  /// - Throws: `CancellationError`.
  public func topHat(by footprint: Footprint) throws -> Mask {
    try subtracting(opened(by: footprint))
  }

  /// Computes the black-hat, what closing adds: gaps that the footprint does not fit into.
  /// - Throws: `CancellationError`.
  public func blackHat(by footprint: Footprint) throws -> Mask {
    try closed(by: footprint).subtracting(self)
  }

  private func dilatedWords<L: BitLattice>(in lattice: L.Type, by footprint: Footprint) throws -> [UInt64] {
    let (size, wordsPerRow) = (size, wordsPerRow)
    return try words.withUnsafeBufferPointer { input in
      guard let source = input.baseAddress else { return [] }
      return try [UInt64](unsafeUninitializedCapacity: input.count) { output, count in
        guard let target = output.baseAddress else { return }
        try RowDilation<L>.run(source, into: target, stride: wordsPerRow, size: size, by: footprint)
        count = input.count
      }
    }
  }
}
