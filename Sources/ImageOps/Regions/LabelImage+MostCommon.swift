import Basics

extension LabelImage {
  /// Returns for each label here the most common label of another image among its pixels (the lower if equal). Label 0 is ignored; labels that meet
  /// none are left out. O(pixels).
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``, `CancellationError`.
  public func mostCommon(of other: LabelImage) throws -> [UInt32: UInt32] {
    let cancellation = Cancellation.current
    try ImageError.requireSameSize(size, other.size)
    var counts: [UInt32: [UInt32: Int]] = [:]
    for row in 0..<size.height {
      if row & 15 == 0 { try cancellation.check() }
      let end = (row + 1) * size.width
      var start = row * size.width
      while start < end {
        let (own, found) = (labels[start], other.labels[start])
        var next = start + 1
        while next < end, labels[next] == own, other.labels[next] == found { next += 1 }
        if own != 0, found != 0 { counts[own, default: [:]][found, default: 0] += next - start }
        start = next
      }
    }
    return counts.compactMapValues { found in
      found.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
  }

  /// The pixels with this label, found on several threads.
  package func maskInBands(of label: UInt32) throws -> Mask {
    try labels.withUnsafeBufferPointer { labels in
      nonisolated(unsafe) let labels = labels
      return try Mask(inBands: size, spacing: spacing) { labels[$0] == label }
    }
  }
}
