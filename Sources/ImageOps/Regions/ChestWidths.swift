/// Widths of the chest that the outlines of both lungs tell, in px.
public struct ChestWidths: Sendable, Hashable {
  /// The greatest distance, along one row, from the outer border of one lung to that of the other.
  public var thorax: Int
  public var thoraxRow: Int
  /// The heart's greatest extents to both sides of the midline between the lungs, added: an estimate, since the lungs' inner borders stand for the heart's.
  public var heart: Double

  /// The cardiothoracic ratio.
  public var ratio: Double { heart / Double(thorax) }
}

extension LabelImage {
  /// Widths of heart and chest from the lungs, label 1 the patient's right lung (on the left of the picture) and 2 the left.
  ///
  /// The midline is the mean middle of the gap between the lungs over the upper third of the rows that both share; the heart is looked for in the lower
  /// half of these rows. O(pixels).
  /// - Throws: `PictureError.noPixels` unless a row holds both lungs, the right one first.
  public func chestWidths(polling cancellation: Cancellation = .never) throws -> ChestWidths {
    struct Row {
      let row: Int
      let outer: Range<Int>
      let inner: (left: Int, right: Int)
    }
    let rows = try (0..<size.height).compactMap { row throws -> Row? in
      if row & 63 == 0 { try cancellation.check() }
      let line = labels[row * size.width..<(row + 1) * size.width]
      guard let first = line.firstIndex(of: 1), let rightInner = line.lastIndex(of: 1), let leftInner = line.firstIndex(of: 2),
        let last = line.lastIndex(of: 2), rightInner < leftInner
      else { return nil }
      let base = line.startIndex
      return Row(row: row, outer: first - base..<last - base + 1, inner: (rightInner - base, leftInner - base))
    }
    guard let widest = rows.max(by: { $0.outer.count < $1.outer.count }) else { throw PictureError.noPixels }
    let upper = rows.prefix(max(1, rows.count / 3))
    let midline = upper.reduce(0.0) { $0 + Double($1.inner.left + $1.inner.right) / 2 } / Double(upper.count)
    let lower = rows.suffix(max(1, rows.count / 2))
    let right = lower.reduce(0.0) { max($0, midline - Double($1.inner.left) - 0.5) }
    let left = lower.reduce(0.0) { max($0, Double($1.inner.right) - 0.5 - midline) }
    return ChestWidths(thorax: widest.outer.count, thoraxRow: widest.row, heart: right + left)
  }
}
