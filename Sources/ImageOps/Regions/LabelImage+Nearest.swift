import Basics

extension LabelImage {
  /// The label other than 0 whose pixel center is nearest to a point, and the distance in px; nil if all pixels are 0.
  ///
  /// Of several at the same distance, the first in row-major order. The point may lie outside the image. O(pixels).
  /// - Throws: `CancellationError`.
  public func nearest(to point: FinePoint) throws -> (label: UInt32, distance: Double)? {
    let cancellation = Cancellation.current
    let unit = Double(FinePoint.unit)
    let (row, column) = (Double(point.row) / unit, Double(point.column) / unit)
    var best: (label: UInt32, square: Double)?
    for here in 0..<size.height {
      try cancellation.checkRow(here)
      let down = Double(here) - row
      if let best, down * down >= best.square { continue }
      for across in 0..<size.width where labels[here * size.width + across] != 0 {
        let step = Double(across) - column
        let square = down * down + step * step
        if best.map({ square < $0.square }) ?? true { best = (labels[here * size.width + across], square) }
      }
    }
    return best.map { ($0.label, $0.square.squareRoot()) }
  }
}
