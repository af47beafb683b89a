extension Mask {
  /// The whole regions (pixels touch at sides and corners) that hold one of the points; a point is the pixel that it lies in, and one outside of the
  /// image or the mask holds none.
  /// - Throws: `CancellationError`.
  public func regions(at points: [FinePoint], polling cancellation: Cancellation = .never) throws -> Mask {
    try reconstructed(from: marker(at: points), connectivity: .eight, polling: cancellation)
  }

  /// The gaps of the mask that hold one of the points: pixels outside of it that are connected at sides, holes among them.
  ///
  /// - Parameter field: the pixels that may belong to a gap; all of them for nil.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  public func gaps(at points: [FinePoint], within field: Mask? = nil, polling cancellation: Cancellation = .never) throws -> Mask {
    var open = inverted()
    if let field { open = try open.intersection(field) }
    return try open.reconstructed(from: marker(at: points), connectivity: .four, polling: cancellation)
  }

  /// Whether a pixel of the mask lies on the border of the image.
  public var touchesBorder: Bool {
    (0..<size.height).contains { row in
      if row == 0 || row == size.height - 1 { return words[row * wordsPerRow..<(row + 1) * wordsPerRow].contains { $0 != 0 } }
      return self[row, 0] || self[row, size.width - 1]
    }
  }

  private func marker(at points: [FinePoint]) -> Mask {
    var marker = Mask(size: size)
    for point in points {
      let half = FinePoint.unit / 2
      let row = (point.row + half).dividedDown(by: FinePoint.unit)
      let column = (point.column + half).dividedDown(by: FinePoint.unit)
      if size.contains(row: row, column: column) { marker[row, column] = true }
    }
    return marker
  }
}
