import Basics

/// The direction in which an image is mirrored.
public enum FlipAxis: String, CaseIterable, Hashable, Sendable {
  /// Exchanges left and right.
  case horizontal
  /// Exchanges top and bottom.
  case vertical
}

extension PixelGrid {
  /// Crops the image to a rectangle whose top left pixel is given. O(result).
  /// - Throws: `ImageError.outside` unless the rectangle lies inside the image; `CancellationError`.
  public func cropped(row: Int, column: Int, size target: Size) throws -> Self {
    guard target.isValid, row >= 0, column >= 0, target.width <= size.width, target.height <= size.height,
      row <= size.height - target.height, column <= size.width - target.width
    else { throw ImageError.outside(row: row, column: column, size: target, image: size) }
    return try rearranged(to: target, spacing: spacing, first: row * size.width + column, down: size.width, across: 1)
  }

  /// Adds rows and columns around the image. O(result).
  /// - Throws: `ImageError.invalidParameter` for a number of pixels outside 0...65,535, `ImageError.invalidSize` if the result would be too large,
  ///   `CancellationError`.
  public func padded(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0, with padding: Padding<Pixel>) throws -> Self {
    for (name, value) in [("top", top), ("bottom", bottom), ("left", left), ("right", right)]
    where !(0...Size.maximumSide).contains(value) {
      throw ImageError.invalidParameter(name: name, value: Double(value), allowed: "0 to \(Size.maximumSide) px")
    }
    let target = Size(width: size.width + left + right, height: size.height + top + bottom)
    guard target.isValid else { throw ImageError.invalidSize(target) }
    let (width, height) = (size.width, size.height)
    let starts = (0..<target.height).map { padding.source(of: $0 - top, count: height).map { $0 * width } ?? -1 }
    let columns = (0..<target.width).map { padding.source(of: $0 - left, count: width) ?? -1 }
    return try gathered(to: target, spacing: spacing, filler: padding.constant ?? Self.background) { row, part, places in
      for column in part {
        let isInside = starts[row] >= 0 && columns[column] >= 0
        places[column - part.lowerBound] = isInside ? Int32(truncatingIfNeeded: starts[row] + columns[column]) : -1
      }
    }
  }

  /// Mirrors the image. O(pixels).
  /// - Throws: `CancellationError`.
  public func flipped(_ axis: FlipAxis) throws -> Self {
    let (width, height) = (size.width, size.height)
    return switch axis {
    case .horizontal: try rearranged(to: size, spacing: spacing, first: width - 1, down: width, across: -1)
    case .vertical:
      try rearranged(to: size, spacing: spacing, first: (height - 1) * width, down: -width, across: 1)
    }
  }

  /// Exchanges rows and columns. O(pixels).
  /// - Throws: `CancellationError`.
  public func transposed() throws -> Self {
    try rearranged(to: Size(width: size.height, height: size.width), spacing: spacing.transposed, first: 0, down: 1, across: size.width)
  }

  /// Rotates the image counterclockwise by a multiple of 90°, exactly; negative numbers rotate clockwise. O(pixels).
  /// - Throws: `CancellationError`.
  public func rotated(quarterTurns: Int) throws -> Self {
    let (width, height) = (size.width, size.height)
    let turned = Size(width: height, height: width)
    return switch quarterTurns & 3 {
    case 1: try rearranged(to: turned, spacing: spacing.transposed, first: width - 1, down: -1, across: width)
    case 2: try rearranged(to: size, spacing: spacing, first: size.count - 1, down: -width, across: -1)
    case 3:
      try rearranged(to: turned, spacing: spacing.transposed, first: (height - 1) * width, down: 1, across: -width)
    default: self
    }
  }

  /// The pixels from the index `first` on, with steps of the index from row to row and from column to column.
  private func rearranged(to target: Size, spacing: Spacing, first: Int, down: Int, across: Int) throws -> Self {
    try gathered(to: target, spacing: spacing, filler: Self.background) { row, columns, places in
      let start = first + row * down
      for column in columns { places[column - columns.lowerBound] = Int32(truncatingIfNeeded: start + column * across) }
    }
  }
}

extension Cancellation {
  /// Polls before every sixteenth row.
  package func checkRow(_ row: Int) throws {
    if row & 15 == 0 { try check() }
  }
}
