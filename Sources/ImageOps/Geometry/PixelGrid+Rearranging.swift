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
  public func cropped(row: Int, column: Int, size target: Size) throws -> Self {
    guard target.isValid, row >= 0, column >= 0, target.width <= size.width, target.height <= size.height,
      row <= size.height - target.height, column <= size.width - target.width
    else { throw PictureError.outside(row: row, column: column, size: target, picture: size) }
    return rearranged(to: target, spacing: spacing) { ($0 + row) * size.width + $1 + column }
  }

  /// The picture with rows and columns added around it. O(result).
  /// - Throws: `PictureError.invalidParameter` for a negative number of pixels, `PictureError.invalidSize` when the result cannot exist.
  public func padded(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0, with padding: Padding<Pixel>) throws -> Self {
    for (name, value) in [("top", top), ("bottom", bottom), ("left", left), ("right", right)]
    where !(0...Size.maximumSide).contains(value) {
      throw PictureError.invalidParameter(name: name, value: Double(value), allowed: "0 to \(Size.maximumSide) px")
    }
    let target = Size(width: size.width + left + right, height: size.height + top + bottom)
    guard target.isValid else { throw PictureError.invalidSize(target) }
    let rows = (0..<target.height).map { padding.source(of: $0 - top, count: size.height) }
    let columns = (0..<target.width).map { padding.source(of: $0 - left, count: size.width) }
    let source = elements
    var result: [Pixel] = []
    result.reserveCapacity(target.count)
    for row in rows {
      for column in columns {
        if let row, let column {
          result.append(source[row * size.width + column])
        } else if case .constant(let value) = padding {
          result.append(value)
        }
      }
    }
    return replacing(elements: result, size: target, spacing: spacing)
  }

  /// The picture mirrored. O(pixels).
  public func flipped(_ axis: FlipAxis) -> Self {
    switch axis {
    case .horizontal: rearranged(to: size, spacing: spacing) { $0 * size.width + size.width - 1 - $1 }
    case .vertical: rearranged(to: size, spacing: spacing) { (size.height - 1 - $0) * size.width + $1 }
    }
  }

  /// The picture with rows and columns exchanged. O(pixels).
  public func transposed() -> Self {
    rearranged(to: Size(width: size.height, height: size.width), spacing: spacing.transposed) { $1 * size.width + $0 }
  }

  /// The picture turned counter-clockwise by a multiple of 90°, exactly; negative numbers turn clockwise. O(pixels).
  public func rotated(quarterTurns: Int) -> Self {
    let turned = Size(width: size.height, height: size.width)
    return switch quarterTurns & 3 {
    case 1: rearranged(to: turned, spacing: spacing.transposed) { $1 * size.width + size.width - 1 - $0 }
    case 2: rearranged(to: size, spacing: spacing) { (size.height - 1 - $0) * size.width + size.width - 1 - $1 }
    case 3: rearranged(to: turned, spacing: spacing.transposed) { (size.height - 1 - $1) * size.width + $0 }
    default: self
    }
  }

  /// A picture each of whose pixels comes from the index that `source` gives for its row and column.
  func rearranged(to target: Size, spacing: Spacing, from source: (Int, Int) -> Int) -> Self {
    let elements = elements
    let result = [Pixel](unsafeUninitializedCapacity: target.count) { buffer, count in
      elements.withUnsafeBufferPointer { elements in
        for row in 0..<target.height {
          for column in 0..<target.width { buffer[row * target.width + column] = elements[source(row, column)] }
        }
      }
      count = target.count
    }
    return replacing(elements: result, size: target, spacing: spacing)
  }
}
