import Basics
import ImageOps

/// Symmetry of the right and the left lung.
public struct LungSymmetry: Sendable {
  /// The pixels of each lung.
  public let area: (right: Int, left: Int)
  /// The height of each lung in rows, from its first to its last.
  public let height: (right: Int, left: Int)
  /// The smaller area divided by the larger, 0 to 1.
  public var areaRatio: Double { Double(min(area.right, area.left)) / Double(max(area.right, area.left)) }
  /// The smaller height divided by the larger, 0 to 1.
  public var heightRatio: Double { Double(min(height.right, height.left)) / Double(max(height.right, height.left)) }
  /// The Dice coefficient of the right lung and the mirrored left lung, with the vertical axis that maximizes it, 0 to 1.
  public let dice: Double
  /// That axis as a column from 0; a half if it lies between two columns.
  public let axis: Double
  /// Mean intensity of each lung; nil without an image.
  public let mean: (right: Double, left: Double)?
}

extension LabelImage {
  /// Compares the right lung (label 1) with the mirrored left lung (2), and the intensities beneath them. O(pixels + pairs of runs in a row).
  /// - Throws: ``ImageError/noPixels`` if a lung is missing, ``ImageError/sizesDiffer(_:_:)``, `CancellationError`.
  public func lungSymmetry(beneath image: GrayImage? = nil) throws -> LungSymmetry {
    if let image { try ImageError.requireSameSize(size, image.size) }
    let right = try maskInBands(of: Self.rightLung)
    let left = try maskInBands(of: Self.leftLung)
    guard let rightBox = right.boundingBox, let leftBox = left.boundingBox else { throw ImageError.noPixels }
    let (rightArea, leftArea) = (right.count, left.count)
    let overlaps = try right.mirroredOverlaps(with: left)
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
  fileprivate func mirroredOverlaps(with other: Mask) throws -> [Int] {
    let cancellation = Cancellation.current
    let (runs, others) = (try RunTable(of: self), try RunTable(of: other))
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
