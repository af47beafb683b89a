extension Mask {
  /// Creates a mask of the pixels whose centers lie in the rectangle between two opposite corners or on its edge, clipped to the image.
  public init(size: Size, rectangle corner: FinePoint, _ opposite: FinePoint, spacing: Spacing = .unknown) {
    var writer = MaskWriter(size: size)
    let unit = FinePoint.unit
    let first = max(0, min(corner.row, opposite.row).dividedUp(by: unit))
    let last = min(size.height - 1, max(corner.row, opposite.row).dividedDown(by: unit))
    for row in first..<max(first, last + 1) {
      writer.set(
        row: row, from: min(corner.column, opposite.column).dividedUp(by: unit),
        through: max(corner.column, opposite.column).dividedDown(by: unit))
    }
    self = writer.mask(spacing: spacing)
  }

  /// Creates a mask of the pixels whose centers lie inside the ellipse in the box between two opposite corners, clipped to the image.
  ///
  /// A box without height or width holds none. Definition: scikit-image `draw.ellipse`, without the edge.
  public init(size: Size, ellipse corner: FinePoint, _ opposite: FinePoint, spacing: Spacing = .unknown) {
    var writer = MaskWriter(size: size)
    let unit = Double(2 * FinePoint.unit)
    let (rowCenter, columnCenter) = (Double(corner.row + opposite.row) / unit, Double(corner.column + opposite.column) / unit)
    let height = Double(abs(corner.row - opposite.row)) / unit
    let width = Double(abs(corner.column - opposite.column)) / unit
    func isInside(_ row: Double, _ column: Double) -> Bool {
      let (y, x) = ((row - rowCenter) / height, (column - columnCenter) / width)
      return y * y + x * x < 1
    }
    if height > 0, width > 0 {
      let first = max(0, (rowCenter - height).rounded(.up))
      let last = min(Double(size.height - 1), (rowCenter + height).rounded(.down))
      for row in stride(from: first, through: last, by: 1) {
        let y = (row - rowCenter) / height
        let half = width * max(0, 1 - y * y).squareRoot()
        var (left, right) = ((columnCenter - half).rounded(.up), (columnCenter + half).rounded(.down))
        // The root only points to the ends; the inequality decides.
        while left <= right, !isInside(row, left) { left += 1 }
        while left <= right, !isInside(row, right) { right -= 1 }
        while isInside(row, left - 1) { left -= 1 }
        while isInside(row, right + 1) { right += 1 }
        if left <= right { writer.set(row: Int(row), from: Int(left), through: Int(right)) }
      }
    }
    self = writer.mask(spacing: spacing)
  }
}
