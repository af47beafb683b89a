import Basics
import ImageOps
import SegLang

extension Mask {
  /// Number of regions; pixels touch at sides and corners.
  package var regionCount: Int { (try? Cancellation.polling(.never) { try componentCount() }) ?? 0 }

  /// First and one past the last row and column inside; nil for an empty mask.
  package var bounds: (rows: Range<Int>, columns: Range<Int>)? { boundingBox.map { ($0.rows, $0.columns) } }

  /// Mean row and column; nil for an empty mask.
  package var centroid: (row: Double, column: Double)? {
    var (count, rows, columns) = (0, 0, 0)
    for row in 0..<size.height {
      for word in 0..<wordsPerRow {
        var bits = words[row * wordsPerRow + word]
        let inside = bits.nonzeroBitCount
        count += inside
        rows += inside * row
        while bits != 0 {
          columns += 64 * word + bits.trailingZeroBitCount
          bits &= bits - 1
        }
      }
    }
    return count == 0 ? nil : (Double(rows) / Double(count), Double(columns) / Double(count))
  }

  package var centroidRecord: Record? { centroid.map { Record([("row", $0.row), ("column", $0.column)]) } }

  package var boundingBoxRecord: Record? {
    bounds.map { box in
      Record([
        ("row", Double(box.rows.lowerBound)), ("column", Double(box.columns.lowerBound)), ("height", Double(box.rows.count)),
        ("width", Double(box.columns.count)),
      ])
    }
  }
}
