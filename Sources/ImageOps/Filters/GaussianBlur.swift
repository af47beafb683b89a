import Basics

extension GrayImage {
  /// Smooths the image by a Gaussian of standard deviation `sigma` px (0...1000; 0 changes nothing), truncated at 4 sigma, mirrored at the border.
  ///
  /// O(pixels) from sigma 8 on, by sliding sums; below that, and for an image with a pixel that is not finite, O(pixels · sigma). Definition:
  /// `scipy.ndimage.gaussian_filter` with `mode='reflect'`, within 1e-5 of the range of intensities.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public func gaussianBlurred(sigma: Double) throws -> GrayImage {
    with(pixels: try pixels.gaussianBlurred(size, sigma: (sigma, sigma)))
  }

  /// Smooths the image by different amounts along rows and columns, for unequal spacings.
  /// - Throws: As ``gaussianBlurred(sigma:)``.
  public func gaussianBlurred(rowSigma: Double, columnSigma: Double) throws -> GrayImage {
    with(pixels: try pixels.gaussianBlurred(size, sigma: (rowSigma, columnSigma)))
  }
}

extension ProbabilityMap {
  /// Smooths the map by a Gaussian; see ``GrayImage/gaussianBlurred(sigma:)``.
  public func gaussianBlurred(sigma: Double) throws -> ProbabilityMap {
    var result = self
    result.pixels = try pixels.gaussianBlurred(size, sigma: (sigma, sigma))
    return result
  }
}

extension [Float] {
  /// One plane smoothed; sigma across rows, then along them.
  func gaussianBlurred(_ size: Size, sigma: (row: Double, column: Double)) throws -> [Float] {
    for sigma in [sigma.row, sigma.column] where !(0...1000).contains(sigma) {
      throw ImageError.invalidParameter(name: "sigma", value: sigma, allowed: "0 to 1000 px")
    }
    if sigma.row == 0, sigma.column == 0 { return self }
    let (down, across) = (LineKernel.gaussian(sigma: sigma.row), LineKernel.gaussian(sigma: sigma.column))
    guard Swift.max(down.radius, across.radius) >= Self.leastSlidingRadius, size.width >= 8, try areFinite() else {
      return try filtered(size, down: down, across: across)
    }
    // Each direction in the way that suits its radius.
    var result: [Float]
    if down.radius >= Self.leastSlidingRadius {
      result = try slidDown(size, by: CosineSeries(gaussian: sigma.row, radius: down.radius))
    } else {
      result = try filtered(size, down: down, across: .identity)
    }
    if across.radius >= Self.leastSlidingRadius {
      try result.slideAlong(size, by: CosineSeries(gaussian: sigma.column, radius: across.radius))
    } else {
      result = try result.filtered(size, down: .identity, across: across)
    }
    return result
  }
}
