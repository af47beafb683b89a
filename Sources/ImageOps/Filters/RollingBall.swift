import Basics

extension GrayImage {
  /// Estimates the background by rolling a ball of `radius` px (1...500) under the image: bright details narrower than the ball lie above it.
  ///
  /// At each pixel the minimum of pixel + radius - √(radius² - distance²) over the disk; the outside of the image is ignored. Intensities count as
  /// heights in px. O(pixels · radius²). Definition: scikit-image `restoration.rolling_ball`.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  /// - Source: Sternberg, Biomedical Image Processing, IEEE Computer 16, 1983.
  public func rollingBallBackground(radius: Double) throws -> GrayImage {
    let cancellation = Cancellation.current
    try ImageError.require("radius", radius, in: 1...500, unit: " px")
    let reach = Int(radius.rounded(.up))
    let width = size.width
    let square = radius * radius
    let caps = Footprint.disk(radius: radius).offsets.map { offset in
      (row: offset.row, column: offset.column, height: Float(radius - (square - Double(offset.squaredLength)).squareRoot()))
    }
    return try mapRows(reach: .init(reach), beyond: .constant(.infinity)) { row, rows, line in
      line.initialize(repeating: .infinity, count: width)
      for (index, cap) in caps.enumerated() {
        if index & 1023 == 0 { try cancellation.check() }
        PixelKernels.minimum(of: rows.row(row + cap.row) + cap.column, plus: cap.height, into: line, count: width)
      }
    }
  }
}
