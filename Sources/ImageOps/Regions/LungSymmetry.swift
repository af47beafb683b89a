/// How alike right and left lung are.
public struct LungSymmetry: Sendable {
  /// Pixels of each lung.
  public let area: (right: Int, left: Int)
  /// Rows from the first to the last of each lung.
  public let height: (right: Int, left: Int)
  /// The lesser area by the greater, 0 to 1.
  public var areaRatio: Double { Double(min(area.right, area.left)) / Double(max(area.right, area.left)) }
  /// The lesser height by the greater, 0 to 1.
  public var heightRatio: Double { Double(min(height.right, height.left)) / Double(max(height.right, height.left)) }
  /// Dice of the right lung and the left one mirrored about the upright axis that makes it greatest, 0 to 1.
  public let dice: Double
  /// That axis, a column counted from 0, a half where it lies between two.
  public let axis: Double
  /// Mean intensity of each lung; nil without an image.
  public let mean: (right: Double, left: Double)?
}

extension LabelImage {
  /// Compares the right lung (label 1) with the mirrored left one (2), and what lies beneath them. O(pixels + pairs of runs in a row).
  /// - Throws: ``ImageError/noPixels`` unless both lungs are there, ``ImageError/sizesDiffer(_:_:)``, `CancellationError`.
  public func lungSymmetry(beneath image: GrayImage? = nil, polling cancellation: Cancellation = .never) throws -> LungSymmetry {
    if let image { try ImageError.requireSameSize(size, image.size) }
    let right = try mask(of: Self.rightLung, polling: cancellation)
    let left = try mask(of: Self.leftLung, polling: cancellation)
    guard let rightBox = right.boundingBox, let leftBox = left.boundingBox else { throw ImageError.noPixels }
    let (rightArea, leftArea) = (right.count, left.count)
    let overlaps = try right.mirroredOverlaps(with: left, polling: cancellation)
    // Of equal ones the leftmost axis.
    let best = overlaps.indices.max { (overlaps[$0], $1) < (overlaps[$1], $0) } ?? 0
    func mean(_ mask: Mask) throws -> Double? { try image?.statistics(within: mask).mean }
    let means = try mean(right).flatMap { one in try mean(left).map { (right: one, left: $0) } }
    return LungSymmetry(
      area: (rightArea, leftArea), height: (rightBox.rows.count, leftBox.rows.count),
      dice: 2 * Double(overlaps[best]) / Double(rightArea + leftArea), axis: Double(best) / 2, mean: means)
  }
}

extension Mask {
  /// How many pixels this mask shares with another one mirrored so that column c comes to lie on s - c, for each s.
  fileprivate func mirroredOverlaps(with other: Mask, polling cancellation: Cancellation) throws -> [Int] {
    let (runs, others) = (try RunTable(of: self, polling: cancellation), try RunTable(of: other, polling: cancellation))
    // The pairs of two runs that have a sum rise by 1, stay, and fall: four changes of the slope.
    var changes = [Int](repeating: 0, count: 2 * size.width + 1)
    for row in 0..<size.height {
      for run in runs.runs(inRow: row) {
        try cancellation.check()
        for mirrored in others.runs(inRow: row) {
          changes[runs.start(run) + others.start(mirrored)] += 1
          changes[runs.start(run) + others.end(mirrored)] -= 1
          changes[runs.end(run) + others.start(mirrored)] -= 1
          changes[runs.end(run) + others.end(mirrored)] += 1
        }
      }
    }
    var (slope, pairs) = (0, 0)
    return changes.map { change in
      slope += change
      pairs += slope
      return pairs
    }
  }
}
