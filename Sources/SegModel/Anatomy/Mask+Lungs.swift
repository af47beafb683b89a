import Basics
import ImageOps

extension Mask {
  /// Splits a mask of both lungs into right and left: label 1 is the patient's right lung (on the image's left), 2 the left.
  ///
  /// The cut is the path from top to bottom, through the middle half of the mask, that crosses the fewest pixels of the mask. A component with more
  /// than 90 % of its pixels on one side goes to that side whole; one that spans both (lungs that touch) is cut. A mask that is much taller than wide
  /// and that the path would cut holds one lung, on the side of the image where its centroid lies.
  ///
  /// For frontal views. An empty mask yields no label. O(pixels).
  /// - Throws: `CancellationError`.
  public func splitIntoLungs() throws -> LabelImage {
    let cancellation = Cancellation.current
    let components = try Components(of: self, connectivity: .eight)
    guard let frame = try LungFrame(of: components) else {
      return LabelImage(
        size: size, labels: try [UInt32](filledWith: 0, count: size.count), names: LabelImage.lungNames,
        spacing: spacing)
    }
    let seam = try LungSeam(through: self, within: frame).columns
    var leftOfSeam = [Int](repeating: 0, count: components.count)
    var columnSum = 0
    for row in 0..<size.height {
      try cancellation.checkRow(row)
      for run in components.runs.runs(inRow: row) {
        let (start, end) = (components.runs.start(run), components.runs.end(run))
        leftOfSeam[Int(components.componentOfRun[run])] += max(0, min(end, seam[row]) - start)
        columnSum += (start + end - 1) * (end - start) / 2
      }
    }
    let sides = zip(leftOfSeam, components.areas).map { Side(leftShare: Double($0) / Double($1)) }
    let isLone = sides.contains(.both) && Double(frame.columns.count) < 0.75 * Double(frame.rows.count)
    let loneLabel = columnSum * 2 < (size.width - 1) * count ? LabelImage.rightLung : LabelImage.leftLung
    var labels = try [UInt32](filledWith: 0, count: size.count)
    for row in 0..<size.height {
      try cancellation.checkRow(row)
      for run in components.runs.runs(inRow: row) {
        let (start, end) = (components.runs.start(run), components.runs.end(run))
        let cut =
          switch sides[Int(components.componentOfRun[run])] {
          case .left: end
          case .right: start
          case .both: min(max(seam[row], start), end)
          }
        for column in start..<end {
          labels[row * size.width + column] = isLone ? loneLabel : column < cut ? LabelImage.rightLung : LabelImage.leftLung
        }
      }
    }
    return LabelImage(size: size, labels: labels, names: LabelImage.lungNames, spacing: spacing)
  }

  private enum Side {
    case left, right, both

    init(leftShare: Double) { self = leftShare > 0.9 ? .left : leftShare < 0.1 ? .right : .both }
  }
}

/// The box around the components that are not mere specks.
private struct LungFrame {
  let rows: Range<Int>
  let columns: Range<Int>

  init?(of components: Components) throws {
    guard let largest = components.areas.max() else { return nil }
    var (rows, columns) = (Int.max..<Int.max, Int.max..<Int.max)
    try components.forEachRun(of: components.areas.map { 20 * $0 >= largest }) { row, run in
      rows = min(rows.lowerBound, row)..<row + 1
      columns =
        min(columns.lowerBound, run.lowerBound)..<(columns.lowerBound == .max ? run.upperBound : max(columns.upperBound, run.upperBound))
    }
    self.rows = rows
    self.columns = columns
  }
}

/// The cheapest path from top to bottom, one column aside a row at most: dynamic programming over the middle half of the frame.
private struct LungSeam {
  /// In each row the first column to the right of the path.
  let columns: [Int]

  init(through mask: Mask, within frame: LungFrame) throws {
    let cancellation = Cancellation.current
    let quarter = frame.columns.count / 4
    let first = frame.columns.lowerBound + quarter
    let width = max(1, frame.columns.count - 2 * quarter)
    let middle = width / 2
    // Crossing a pixel of the mask outweighs any walk through background, where the middle is preferred.
    let crossing = 4096
    var costs = [Int](repeating: 0, count: width)
    var moves = [Int8](repeating: 0, count: width * frame.rows.count)
    for (index, row) in frame.rows.enumerated() {
      if row & 63 == 0 { try cancellation.check() }
      var next = costs
      for column in 0..<width {
        var best = costs[column]
        for move in [-1, 1] where (0..<width).contains(column + move) && costs[column + move] < best {
          best = costs[column + move]
          moves[index * width + column] = Int8(move)
        }
        next[column] = best + (mask[row, first + column] ? crossing : 16 * abs(column - middle) / width)
      }
      costs = next
    }
    var column = costs.indices.min { (costs[$0], abs($0 - middle)) < (costs[$1], abs($1 - middle)) } ?? middle
    var columns = [Int](repeating: first + column, count: mask.size.height)
    for index in stride(from: frame.rows.count - 1, through: 0, by: -1) {
      columns[frame.rows.lowerBound + index] = first + column
      column += Int(moves[index * width + column])
    }
    for row in 0..<frame.rows.lowerBound { columns[row] = columns[frame.rows.lowerBound] }
    self.columns = columns
  }
}
