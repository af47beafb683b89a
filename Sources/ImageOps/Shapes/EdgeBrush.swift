import Basics

extension GrayImage {
  /// Paints with an edge-aware brush along the points: returns the pixels that the brush covers without crossing edges.
  ///
  /// A pixel is covered if it is at most `radius` px (0.5...500) from the line and a path from the line reaches it at a cost of at most 1.1 radii. A
  /// path runs from pixel to pixel under the brush, at sides and corners. A step costs its length times `1 + radius / 4 · max(0, d / t - 1)²`, where
  /// d is the change of intensity (smoothed by a Gaussian of 1 px). The contrast t that costs nothing extra is twice the median change between
  /// neighbors under the brush, and at least 0.1 % of the image's range. On noise alone the whole brush is covered; a step in brightness three times
  /// as high as t stops it. Costs are whole hundredths, so the result does not depend on the order of the work.
  ///
  /// O(pixels under the brush · log). The mask is empty if the line misses the image.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public func edgeStroke(through points: [FinePoint], radius: Double) throws -> Mask {
    guard (0.5...500).contains(radius) else {
      throw ImageError.invalidParameter(name: "radius", value: radius, allowed: "0.5 to 500 px")
    }
    let brush = try Mask(size: size, strokeThrough: points, radius: radius, spacing: spacing)
    let line = try Mask(size: size, strokeThrough: points, radius: min(radius, 0.75))
    guard let box = brush.boundingBox, !line.isEmpty else { return Mask(size: size, spacing: spacing) }
    let smooth = try smoothed(box)
    var reach = EdgeReach(brush: brush, box: box, smooth: smooth, radius: radius, least: 0.001 * (range.upperBound - range.lowerBound))
    return try reach.grow(from: line)
  }

  /// The smoothed intensities of a box; the margin that the filter sees is taken along, so they are those of the whole image.
  private func smoothed(_ box: PixelBox) throws -> [Float] {
    let margin = 5
    let rows = max(0, box.rows.lowerBound - margin)..<min(size.height, box.rows.upperBound + margin)
    let columns = max(0, box.columns.lowerBound - margin)..<min(size.width, box.columns.upperBound + margin)
    let part = Size(width: columns.count, height: rows.count)
    let cut = rows.flatMap { pixels[$0 * size.width + columns.lowerBound..<$0 * size.width + columns.upperBound] }
    let blurred = try cut.gaussianBlurred(part, sigma: (1, 1))
    return box.rows.flatMap { row in
      let start = (row - rows.lowerBound) * part.width + box.columns.lowerBound - columns.lowerBound
      return blurred[start..<start + box.columns.count]
    }
  }
}

/// A rectangle of pixels.
public struct PixelBox: Sendable, Equatable {
  /// The rows, from 0.
  public var rows: Range<Int>
  /// The columns, from 0.
  public var columns: Range<Int>
}

extension Mask {
  /// The smallest box that contains the mask; nil for an empty mask.
  public var boundingBox: PixelBox? {
    var box: PixelBox?
    for row in 0..<size.height {
      let line = words[row * wordsPerRow..<(row + 1) * wordsPerRow]
      guard let first = line.firstIndex(where: { $0 != 0 }), let last = line.lastIndex(where: { $0 != 0 }) else { continue }
      let low = 64 * (first - line.startIndex) + line[first].trailingZeroBitCount
      let high = 64 * (last - line.startIndex) + 64 - line[last].leadingZeroBitCount
      let before = box ?? PixelBox(rows: row..<row, columns: low..<high)
      box = PixelBox(
        rows: before.rows.lowerBound..<row + 1, columns: min(before.columns.lowerBound, low)..<max(before.columns.upperBound, high))
    }
    return box
  }
}

/// Cheapest paths through a brush, by Dijkstra's algorithm with a queue for every cost.
private struct EdgeReach {
  private let brush: Mask
  private let box: PixelBox
  private let smooth: [Float]
  private let radius: Double
  private let limit: Int
  private var contrast: Float = 0

  private var width: Int { box.columns.count }

  init(brush: Mask, box: PixelBox, smooth: [Float], radius: Double, least: Float) {
    (self.brush, self.box, self.smooth, self.radius) = (brush, box, smooth, radius)
    limit = Int((110 * radius).rounded())
    contrast = max(least, 2 * medianChange, .leastNormalMagnitude)
  }

  private func isUnderBrush(_ row: Int, _ column: Int) -> Bool {
    brush[box.rows.lowerBound + row, box.columns.lowerBound + column]
  }

  private var medianChange: Float {
    var changes: [Float] = []
    for row in 0..<box.rows.count {
      for column in 0..<width where isUnderBrush(row, column) {
        let value = smooth[row * width + column]
        if column + 1 < width, isUnderBrush(row, column + 1) { changes.append(abs(value - smooth[row * width + column + 1])) }
        if row + 1 < box.rows.count, isUnderBrush(row + 1, column) { changes.append(abs(value - smooth[(row + 1) * width + column])) }
      }
    }
    let finite = changes.filter(\.isFinite).sorted()
    return finite.isEmpty ? 0 : finite[finite.count / 2]
  }

  private func cost(from: Int, to: Int, isDiagonal: Bool) -> Int {
    let length = isDiagonal ? 141.0 : 100.0
    let excess = max(0, Double(abs(smooth[from] - smooth[to]) / contrast) - 1)
    let cost = length * (1 + radius / 4 * excess * excess)
    // Not-a-number and what is beyond reach alike.
    return cost <= Double(limit) ? Int(cost.rounded()) : limit + 1
  }

  mutating func grow(from line: Mask) throws -> Mask {
    let cancellation = Cancellation.current
    var costs = [Int32](repeating: .max, count: smooth.count)
    var queues = [[Int32]](repeating: [], count: limit + 1)
    for row in 0..<box.rows.count {
      for column in 0..<width where line[box.rows.lowerBound + row, box.columns.lowerBound + column] && isUnderBrush(row, column) {
        costs[row * width + column] = 0
        queues[0].append(Int32(row * width + column))
      }
    }
    var result = Mask(size: brush.size, spacing: brush.spacing)
    for reached in 0...limit {
      if reached & 255 == 0 { try cancellation.check() }
      var next = 0
      while next < queues[reached].count {
        let index = Int(queues[reached][next])
        next += 1
        if next & 0xFFFF == 0 { try cancellation.check() }
        guard Int(costs[index]) == reached else { continue }
        let (row, column) = (index / width, index % width)
        result[box.rows.lowerBound + row, box.columns.lowerBound + column] = true
        for y in max(0, row - 1)...min(box.rows.count - 1, row + 1) {
          for x in max(0, column - 1)...min(width - 1, column + 1) where isUnderBrush(y, x) {
            let neighbor = y * width + x
            let total = reached + cost(from: index, to: neighbor, isDiagonal: y != row && x != column)
            guard neighbor != index, total <= limit, total < Int(costs[neighbor]) else { continue }
            costs[neighbor] = Int32(total)
            queues[total].append(Int32(neighbor))
          }
        }
      }
      queues[reached] = []
    }
    return result
  }
}
