import Basics

/// Dilation (in the sense of a lattice) of an image by a convex footprint that is symmetric about its center.
///
/// An image row, widened to the width of a footprint row, is joined into every output row at that distance. Since widths only grow from the
/// footprint's tip to its center, each widening starts from the one before: n distinct widths cost n steps of two moves, whatever the radius.
/// A square is separable: widening doubles (log₂ r steps), and columns take three joins a pixel at any radius (van Herk 1992, Gil and Werman 1993).
enum RowDilation<L: RowLattice> {
  typealias Element = L.Element

  /// Input and output are row-major with `stride` elements a row, and do not overlap.
  static func run(
    _ input: UnsafePointer<Element>, into output: UnsafeMutablePointer<Element>, stride: Int, size: Size, by footprint: Footprint
  ) throws {
    if let given = footprint.given {
      return try byOffsets(input, into: output, stride: stride, size: size, offsets: given)
    }
    let spans = footprint.spans(in: size)
    if let only = spans.first, spans.count == 1 {
      try separably(input, into: output, stride: stride, size: size, by: only)
    } else {
      try bySpans(input, into: output, stride: stride, size: size, spans: spans)
    }
  }

  /// Output pixel p joins the input pixels p + offset, one row moved sideways at a time.
  private static func byOffsets(
    _ input: UnsafePointer<Element>, into output: UnsafeMutablePointer<Element>, stride: Int, size: Size, offsets: [Footprint.Offset]
  ) throws {
    let cancellation = Cancellation.current
    let offsets = offsets.filter { abs($0.row) < size.height && abs($0.column) < size.width }
    let reach = offsets.reduce(0) { max($0, abs($1.row)) }
    let margin = offsets.reduce(0) { max($0, abs($1.column)) } / L.pixelsPerElement + 2
    nonisolated(unsafe) let input = input
    nonisolated(unsafe) let output = output
    try Parallel.forEachBand(of: size.height, grain: min(max(16, reach), 256)) { band in
      (output + band.lowerBound * stride).update(repeating: L.bottom, count: band.count * stride)
      var line = [Element](repeating: L.bottom, count: stride + 2 * margin)
      try line.withUnsafeMutableBufferPointer { line in
        guard let padded = line.baseAddress.map({ $0 + margin }) else { return }
        for row in max(0, band.lowerBound - reach)..<min(size.height, band.upperBound + reach) {
          try cancellation.check()
          padded.update(from: input + row * stride, count: stride)
          for offset in offsets where band.contains(row - offset.row) {
            L.joinShifted(padded, by: offset.column, into: output + (row - offset.row) * stride, count: stride)
          }
        }
      }
    }
  }

  private static func bySpans(
    _ input: UnsafePointer<Element>, into output: UnsafeMutablePointer<Element>, stride: Int, size: Size, spans: [Footprint.Span]
  ) throws {
    let cancellation = Cancellation.current
    let reach = spans[0].rows.upperBound
    nonisolated(unsafe) let input = input
    nonisolated(unsafe) let output = output
    let grain = min(max(64, 2 * reach), 512)
    try Parallel.forEachBand(of: size.height, grain: grain) { band in
      (output + band.lowerBound * stride).update(repeating: L.bottom, count: band.count * stride)
      var rows = RowPair<L>(count: stride, maximumShift: spans[spans.count - 1].halfWidth)
      for row in max(0, band.lowerBound - reach)..<min(size.height, band.upperBound + reach) {
        if row & 63 == 0 { try cancellation.check() }
        rows.withWidening(of: input + row * stride) { widening in
          for span in spans {
            let widened = widening.reach(span.halfWidth)
            for distance in span.rows {
              if band.contains(row - distance) {
                L.accumulate(widened, into: output + (row - distance) * stride, count: stride)
              }
              if distance > 0 && band.contains(row + distance) {
                L.accumulate(widened, into: output + (row + distance) * stride, count: stride)
              }
            }
          }
        }
      }
    }
  }

  private static func separably(
    _ input: UnsafePointer<Element>, into output: UnsafeMutablePointer<Element>, stride: Int, size: Size, by span: Footprint.Span
  ) throws {
    nonisolated(unsafe) let input = input
    nonisolated(unsafe) let output = output
    try Parallel.forEachBand(of: size.height, grain: 64) { band in
      var rows = RowPair<L>(count: stride, maximumShift: span.halfWidth)
      for row in band {
        rows.withWidening(of: input + row * stride) { $0.reach(span.halfWidth, into: output + row * stride) }
      }
    }
    guard span.rows.upperBound > 0 else { return }
    let reach = span.rows.upperBound
    let bytes = reach > 2048 ? 128 : 1024
    try Parallel.forEachBand(of: stride, grain: bytes / MemoryLayout<Element>.size) { columns in
      joinColumns(output + columns.lowerBound, stride: stride, width: columns.count, height: size.height, reach: reach)
    }
  }

  /// Van Herk's columns, in place. Output row r joins the input rows r - reach ... r + reach: from one block of `window` rows the join of its last
  /// rows, and from the next that of its first rows.
  private static func joinColumns(_ picture: UnsafeMutablePointer<Element>, stride: Int, width: Int, height: Int, reach: Int) {
    let window = 2 * reach + 1
    withUnsafeTemporaryAllocation(of: Element.self, capacity: (2 * window + 1) * width) { scratch in
      guard let base = scratch.baseAddress else { return }
      let prefix = base + 2 * window * width
      var tails = base
      var nextTails = base + window * width

      /// Row i of `target` becomes the join of the block's rows from i on.
      func joinTails(ofBlockAt start: Int, into target: UnsafeMutablePointer<Element>) {
        var later: UnsafeMutablePointer<Element>?
        for step in Swift.stride(from: window - 1, through: 0, by: -1) {
          let (row, source) = (target + step * width, start + step)
          let isInside = source >= 0 && source < height
          if let later, isInside {
            L.join(picture + source * stride, later, into: row, count: width)
          } else if let rest = later.map({ UnsafePointer($0) }) ?? (isInside ? UnsafePointer(picture + source * stride) : nil) {
            row.initialize(from: rest, count: width)
          } else {
            row.initialize(repeating: L.bottom, count: width)
          }
          later = row
        }
      }

      joinTails(ofBlockAt: -reach, into: tails)
      for start in Swift.stride(from: -reach, to: height - reach, by: window) {
        // The outputs below overwrite inputs of the next block, whose tails are therefore taken first.
        joinTails(ofBlockAt: start + window, into: nextTails)
        prefix.initialize(repeating: L.bottom, count: width)
        for step in 0..<min(window, height - start - reach) {
          let entering = start + window + step - 1
          if step > 0 && entering < height { L.accumulate(picture + entering * stride, into: prefix, count: width) }
          L.join(prefix, tails + step * width, into: picture + (start + reach + step) * stride, count: width)
        }
        swap(&tails, &nextTails)
      }
    }
  }
}

/// Two row buffers with room for what lies outside the image; a row is widened from one into the other.
private struct RowPair<L: RowLattice> {
  private var storage: [L.Element]
  private let count: Int
  private let margin: Int

  init(count: Int, maximumShift: Int) {
    self.count = count
    margin = maximumShift / L.pixelsPerElement + 2
    storage = [L.Element](repeating: L.bottom, count: 2 * (count + 2 * margin))
  }

  mutating func withWidening(of row: UnsafePointer<L.Element>, _ body: (inout Widening<L>) -> Void) {
    storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let current = base + margin
      current.update(from: row, count: count)
      var widening = Widening<L>(current: current, spare: current + count + 2 * margin, count: count)
      body(&widening)
    }
  }
}

/// A row joined with itself over ever more columns to both sides.
private struct Widening<L: RowLattice> {
  var current: UnsafeMutablePointer<L.Element>
  var spare: UnsafeMutablePointer<L.Element>
  let count: Int
  private(set) var halfWidth = 0

  init(current: UnsafeMutablePointer<L.Element>, spare: UnsafeMutablePointer<L.Element>, count: Int) {
    self.current = current
    self.spare = spare
    self.count = count
  }

  /// The row widened by this many columns, at least as many as before.
  mutating func reach(_ wanted: Int) -> UnsafePointer<L.Element> {
    while halfWidth < wanted {
      // A shift of one more than the half width still leaves no gap, even where the border cuts the row.
      let shift = min(wanted - halfWidth, halfWidth + 1)
      L.widen(current, into: spare, count: count, by: shift)
      swap(&current, &spare)
      halfWidth += shift
    }
    return UnsafePointer(current)
  }

  /// Writes the row widened by this many columns, at least as many as before.
  mutating func reach(_ wanted: Int, into target: UnsafeMutablePointer<L.Element>) {
    // The last step is one of `shift` columns, as `reach` would take it.
    while halfWidth < wanted, wanted - halfWidth > halfWidth + 1 { _ = reach(2 * halfWidth + 1) }
    if halfWidth < wanted {
      L.widen(current, into: target, count: count, by: wanted - halfWidth)
      halfWidth = wanted
    } else {
      target.update(from: current, count: count)
    }
  }
}
