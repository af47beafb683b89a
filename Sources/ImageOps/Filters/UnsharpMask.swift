import Basics

extension GrayImage {
  /// Sharpens the image: adds `amount` times (-100...100; below 0 blurs) its difference from its Gaussian blur, clipped to the nominal range.
  ///
  /// Definition: scikit-image `filters.unsharp_mask`, on the image's own range.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public func unsharpMasked(sigma: Double, amount: Double) throws -> GrayImage {
    try ImageError.require("amount", amount, in: -100...100)
    let (amount, low, high) = (Float(amount), range.lowerBound, range.upperBound)
    let blurred = try gaussianBlurred(sigma: sigma)
    return try mapPixels(with: blurred) { min(max($0 + ($0 - $1) * amount, low), high) }
  }

  /// Computes the difference of Gaussians of `low` and `high` px (at least `low`): edges and structures between these sizes, around 0.
  ///
  /// Definition: scikit-image `filters.difference_of_gaussians`, mirrored at the border.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public func differenceOfGaussians(low: Double, high: Double) throws -> GrayImage {
    guard low <= high else { throw ImageError.invalidParameter(name: "low", value: low, allowed: "at most high") }
    let fine = try gaussianBlurred(sigma: low)
    let coarse = try gaussianBlurred(sigma: high)
    let span = range.upperBound - range.lowerBound
    return try fine.mapPixels(with: coarse) { $0 - $1 }.with(range: -span...span)
  }

  /// Computes the Laplacian of a Gaussian of `sigma` px (above 0): negative on bright spots and ridges of that size.
  ///
  /// Definition: `scipy.ndimage.gaussian_laplace` with `mode='reflect'`.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public func laplacianOfGaussian(sigma: Double) throws -> GrayImage {
    try ImageError.requirePositive("sigma", sigma)
    try ImageError.require("sigma", sigma, in: 0...1000, unit: " px")
    let (plain, second) = (LineKernel.gaussian(sigma: sigma), LineKernel.gaussian(sigma: sigma, order: 2))
    let down = with(pixels: try pixels.filtered(size, down: second, across: plain))
    let across = with(pixels: try pixels.filtered(size, down: plain, across: second))
    let span = range.upperBound - range.lowerBound
    return try down.mapPixels(with: across) { $0 + $1 }.with(range: -span...span)
  }

  /// The same pixels with another nominal range.
  func with(range: ClosedRange<Float>) -> GrayImage {
    var result = self
    result.range = range
    result.voi = []
    return result
  }
}
