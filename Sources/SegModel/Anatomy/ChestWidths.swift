import Basics
import ImageOps

/// Widths of chest and heart, in px. From the outlines of both lungs alone, or better with that of the heart.
public struct ChestWidths: Sendable, Hashable {
  /// The thoracic width: the greatest distance, along one row, from the outer border of one lung to that of the other.
  public var thorax: Int
  /// The row of the thoracic width, from 0.
  public var thoraxRow: Int
  /// The midline, as a column from 0: the mean center of the gap between the lungs over the upper third of the rows that both share.
  public var midline: Double
  /// The heart's greatest extent from the midline to the patient's right and left. An estimate where the lungs' inner borders are used.
  public var heartRight: Double
  public var heartLeft: Double

  /// The cardiac width: both extents added.
  public var heart: Double { heartRight + heartLeft }
  /// The cardiothoracic ratio (C. S. Danzer, 1919).
  public var ratio: Double { heart / Double(thorax) }

  /// Why a ratio from an outlined heart is doubtful.
  public enum Doubt: Sendable, Equatable {
    /// The midline is this share of the thoracic width away from the middle of the chest: the patient may be rotated.
    case rotated(Double)
    /// The heart lies on one side of the midline.
    case oneSided
    /// The heart is wider or narrower than on nearly every X-ray.
    case implausible
  }

  /// The middle of the chest in the row of the thoracic width, as a column.
  var middle: Double

  /// Reasons to doubt the ratio.
  public var doubts: [Doubt] {
    let turn = abs(midline - middle) / Double(thorax)
    return (turn > 0.08 ? [.rotated(turn)] : []) + (heartRight <= 0 || heartLeft <= 0 ? [.oneSided] : [])
      + ((0.3...0.75).contains(ratio) ? [] : [.implausible])
  }
}

extension LabelImage {
  /// Measures heart and chest from the lung fields, label 1 the patient's right lung (on the image's left) and 2 the left.
  ///
  /// The midline is the mean center of the gap between the lungs over the upper third of the rows that both share. The heart is searched in the lower
  /// half of these rows, but on each side not below the highest point of the lung's lower border beneath the middle third of its columns: below that
  /// the inner border follows the diaphragm. If the lung masks extend behind the heart, its border cannot be measured. O(pixels).
  /// - Throws: `ImageError.noPixels` unless a row holds both lungs, the right one first; `CancellationError`.
  public func chestWidths() throws -> ChestWidths {
    let rows = try chestRows()
    var widths = try Self.widths(of: rows)
    let midline = widths.midline
    let lower = rows.suffix(max(1, rows.count / 2))
    func beside(_ label: UInt32, _ extent: (ChestRow) -> Double) throws -> Double {
      let dome = try diaphragmRow(of: label)
      let rows = lower.filter { $0.row <= dome }
      return (rows.isEmpty ? lower.prefix(1) : rows[...]).reduce(0.0) { max($0, extent($1)) }
    }
    widths.heartRight = try beside(Self.rightLung) { midline - Double($0.inner.left) - 0.5 }
    widths.heartLeft = try beside(Self.leftLung) { Double($0.inner.right) - 0.5 - midline }
    return widths
  }

  /// Measures heart and chest from the lung fields and the outline of the heart: the greatest distances from the midline to its right and left
  /// border. O(pixels).
  /// - Throws: `ImageError.noPixels` unless a row holds both lungs, the right one first, and the heart has pixels; `ImageError.sizesDiffer`;
  ///   `CancellationError`.
  public func chestWidths(heart: Mask) throws -> ChestWidths {
    try ImageError.requireSameSize(size, heart.size)
    guard let box = heart.boundingBox else { throw ImageError.noPixels }
    var widths = try Self.widths(of: chestRows())
    widths.heartRight = widths.midline - (Double(box.columns.lowerBound) - 0.5)
    widths.heartLeft = Double(box.columns.upperBound) - 0.5 - widths.midline
    return widths
  }

  /// A row that holds both lungs.
  private struct ChestRow {
    let row: Int
    /// Columns from the outer border of one lung to that of the other.
    let outer: Range<Int>
    /// The innermost column of each lung.
    let inner: (left: Int, right: Int)
  }

  /// The thoracic width and the midline.
  private static func widths(of rows: [ChestRow]) throws -> ChestWidths {
    guard let widest = rows.max(by: { $0.outer.count < $1.outer.count }) else { throw ImageError.noPixels }
    let upper = rows.prefix(max(1, rows.count / 3))
    let midline = upper.reduce(0.0) { $0 + Double($1.inner.left + $1.inner.right) / 2 } / Double(upper.count)
    return ChestWidths(
      thorax: widest.outer.count, thoraxRow: widest.row, midline: midline, heartRight: 0, heartLeft: 0,
      middle: Double(widest.outer.lowerBound + widest.outer.upperBound - 1) / 2)
  }

  private func chestRows() throws -> [ChestRow] {
    let cancellation = Cancellation.current
    return try (0..<size.height).compactMap { row throws -> ChestRow? in
      if row & 63 == 0 { try cancellation.check() }
      let line = labels[row * size.width..<(row + 1) * size.width]
      guard let first = line.firstIndex(of: Self.rightLung), let rightInner = line.lastIndex(of: Self.rightLung),
        let leftInner = line.firstIndex(of: Self.leftLung),
        let last = line.lastIndex(of: Self.leftLung), rightInner < leftInner
      else { return nil }
      let base = line.startIndex
      return ChestRow(row: row, outer: first - base..<last - base + 1, inner: (rightInner - base, leftInner - base))
    }
  }

  /// The highest point of the lower border of a lung, which must be there, beneath the middle third of its columns.
  private func diaphragmRow(of label: UInt32) throws -> Int {
    let cancellation = Cancellation.current
    var lowest = [Int](repeating: -1, count: size.width)
    for row in 0..<size.height {
      if row & 63 == 0 { try cancellation.check() }
      for column in 0..<size.width where labels[row * size.width + column] == label { lowest[column] = row }
    }
    let columns = lowest.indices.filter { lowest[$0] >= 0 }
    let (first, end) = (columns.first ?? 0, (columns.last ?? 0) + 1)
    let third = (end - first) / 3
    return columns.filter { (first + third..<max(first + third + 1, end - third)).contains($0) }.map { lowest[$0] }.min() ?? size.height
  }
}
