import Glibc

extension GrayImage {
  /// Smooths within regions and keeps the edges between them: a mean of the neighbours in a disk, weighted by a Gaussian of their distance and by one
  /// of their difference in intensity. Mirrored about the outermost pixels.
  ///
  /// `sigma` is in px (above 0, at most 100), `intensitySigma` in units of intensity (above 0); the radius of the disk is 1.5 sigma, rounded, and at
  /// least 1 (1...150), unless given. Weights above e⁻¹⁰ are exact to 1e-6. O(pixels · radius²). Definition: OpenCV `bilateralFilter`.
  /// - Throws: `PictureError.invalidParameter`, `CancellationError`.
  /// - Source: Tomasi and Manduchi, Bilateral Filtering for Gray and Color Images, ICCV 1998.
  public func bilateralFiltered(
    sigma: Double, intensitySigma: Double, radius: Int? = nil, polling cancellation: Cancellation = .never
  ) throws -> GrayImage {
    try PictureError.requirePositive("sigma", sigma)
    try PictureError.require("sigma", sigma, in: 0...100, unit: " px")
    try PictureError.requirePositive("intensity sigma", intensitySigma)
    let radius = radius ?? max(1, Int((1.5 * sigma).rounded()))
    try PictureError.require("radius", Double(radius), in: 1...150, unit: " px")
    let disk = Footprint.disk(radius: Double(radius)).offsets
    let spatial = disk.map { Float(exp(-Double($0.squaredLength) / (2 * sigma * sigma))) }
    // Of powers of two.
    let scale = Float(-1 / (2 * intensitySigma * intensitySigma * log(2.0)))
    let width = size.width
    return try mapRows(reach: .init(radius), beyond: .reflect, polling: cancellation) { row, rows, line in
      let offsets = disk.map { $0.row * rows.stride + $0.column }
      PixelKernels.bilateral(rows.row(row), offsets: offsets, spatial: spatial, scale: scale, into: line, count: width)
    }
  }
}
