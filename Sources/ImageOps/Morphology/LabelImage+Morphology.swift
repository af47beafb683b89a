import Basics

/// Morphology of each label as a separate mask, in ascending order. Labels grow into background only; if two labels reach the same pixel, the lower
/// one takes it. The outside of the image is ignored.
///
/// O(area of the labels' boxes).
extension LabelImage {
  /// Erodes each label: keeps the pixels around which the footprint lies inside the label.
  /// - Throws: `CancellationError`.
  public func eroded(by footprint: Footprint) throws -> LabelImage {
    try changed(by: footprint) { try $0.eroded(by: footprint) }
  }

  /// Dilates each label into background only, never into other labels.
  /// - Throws: `CancellationError`.
  public func dilated(by footprint: Footprint) throws -> LabelImage {
    try changed(by: footprint) { try $0.dilated(by: footprint) }
  }

  /// Opens each label: removes parts that the footprint does not fit into.
  /// - Throws: `CancellationError`.
  public func opened(by footprint: Footprint) throws -> LabelImage {
    try changed(by: footprint) { try $0.opened(by: footprint) }
  }

  /// Closes each label: fills gaps of background that the footprint does not fit into.
  /// - Throws: `CancellationError`.
  public func closed(by footprint: Footprint) throws -> LabelImage {
    try changed(by: footprint) { try $0.closed(by: footprint) }
  }

  private func changed(by footprint: Footprint, _ change: (Mask) throws -> Mask) throws -> LabelImage {
    let cancellation = Cancellation.current
    let reach = footprint.offsetReach
    var result = try [UInt32](copying: labels)
    for (label, box) in try boxes().sorted(by: { $0.key < $1.key }) {
      try cancellation.check()
      // Twice the reach, so that a closing finds at its rim what it would find in the whole image.
      let rows = max(0, box.rows.lowerBound - 2 * reach)..<min(size.height, box.rows.upperBound + 2 * reach)
      let columns = max(0, box.columns.lowerBound - 2 * reach)..<min(size.width, box.columns.upperBound + 2 * reach)
      let part = Size(width: columns.count, height: rows.count)
      let whole = try labels.withUnsafeBufferPointer { labels in
        nonisolated(unsafe) let labels = labels
        let (first, width) = (rows.lowerBound * size.width + columns.lowerBound, size.width)
        return try Mask(inBands: part, spacing: .unknown) {
          labels[first + $0 / part.width * width + $0 % part.width] == label
        }
      }
      let changed = try change(whole)
      for row in rows {
        if row & 63 == 0 { try cancellation.check() }
        for column in columns {
          let place = row * size.width + column
          let isInside = changed[row - rows.lowerBound, column - columns.lowerBound]
          if labels[place] == label {
            if !isInside { result[place] = 0 }
          } else if isInside, labels[place] == 0, result[place] == 0 {
            result[place] = label
          }
        }
      }
    }
    return LabelImage(size: size, labels: result, names: names, spacing: spacing)
  }

  /// The box around each label but 0.
  private func boxes() throws -> [UInt32: (rows: Range<Int>, columns: Range<Int>)] {
    let cancellation = Cancellation.current
    var boxes: [UInt32: (rows: Range<Int>, columns: Range<Int>)] = [:]
    for row in 0..<size.height {
      if row & 63 == 0 { try cancellation.check() }
      var column = 0
      while column < size.width {
        let label = labels[row * size.width + column]
        let start = column
        while column < size.width, labels[row * size.width + column] == label { column += 1 }
        guard label != 0 else { continue }
        let box = boxes[label] ?? (row..<row + 1, start..<column)
        boxes[label] = (
          box.rows.lowerBound..<row + 1, min(box.columns.lowerBound, start)..<max(box.columns.upperBound, column)
        )
      }
    }
    return boxes
  }
}

extension Footprint {
  /// How far the footprint reaches in any direction, in px.
  fileprivate var offsetReach: Int { given.map { $0.reduce(0) { max($0, abs($1.row), abs($1.column)) } } ?? reach }
}
