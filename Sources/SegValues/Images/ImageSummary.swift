import Basics
import ImageOps
import SegModel

/// What a lock keeps of an image besides its digest, so that a difference can be said in pixels: masks and labels whole, as runs; images of intensities as
/// means over a grid of cells.
package enum ImageSummary: Equatable {
  /// Labels and how many pixels in raster order carry each; a mask has labels 0 and 1.
  case runs(size: Size, [(label: UInt32, length: Int)])
  /// Row-major means of `side * side` cells at most.
  case cells(size: Size, columns: Int, rows: Int, [Float])

  package static let side = 32
  /// Runs that take more bytes are not kept.
  package static let limit = 96 << 10

  package static func == (a: ImageSummary, b: ImageSummary) -> Bool { a.bytes == b.bytes }

  // MARK: Making

  package init(_ mask: Mask) {
    var runs: [(label: UInt32, length: Int)] = []
    for row in 0..<mask.size.height {
      var column = 0
      while column < mask.size.width {
        let inside = mask[row, column]
        var end = column + 1
        while end < mask.size.width {
          // Whole words of one kind are taken at once.
          if end & 63 == 0, end + 64 <= mask.size.width, mask.words[row * mask.wordsPerRow + end >> 6] == (inside ? ~0 : 0) {
            end += 64
          } else if mask[row, end] == inside {
            end += 1
          } else {
            break
          }
        }
        Self.append(inside ? 1 : 0, end - column, to: &runs)
        column = end
      }
    }
    self = .runs(size: mask.size, runs)
  }

  package init(_ labels: LabelImage) { self.init(size: labels.size) { labels.labels[$0] } }

  /// - Parameter label: of a row-major index.
  package init(size: Size, label: (Int) -> UInt32) {
    var runs: [(label: UInt32, length: Int)] = []
    var start = 0
    while start < size.count {
      let current = label(start)
      var end = start + 1
      while end < size.count, label(end) == current { end += 1 }
      runs.append((current, end - start))
      start = end
    }
    self = .runs(size: size, runs)
  }

  private static func append(_ label: UInt32, _ length: Int, to runs: inout [(label: UInt32, length: Int)]) {
    if runs.last?.label == label { runs[runs.count - 1].length += length } else { runs.append((label, length)) }
  }

  /// - Parameter intensity: of a row-major index.
  package init(meansOf size: Size, intensity: (Int) -> Float) {
    let (columns, rows) = (min(Self.side, size.width), min(Self.side, size.height))
    var sums = [Double](repeating: 0, count: columns * rows)
    var counts = [Int](repeating: 0, count: columns * rows)
    let cellOfColumn = (0..<size.width).map { $0 * columns / size.width }
    for row in 0..<size.height {
      let first = row * rows / size.height * columns
      for column in 0..<size.width {
        let value = intensity(row * size.width + column)
        let cell = first + cellOfColumn[column]
        if value.isFinite { sums[cell] += Double(value) }
        counts[cell] += 1
      }
    }
    self = .cells(size: size, columns: columns, rows: rows, zip(sums, counts).map { Float($0 / Double(max(1, $1))) })
  }

  // MARK: As bytes

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func add(_ number: Int) {
      var rest = UInt64(truncatingIfNeeded: number)
      while rest > 127 {
        bytes.append(UInt8(rest & 127) | 128)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
    switch self {
    case .runs(let size, let runs):
      add(0)
      add(size.width)
      add(size.height)
      for run in runs {
        add(Int(run.label))
        add(run.length)
      }
    case .cells(let size, let columns, let rows, let means):
      add(1)
      add(size.width)
      add(size.height)
      add(columns)
      add(rows)
      for mean in means { withUnsafeBytes(of: mean.bitPattern.littleEndian) { bytes += $0 } }
    }
    return bytes
  }

  /// Base64 of the bytes; nil when they are too many.
  package var text: String? {
    let bytes = bytes
    return bytes.count <= Self.limit ? Base64.text(of: bytes) : nil
  }

  /// Nil for what is no sketch.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.limit * 2, let bytes = Base64.bytes(of: text) else { return nil }
    var rest = bytes[...]
    func number() -> Int? {
      var result: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 35, by: 7) {
        guard let byte = rest.popFirst() else { return nil }
        result |= UInt64(byte & 127) << shift
        if byte < 128 { return Int(result) }
      }
      return nil
    }
    guard let kind = number(), let width = number(), let height = number(), case let size = Size(width: width, height: height), size.isValid
    else { return nil }
    switch kind {
    case 0:
      var runs: [(label: UInt32, length: Int)] = []
      var covered = 0
      while !rest.isEmpty {
        guard let label = number().flatMap(UInt32.init(exactly:)), let length = number(), length > 0, length <= size.count - covered else {
          return nil
        }
        covered += length
        runs.append((label, length))
      }
      guard covered == size.count else { return nil }
      self = .runs(size: size, runs)
    case 1:
      guard let columns = number(), let rows = number(), (1...Self.side).contains(columns), (1...Self.side).contains(rows),
        rest.count == 4 * columns * rows
      else { return nil }
      let stored = Array(rest)
      let means = (0..<columns * rows).map { cell in
        Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(stored[4 * cell + $1]) << UInt32(8 * $1) })
      }
      self = .cells(size: size, columns: columns, rows: rows, means)
    default: return nil
    }
  }
}

/// How two sketches differ.
package struct SummaryDifference: Equatable {
  /// "1,203 px changed (1,203 added, 0 removed), Dice 0.981", for people.
  package let text: String
  /// The same for programs.
  package let figures: [(name: String, value: Double)]

  package static func == (a: SummaryDifference, b: SummaryDifference) -> Bool { a.text == b.text }

  /// Nil where the sketches are of different kinds.
  package init?(from old: ImageSummary, to new: ImageSummary) {
    switch (old, new) {
    case (.runs(let oldSize, let oldRuns), .runs(let size, let runs)):
      guard oldSize == size else {
        self.init(sizes: oldSize, size)
        return
      }
      self.init(oldRuns, runs)
    case (.cells(let oldSize, _, _, let oldMeans), .cells(let size, let columns, let rows, let means)):
      guard oldSize == size, oldMeans.count == means.count else {
        self.init(sizes: oldSize, size)
        return
      }
      self.init(blocks: zip(oldMeans, means).map { abs(Double($0) - Double($1)) }, columns: columns, rows: rows, of: size)
    default: return nil
    }
  }

  private init(text: String, figures: [(name: String, value: Double)]) {
    self.text = text
    self.figures = figures
  }

  /// - Parameter differences: of the blocks' means.
  private init(blocks differences: [Double], columns: Int, rows: Int, of size: Size) {
    let changed = differences.count { $0 > 0 || $0.isNaN }
    let finite = differences.filter { $0.isFinite }
    let largest = finite.max() ?? 0
    let mean = finite.reduce(0, +) / Double(max(1, finite.count))
    let block = differences.firstIndex(of: largest) ?? 0
    func pixels(_ index: Int, of count: Int, in length: Int) -> (first: Int, last: Int) {
      ((index * length + count - 1) / count, ((index + 1) * length + count - 1) / count - 1)
    }
    let row = pixels(block / columns, of: rows, in: size.height)
    let column = pixels(block % columns, of: columns, in: size.width)
    figures = [
      ("blocks_changed", Double(changed)), ("blocks", Double(differences.count)), ("largest_difference", largest),
      ("mean_difference", mean), ("largest_at_row", Double(row.first)), ("largest_at_column", Double(column.first)),
    ]
    guard changed > 0 else {
      text = "the difference is too small to show in the mean intensities of \(columns)x\(rows) blocks"
      return
    }
    text =
      "intensities differ by \(NumberFormat.significant(mean)) on average, most in rows \(row.first)-\(row.last), columns "
      + "\(column.first)-\(column.last): by \(NumberFormat.significant(largest)) (means of \(columns)x\(rows) blocks, "
      + "of which \(changed) differ)"
  }

  private init(sizes old: Size, _ new: Size) { self.init(text: "size \(old) -> \(new)", figures: []) }

  private init(_ old: [(label: UInt32, length: Int)], _ new: [(label: UInt32, length: Int)]) {
    var (first, second) = (old.makeIterator(), new.makeIterator())
    var (a, b) = (first.next(), second.next())
    var (added, removed, changed, both, oldArea, newArea) = (0, 0, 0, 0, 0, 0)
    while let one = a, let other = b {
      let length = min(one.length, other.length)
      if one.label != 0 { oldArea += length }
      if other.label != 0 { newArea += length }
      if one.label == other.label {
        if one.label != 0 { both += length }
      } else {
        changed += length
        if one.label == 0 { added += length } else if other.label == 0 { removed += length }
      }
      a = one.length == length ? first.next() : (one.label, one.length - length)
      b = other.length == length ? second.next() : (other.label, other.length - length)
    }
    let dice = oldArea + newArea == 0 ? 1 : 2 * Double(both) / Double(oldArea + newArea)
    let relabeled = changed - added - removed
    figures = [
      ("pixels_changed", Double(changed)), ("added", Double(added)), ("removed", Double(removed)), ("dice", dice),
    ]
    text =
      "\(NumberFormat.grouped(changed)) px changed (\(NumberFormat.grouped(added)) added, \(NumberFormat.grouped(removed)) removed"
      + (relabeled > 0 ? ", \(NumberFormat.grouped(relabeled)) with a different label" : "") + "), Dice \(NumberFormat.fixed(dice, 4))"
  }
}
