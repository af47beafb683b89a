import Basics

/// Distances between the outlines of two masks, in pixels or millimeters.
///
/// The surface of a mask is its pixels with a 4-neighbor outside; beyond the image is outside. For every surface pixel of one mask the distance to
/// the nearest surface pixel of the other is taken, in both directions. The definitions are MedPy's.
public struct SurfaceDistances: Sendable, Hashable {
  /// The Hausdorff distance: the greatest distance in either direction.
  public var hausdorff: Double
  /// The 95th percentile (linear interpolation) of all distances of both directions together.
  public var hausdorff95: Double
  /// Mean of the two mean distances.
  public var averageSymmetric: Double
  /// Share of both surfaces that lies within the tolerance of the other (the surface Dice of Nikolov et al. 2018).
  public var boundaryDice: Double
  /// Whether distances are in millimeters.
  public var inMillimeters: Bool
}

/// Computes the surface distances of two masks.
///
/// `tolerance` (0 or more, in the same unit) applies to the boundary Dice. Two empty masks have distance 0 and boundary Dice 1; one empty mask has
/// infinite distances. Millimeters use the reference's spacing, or the prediction's if the reference has none. O(pixels of the box around both).
/// - Throws: ``ImageError/sizesDiffer(_:_:)``; ``ImageError/spacingUnknown``; `CancellationError`.
public func surfaceDistances(
  of prediction: Mask, against truth: Mask, inMillimeters: Bool = false, tolerance: Double = 1
) throws -> SurfaceDistances {
  try ImageError.requireSameSize(prediction.size, truth.size)
  let step = try (truth.spacing == .unknown ? prediction : truth).pixelStep(inMillimeters: inMillimeters)
  if prediction.isEmpty || truth.isEmpty {
    let distance = prediction.isEmpty && truth.isEmpty ? 0 : Double.infinity
    return SurfaceDistances(
      hausdorff: distance, hausdorff95: distance, averageSymmetric: distance, boundaryDice: distance == 0 ? 1 : 0,
      inMillimeters: inMillimeters)
  }
  let (ours, theirs) = Mask.cropped(prediction.surface(), truth.surface())
  let there = try distances(from: ours, to: theirs, step: step)
  let back = try distances(from: theirs, to: ours, step: step)
  var (sums, greatest, near): ([Double], Double, Int) = ([], 0, 0)
  for way in [there, back] {
    var sum = 0.0
    try way.inParts { part in
      for distance in way[part] {
        sum += distance
        greatest = max(greatest, distance)
        if distance <= tolerance { near += 1 }
      }
    }
    sums.append(sum / Double(way.count))
  }
  return SurfaceDistances(
    hausdorff: greatest, hausdorff95: try percentile(95, of: [there, back]),
    averageSymmetric: (sums[0] + sums[1]) / 2, boundaryDice: Double(near) / Double(there.count + back.count),
    inMillimeters: inMillimeters)
}

/// For every pixel of the first mask, in raster order, the distance to the nearest pixel of the second.
private func distances(from source: Mask, to target: Mask, step: (row: Double, column: Double)) throws -> [Double] {
  let runs = try RunTable(of: source)
  var offsets = [0]
  for row in 0..<source.size.height { offsets.append(offsets[row] + runs.runs(inRow: row).reduce(0) { $0 + runs.length($1) }) }
  let (rowOffsets, total) = (offsets, offsets[source.size.height])
  return try [Double](unsafeUninitializedCapacity: total) { values, count in
    guard let base = values.baseAddress else { return }
    nonisolated(unsafe) let values = base
    try SquaredDistances(of: target.inverted(), step: step).forEachRow { row, squares in
      var next = rowOffsets[row]
      for run in runs.runs(inRow: row) {
        for column in runs.start(run)..<runs.end(run) {
          values[next] = squares[column].squareRoot()
          next += 1
        }
      }
    }
    count = total
  }
}

private func percentile(_ percent: Double, of parts: [[Double]]) throws -> Double {
  let count = parts.reduce(0) { $0 + $1.count }
  let position = percent / 100 * Double(count - 1)
  let below = Int(position)
  let (low, high) = (
    try value(ofRank: below, in: parts),
    try value(ofRank: min(below + 1, count - 1), in: parts)
  )
  return low + (high - low) * (position - Double(below))
}

/// The value of a rank among distances, found 16 bits at a time: of numbers from 0 on, bits stand in their order.
private func value(ofRank rank: Int, in parts: [[Double]]) throws -> Double {
  var (remaining, known) = (rank, UInt64(0))
  for shift: UInt64 in [48, 32, 16, 0] {
    var counts = [Int](repeating: 0, count: 65_536)
    for values in parts {
      try values.inParts { part in
        for value in values[part] where shift == 48 || value.bitPattern >> (shift + 16) == known {
          counts[Int(value.bitPattern >> shift & 0xFFFF)] += 1
        }
      }
    }
    var digit = 0
    while digit < 65_535, remaining >= counts[digit] {
      remaining -= counts[digit]
      digit += 1
    }
    known = known << 16 | UInt64(digit)
  }
  return Double(bitPattern: known)
}

extension Mask {
  /// Pixels with a neighbor (by an edge) outside, where what lies beyond the image is outside.
  func surface() -> Mask {
    var result = self
    for row in 0..<size.height {
      for index in 0..<wordsPerRow {
        let place = row * wordsPerRow + index
        let word = words[place]
        let left = word << 1 | (index > 0 ? words[place - 1] >> 63 : 0)
        let right = word >> 1 | (index < wordsPerRow - 1 ? words[place + 1] << 63 : 0)
        let above = row > 0 ? words[place - wordsPerRow] : 0
        let below = row < size.height - 1 ? words[place + wordsPerRow] : 0
        result.words[place] = word & ~(left & right & above & below)
      }
    }
    return result
  }

  /// Two masks of one size cut to the rows and whole words around both; at least one must have pixels.
  static func cropped(_ one: Mask, _ other: Mask) -> (Mask, Mask) {
    let (size, wordsPerRow) = (one.size, one.wordsPerRow)
    func isUsed(_ row: Int, _ index: Int) -> Bool { one.words[row * wordsPerRow + index] | other.words[row * wordsPerRow + index] != 0 }
    let rows = (0..<size.height).filter { row in (0..<wordsPerRow).contains { isUsed(row, $0) } }
    let columns = (0..<wordsPerRow).filter { index in (0..<size.height).contains { isUsed($0, index) } }
    guard let top = rows.first, let bottom = rows.last, let first = columns.first, let last = columns.last else { return (one, other) }
    let cut = { (mask: Mask) in
      var result = Mask(size: Size(width: min(size.width, 64 * (last + 1)) - 64 * first, height: bottom - top + 1), spacing: mask.spacing)
      for row in 0..<result.size.height {
        for index in 0..<result.wordsPerRow {
          result.words[row * result.wordsPerRow + index] = mask.words[(row + top) * wordsPerRow + index + first]
        }
      }
      return result
    }
    return (cut(one), cut(other))
  }
}
