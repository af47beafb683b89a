import Basics

extension Mask {
  /// Returns the whole regions (8-connected) that contain one of the points. A point selects the pixel that it lies in; a point outside the
  /// image or the mask selects none.
  /// - Throws: `CancellationError`.
  public func regions(at points: [FinePoint]) throws -> Mask {
    try reconstructed(from: marker(at: points), connectivity: .eight)
  }

  /// Returns the gaps of the mask that contain one of the points: 4-connected pixels outside the mask, holes included.
  ///
  /// - Parameter field: The pixels that may belong to a gap; nil for all.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  public func gaps(at points: [FinePoint], within field: Mask? = nil) throws -> Mask {
    var open = inverted()
    if let field { open = try open.intersection(field) }
    return try open.reconstructed(from: marker(at: points), connectivity: .four)
  }

  /// Whether the mask touches the border of the image.
  public var touchesBorder: Bool {
    (0..<size.height).contains { row in
      if row == 0 || row == size.height - 1 { return words[row * wordsPerRow..<(row + 1) * wordsPerRow].contains { $0 != 0 } }
      return self[row, 0] || self[row, size.width - 1]
    }
  }

  /// The pixels of the mask that points lie in.
  func pixels(at points: [FinePoint]) -> Mask {
    var pixels = marker(at: points)
    for (index, word) in words.enumerated() { pixels.words[index] &= word }
    return pixels
  }

  private func marker(at points: [FinePoint]) -> Mask {
    var marker = Mask(size: size, spacing: spacing)
    for point in points {
      let half = FinePoint.unit / 2
      let row = (point.row + half).dividedDown(by: FinePoint.unit)
      let column = (point.column + half).dividedDown(by: FinePoint.unit)
      if size.contains(row: row, column: column) { marker[row, column] = true }
    }
    return marker
  }
}
