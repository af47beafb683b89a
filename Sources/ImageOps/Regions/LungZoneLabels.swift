import Basics

extension LabelImage {
  /// Names of the six lung zones, labels 1 to 6: thirds of the right lung from the top (A, B, C) and of the left (D, E, F).
  public static let zoneNames: [UInt32: String] = [1: "A", 2: "B", 3: "C", 4: "D", 5: "E", 6: "F"]

  /// Divides the right (label 1) and the left lung (2) into zones: three bands of equal height between each lung's first and last row.
  ///
  /// Without lungs the result is empty. O(pixels).
  /// - Throws: `CancellationError`.
  public func lungZones(polling cancellation: Cancellation = .never) throws -> LabelImage {
    let width = size.width
    var zones = [UInt32](repeating: 0, count: size.count)
    for (first, label) in [(1, Self.rightLung), (4, Self.leftLung)] {
      guard let rows = try mask(of: label, polling: cancellation).boundingBox?.rows else { continue }
      for row in rows {
        if row & 63 == 0 { try cancellation.check() }
        let zone = UInt32(first + (row - rows.lowerBound) * 3 / rows.count)
        for pixel in row * width..<(row + 1) * width where labels[pixel] == label { zones[pixel] = zone }
      }
    }
    return LabelImage(size: size, labels: zones, names: Self.zoneNames, spacing: spacing)
  }

  /// Returns for each label here the most common label of another image among its pixels (the lower if equal). Label 0 is ignored; labels that meet
  /// none are left out. O(pixels).
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``, `CancellationError`.
  public func mostCommon(of other: LabelImage, polling cancellation: Cancellation = .never) throws -> [UInt32: UInt32] {
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
  func mask(of label: UInt32, polling cancellation: Cancellation) throws -> Mask {
    try labels.withUnsafeBufferPointer { labels in
      nonisolated(unsafe) let labels = labels
      return try Mask(size: size, spacing: spacing, polling: cancellation) { labels[$0] == label }
    }
  }
}
