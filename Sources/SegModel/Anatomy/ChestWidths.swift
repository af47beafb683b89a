import Basics
import ImageOps

/// Widths of chest and heart from the outlines of both lungs, in px.
public struct ChestWidths: Sendable, Hashable {
  /// The thoracic width: the greatest distance, along one row, from the outer border of one lung to that of the other.
  public var thorax: Int
  /// The row of the thoracic width, from 0.
  public var thoraxRow: Int
  /// The cardiac width: the heart's greatest extents to both sides of the midline, added. An estimate, since the lungs' inner borders stand for the
  /// heart's.
  public var heart: Double

  /// The cardiothoracic ratio.
  public var ratio: Double { heart / Double(thorax) }
}

extension LabelImage {
  /// Measures heart and chest from the lung fields, label 1 the patient's right lung (on the image's left) and 2 the left.
  ///
  /// The midline is the mean center of the gap between the lungs over the upper third of the rows that both share. The heart is searched in the lower
  /// half of these rows, but on each side not below the highest point of the lung's lower border beneath the middle third of its columns: below that
  /// the inner border follows the diaphragm. If the lung masks extend behind the heart, its border cannot be measured. O(pixels).
  /// - Throws: `ImageError.noPixels` unless a row holds both lungs, the right one first; `CancellationError`.
  public func chestWidths() throws -> ChestWidths {
    let cancellation = Cancellation.current
    struct Row {
      let row: Int
      /// Columns from the outer border of one lung to that of the other.
      let outer: Range<Int>
      /// The innermost column of each lung.
      let inner: (left: Int, right: Int)
    }
    let rows = try (0..<size.height).compactMap { row throws -> Row? in
      if row & 63 == 0 { try cancellation.check() }
      let line = labels[row * size.width..<(row + 1) * size.width]
      guard let first = line.firstIndex(of: Self.rightLung), let rightInner = line.lastIndex(of: Self.rightLung),
        let leftInner = line.firstIndex(of: Self.leftLung),
        let last = line.lastIndex(of: Self.leftLung), rightInner < leftInner
      else { return nil }
      let base = line.startIndex
      return Row(row: row, outer: first - base..<last - base + 1, inner: (rightInner - base, leftInner - base))
    }
    guard let widest = rows.max(by: { $0.outer.count < $1.outer.count }) else { throw ImageError.noPixels }
    let upper = rows.prefix(max(1, rows.count / 3))
    let midline = upper.reduce(0.0) { $0 + Double($1.inner.left + $1.inner.right) / 2 } / Double(upper.count)
    let lower = rows.suffix(max(1, rows.count / 2))
    func beside(_ label: UInt32, _ extent: (Row) -> Double) throws -> Double {
      let dome = try diaphragmRow(of: label)
      let rows = lower.filter { $0.row <= dome }
      return (rows.isEmpty ? lower.prefix(1) : rows[...]).reduce(0.0) { max($0, extent($1)) }
    }
    let right = try beside(Self.rightLung) { midline - Double($0.inner.left) - 0.5 }
    let left = try beside(Self.leftLung) { Double($0.inner.right) - 0.5 - midline }
    return ChestWidths(thorax: widest.outer.count, thoraxRow: widest.row, heart: right + left)
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
