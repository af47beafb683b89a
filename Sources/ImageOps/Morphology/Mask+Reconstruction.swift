import Basics

extension Mask {
  /// Reconstructs this mask from a marker: keeps the components that the marker touches.
  ///
  /// Definition: scikit-image `morphology.reconstruction` of masks. O(words + runs).
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``; `CancellationError`.
  public func reconstructed(from marker: Mask, connectivity: Connectivity = .eight) throws
    -> Mask
  {
    try ImageError.requireSameSize(size, marker.size)
    let (words, wordsPerRow) = (marker.words, wordsPerRow)
    return try reconstructed(connectivity: connectivity) { row, columns in
      for word in columns.lowerBound >> 6...(columns.upperBound - 1) >> 6 {
        var bits = words[row * wordsPerRow + word]
        if word == columns.lowerBound >> 6 { bits &= ~0 &<< UInt64(columns.lowerBound & 63) }
        if word == (columns.upperBound - 1) >> 6 { bits &= ~0 &>> UInt64(63 - (columns.upperBound - 1) & 63) }
        if bits != 0 { return true }
      }
      return false
    }
  }

  /// The components with a pixel for whose row-major index the predicate holds.
  func reconstructed(fromWhere isMarker: (Int) -> Bool) throws -> Mask {
    let width = size.width
    return try reconstructed(connectivity: .eight) { row, columns in columns.contains { isMarker(row * width + $0) }
    }
  }

  private func reconstructed(connectivity: Connectivity, _ isMarked: (_ row: Int, _ columns: Range<Int>) -> Bool) throws -> Mask {
    let cancellation = Cancellation.current
    let components = try Components(of: self, connectivity: connectivity)
    var isKept = [Bool](repeating: false, count: components.count)
    for row in 0..<size.height {
      try cancellation.checkRow(row)
      for run in components.runs.runs(inRow: row) where !isKept[Int(components.componentOfRun[run])] {
        isKept[Int(components.componentOfRun[run])] = isMarked(row, components.runs.start(run)..<components.runs.end(run))
      }
    }
    return try keeping(isKept, of: components)
  }
}
