internal import Platform

extension GrayImage {
  /// Samples intensities along a straight line, both ends in rows and columns from 0: one sample per pixel, bilinear; 0 beyond the image.
  ///
  /// One sample at the start and one per pixel of length, rounded up. Definition: scikit-image `measure.profile_line` of width 1.
  /// - Throws: `ImageError.invalidParameter` for a line longer than 200 000 px or a place that is not a number.
  public func profile(from start: (row: Double, column: Double), to end: (row: Double, column: Double)) throws -> [Float] {
    let (down, across) = (end.row - start.row, end.column - start.column)
    let length = hypot(down, across)
    guard length.isFinite, length <= 200_000 else {
      throw ImageError.invalidParameter(name: "length", value: length, allowed: "0 to 200000 px")
    }
    let count = Int((length + 1).rounded(.up))
    return (0..<count).map { step in
      let part = count > 1 ? Double(step) / Double(count - 1) : 0
      return sample(row: start.row + down * part, column: start.column + across * part)
    }
  }

  private func sample(row: Double, column: Double) -> Float {
    guard abs(row) < 1e6, abs(column) < 1e6 else { return 0 }
    let (top, left) = (Int(row.rounded(.down)), Int(column.rounded(.down)))
    let (y, x) = (row - Double(top), column - Double(left))
    func pixel(_ row: Int, _ column: Int) -> Double { size.contains(row: row, column: column) ? Double(self[row, column]) : 0 }
    let above = (1 - x) * pixel(top, left) + x * pixel(top, left + 1)
    let below = (1 - x) * pixel(top + 1, left) + x * pixel(top + 1, left + 1)
    return Float((1 - y) * above + y * below)
  }
}
