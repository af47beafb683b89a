import Basics
import ImageOps
internal import Platform

/// Interpolates probabilities bilinearly to the size of an image and cuts them, row by row, without ever holding them at that size.
///
/// Between two columns of the network's pixels interpolation is linear, so where both ends lie on the same side of a threshold so does all between:
/// only stretches that a boundary crosses are computed pixel by pixel.
struct ProbabilityThreshold {
  let side: Int
  /// Right lung, left lung, opacity; `side * side` each.
  let planes: [Float]
  let thresholds: SegmentationModel.Thresholds

  /// Lung of each pixel, and the words of the opacity mask.
  func masks(at size: Size) throws -> (labels: [UInt32], opacity: [UInt64]) {
    let wordsPerRow = (size.width + 63) / 64
    let columns = Axis(length: size.width, side: side)
    let rows = Axis(length: size.height, side: side)
    var words = [UInt64](repeating: 0, count: wordsPerRow * size.height)
    let labels: [UInt32] = try words.withUnsafeMutableBufferPointer { words in
      // Bands are disjoint rows.
      nonisolated(unsafe) let words = words
      return try Parallel.filled(rows: size.height, of: size.width) { band, labels in
        var lines = [Float](repeating: 0, count: 3 * side)
        for row in band {
          blend(row, rows, into: &lines)
          let start = (row - band.lowerBound) * size.width
          cut(
            lines, columns: columns, labels: UnsafeMutableBufferPointer(rebasing: labels[start..<start + size.width]),
            opacity: UnsafeMutableBufferPointer(rebasing: words[row * wordsPerRow..<(row + 1) * wordsPerRow]))
        }
      }
    }
    return (labels, words)
  }

  /// Where the pixels of one axis lie between the network's pixels.
  struct Axis {
    /// First of the two neighbors, and the weight of the second.
    let first: [Int]
    let weight: [Float]

    init(length: Int, side: Int) {
      let scale = Double(side) / Double(length)
      let places = (0..<length).map { min(max((Double($0) + 0.5) * scale - 0.5, 0), Double(side - 1)) }
      first = places.map { min(Int($0), max(0, side - 2)) }
      weight = zip(places, first).map { Float($0 - Double($1)) }
    }
  }

  /// The lung that has every pixel between two of the network's; nil where a boundary may lie between them.
  @inline(__always)
  private static func commonLabel(right: (Float, Float), left: (Float, Float), from threshold: Float) -> UInt32? {
    if min(right.0, right.1) >= threshold, right.0 >= left.0, right.1 >= left.1 { return LabelImage.rightLung }
    if min(left.0, left.1) >= threshold, left.0 > right.0, left.1 > right.1 { return LabelImage.leftLung }
    return nil
  }

  private func blend(_ row: Int, _ rows: Axis, into lines: inout [Float]) {
    let (first, weight) = (rows.first[row], rows.weight[row])
    let second = min(first + 1, side - 1)
    planes.withUnsafeBufferPointer { planes in
      for channel in 0..<3 {
        let (upper, lower) = ((channel * side + first) * side, (channel * side + second) * side)
        for column in 0..<side {
          lines[channel * side + column] = planes[upper + column] + (planes[lower + column] - planes[upper + column]) * weight
        }
      }
    }
  }

  private func cut(
    _ lines: [Float], columns: Axis, labels: UnsafeMutableBufferPointer<UInt32>, opacity: UnsafeMutableBufferPointer<UInt64>
  ) {
    let (lung, opaque) = (thresholds.lungs, thresholds.opacity)
    let width = labels.count
    lines.withUnsafeBufferPointer { lines in
      var column = 0
      while column < width {
        let cell = columns.first[column]
        var end = column + 1
        while end < width, columns.first[end] == cell { end += 1 }
        let next = min(cell + 1, side - 1)
        let (r0, r1) = (lines[cell], lines[next])
        let (l0, l1) = (lines[side + cell], lines[side + next])
        let (o0, o1) = (lines[2 * side + cell], lines[2 * side + next])
        if max(r0, r1) < lung, max(l0, l1) < lung {
          for index in column..<end { labels[index] = 0 }
        } else if let label = Self.commonLabel(right: (r0, r1), left: (l0, l1), from: lung), min(o0, o1) >= opaque || max(o0, o1) < opaque {
          let isOpaque = o0 >= opaque
          for index in column..<end {
            labels[index] = label
            if isOpaque { opacity[index >> 6] |= 1 << UInt64(index & 63) }
          }
        } else {
          for index in column..<end {
            let weight = columns.weight[index]
            let right = r0 + (r1 - r0) * weight
            let left = l0 + (l1 - l0) * weight
            let label: UInt32 = right >= lung && right >= left ? LabelImage.rightLung : left >= lung ? LabelImage.leftLung : 0
            labels[index] = label
            if label != 0, o0 + (o1 - o0) * weight >= opaque { opacity[index >> 6] |= 1 << UInt64(index & 63) }
          }
        }
        column = end
      }
    }
  }
}
