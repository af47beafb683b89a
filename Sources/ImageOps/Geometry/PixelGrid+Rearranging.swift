/// The line that a picture is mirrored in, by what changes places.
public enum FlipAxis: String, CaseIterable, Hashable, Sendable {
  /// Left and right change places.
  case horizontal
  /// Top and bottom change places.
  case vertical
}

extension PixelGrid {
  /// The part of the picture that starts at a pixel. O(result).
  /// - Throws: `PictureError.outside` unless the rectangle lies inside the picture.
  public func cropped(row: Int, column: Int, size target: Size, polling cancellation: Cancellation = .never) throws -> Self {
    guard target.isValid, row >= 0, column >= 0, target.width <= size.width, target.height <= size.height,
      row <= size.height - target.height, column <= size.width - target.width
    else { throw PictureError.outside(row: row, column: column, size: target, picture: size) }
    return try rearranged(to: target, spacing: spacing, beforeRow: cancellation.checkRow) { ($0 + row) * size.width + $1 + column }
  }

  /// The picture with rows and columns added around it. O(result).
  /// - Throws: `PictureError.invalidParameter` for a negative number of pixels, `PictureError.invalidSize` when the result cannot exist.
  public func padded(
    top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0, with padding: Padding<Pixel>, polling cancellation: Cancellation = .never
  ) throws -> Self {
    for (name, value) in [("top", top), ("bottom", bottom), ("left", left), ("right", right)]
    where !(0...Size.maximumSide).contains(value) {
      throw PictureError.invalidParameter(name: name, value: Double(value), allowed: "0 to \(Size.maximumSide) px")
    }
    let target = Size(width: size.width + left + right, height: size.height + top + bottom)
    guard target.isValid else { throw PictureError.invalidSize(target) }
    let rows = (0..<target.height).map { padding.source(of: $0 - top, count: size.height) }
    let columns = (0..<target.width).map { padding.source(of: $0 - left, count: size.width) }
    let source = elements
    var result = [Pixel](repeating: padding.constant ?? Self.background, count: target.count)
    for (line, row) in rows.enumerated() {
      try cancellation.checkRow(line)
      guard let row else { continue }
      for (place, column) in columns.enumerated() {
        if let column { result[line * target.width + place] = source[row * size.width + column] }
      }
    }
    return replacing(elements: result, size: target, spacing: spacing)
  }

  /// The picture mirrored. O(pixels).
  public func flipped(_ axis: FlipAxis) -> Self { flipped(axis) { _ in } }

  /// The picture mirrored. O(pixels).
  /// - Throws: `CancellationError`.
  public func flipped(_ axis: FlipAxis, polling cancellation: Cancellation) throws -> Self {
    try flipped(axis, beforeRow: cancellation.checkRow)
  }

  private func flipped<Failure: Error>(_ axis: FlipAxis, beforeRow: (Int) throws(Failure) -> Void) throws(Failure) -> Self {
    switch axis {
    case .horizontal: try rearranged(to: size, spacing: spacing, beforeRow: beforeRow) { $0 * size.width + size.width - 1 - $1 }
    case .vertical: try rearranged(to: size, spacing: spacing, beforeRow: beforeRow) { (size.height - 1 - $0) * size.width + $1 }
    }
  }

  /// The picture with rows and columns exchanged. O(pixels).
  public func transposed() -> Self {
    rearranged(to: Size(width: size.height, height: size.width), spacing: spacing.transposed) { $1 * size.width + $0 }
  }

  /// The picture turned counter-clockwise by a multiple of 90°, exactly; negative numbers turn clockwise. O(pixels).
  public func rotated(quarterTurns: Int) -> Self { turned(quarterTurns) { _ in } }

  /// The picture turned counter-clockwise by a multiple of 90°, exactly; negative numbers turn clockwise. O(pixels).
  /// - Throws: `CancellationError`.
  public func rotated(quarterTurns: Int, polling cancellation: Cancellation) throws -> Self {
    try turned(quarterTurns, beforeRow: cancellation.checkRow)
  }

  private func turned<Failure: Error>(_ quarters: Int, beforeRow: (Int) throws(Failure) -> Void) throws(Failure) -> Self {
    let turned = Size(width: size.height, height: size.width)
    let (last, end) = (size.width - 1, size.height - 1)
    return switch quarters & 3 {
    case 1: try rearranged(to: turned, spacing: spacing.transposed, beforeRow: beforeRow) { $1 * size.width + last - $0 }
    case 2: try rearranged(to: size, spacing: spacing, beforeRow: beforeRow) { (end - $0) * size.width + last - $1 }
    case 3: try rearranged(to: turned, spacing: spacing.transposed, beforeRow: beforeRow) { (end - $1) * size.width + $0 }
    default: self
    }
  }

  /// A picture each of whose pixels comes from the index that `source` gives for its row and column.
  func rearranged<Failure: Error>(
    to target: Size, spacing: Spacing, beforeRow: (Int) throws(Failure) -> Void, from source: (Int, Int) -> Int
  ) throws(Failure) -> Self {
    let elements = elements
    var result = [Pixel](repeating: Self.background, count: target.count)
    for row in 0..<target.height {
      try beforeRow(row)
      elements.withUnsafeBufferPointer { elements in
        result.withUnsafeMutableBufferPointer { result in
          for column in 0..<target.width { result[row * target.width + column] = elements[source(row, column)] }
        }
      }
    }
    return replacing(elements: result, size: target, spacing: spacing)
  }

  /// As ``rearranged(to:spacing:beforeRow:from:)`` without a stop.
  func rearranged(to target: Size, spacing: Spacing, from source: (Int, Int) -> Int) -> Self {
    rearranged(to: target, spacing: spacing, beforeRow: { _ in }, from: source)
  }
}

extension Cancellation {
  /// Polls before every sixteenth row.
  func checkRow(_ row: Int) throws {
    if row & 15 == 0 { try check() }
  }
}
