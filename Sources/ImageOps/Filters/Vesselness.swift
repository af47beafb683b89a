import Basics
internal import Platform

extension GrayImage {
  /// Computes the vesselness (Frangi filter) of each pixel, 0 to 1: how much it lies on a line as wide as one of the `sigmas` (px, each 0.3...100),
  /// such as a vessel, a rib's edge or a catheter.
  ///
  /// `bright` selects lines brighter than their surroundings. `sensitivity` (above 0) is Frangi's beta: the lower, the more blobs are suppressed.
  /// `contrast` (above 0) is the norm of the second derivatives from which a line counts fully. If nil, it is half of a percentile (0...100) of the
  /// norms at the first sigma: 100 is the maximum, as in the definition; a lower one, taken from a lattice of about a million pixels, suits images
  /// with letters and wires. The maximum over all sigmas is kept; no sigma yields 0. Large images are processed in strips. Definition: scikit-image
  /// `filters.frangi`, mirrored at the border. O(pixels · sigmas · sigma).
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  /// - Source: Frangi, Niessen, Vincken and Viergever, Multiscale Vessel Enhancement Filtering, MICCAI 1998, equation 15.
  public func vesselness(
    sigmas: [Double] = [1, 3, 5], bright: Bool = true, sensitivity: Double = 0.5, contrast: Double? = nil, percentile: Double = 100
  ) throws -> GrayImage {
    let cancellation = Cancellation.current
    for sigma in sigmas { try ImageError.require("sigma", sigma, in: 0.3...100, unit: " px") }
    try ImageError.requirePositive("sensitivity", sensitivity)
    if let contrast { try ImageError.requirePositive("contrast", contrast) }
    try ImageError.require("percentile", percentile, in: 0...100)
    let strips = Strip.all(of: size, reach: Curvature.reach(of: sigmas))
    // Of an image in one piece kept, not computed again.
    var kept: Curvature?
    var contrast = contrast
    if contrast == nil, let sigma = sigmas.first {
      var norms: [Float] = []
      for strip in strips {
        let curvature = try Curvature(strip.part(of: self), sigma: sigma)
        norms +=
          percentile < 100
          ? curvature.norms(inRows: strip.inner, at: strip.rows.lowerBound, of: size)
          : [try curvature.greatestNorm(inRows: strip.inner)]
        if strips.count == 1 { kept = curvature }
      }
      let values = try IntensityValues(norms, size: Size(width: norms.count, height: 1), within: nil)
      let norm = percentile < 100 ? Double(try values.percentiles([percentile])[0]) : Double(values.maximum)
      contrast = norm > 0 ? norm / 2 : 1
    }
    var result: [Float] = []
    for strip in strips {
      let part = try strip.part(of: self)
      var answers: [Float] = []
      for sigma in sigmas {
        let curvature = try kept ?? Curvature(part, sigma: sigma)
        kept = nil
        answers = try curvature.answers(bright: bright, sensitivity: sensitivity, contrast: contrast ?? 1, atLeast: answers)
      }
      if strips.count == 1 || sigmas.isEmpty {
        result = answers
      } else {
        result.reserveCapacity(size.count)
        let inner = answers[strip.inner.lowerBound * size.width..<strip.inner.upperBound * size.width]
        for start in stride(from: inner.startIndex, to: inner.endIndex, by: 262_144) {
          try cancellation.check()
          result += inner[start..<min(inner.endIndex, start + 262_144)]
        }
      }
    }
    return with(pixels: result.isEmpty ? [Float](repeating: 0, count: size.count) : result, range: 0...1)
  }
}

/// Rows that are worked on together, so that a large image takes little more memory than its result.
private struct Strip {
  /// Those and the rows around them that they depend on.
  let rows: Range<Int>
  /// The rows meant, counted from the first of `rows`.
  let inner: Range<Int>

  /// One strip of an image of up to 2²⁴ pixels; else at least four times as high as the neighborhood reaches.
  static func all(of size: Size, reach: Int) -> [Strip] {
    guard size.count > 1 << 24 else { return [Strip(rows: 0..<size.height, inner: 0..<size.height)] }
    let step = max((1 << 23) / size.width, 4 * reach)
    return stride(from: 0, to: size.height, by: step).map { first in
      let end = min(size.height, first + step)
      let rows = max(0, first - reach)..<min(size.height, end + reach)
      return Strip(rows: rows, inner: first - rows.lowerBound..<end - rows.lowerBound)
    }
  }

  func part(of image: GrayImage) throws -> GrayImage {
    if rows.count == image.size.height { return image }
    return try image.cropped(row: rows.lowerBound, column: 0, size: Size(width: image.size.width, height: rows.count))
  }
}

/// The second derivatives of a smoothed image: twice down, down and across, twice across.
private struct Curvature {
  private let size: Size
  private let down: [Float]
  private let mixed: [Float]
  private let across: [Float]

  /// Two derivatives in a row by Gaussians that come to sigma together.
  private static func halves(of sigma: Double) -> (sigma: Double, truncation: Double) {
    (sigma / 2.0.squareRoot(), sigma > 1 ? 8.0 : 100)
  }

  /// How many rows away a pixel still counts.
  static func reach(of sigmas: [Double]) -> Int {
    sigmas.map { sigma in
      let half = halves(of: sigma)
      return 2 * LineKernel.gaussian(sigma: half.sigma, truncation: half.truncation).radius
    }.max() ?? 0
  }

  init(_ image: GrayImage, sigma: Double) throws {
    let size = image.size
    let (part, truncation) = Self.halves(of: sigma)
    let plain = LineKernel.gaussian(sigma: part, truncation: truncation)
    let slope = LineKernel.gaussian(sigma: part, order: 1, truncation: truncation)
    func derived(_ plane: [Float], down: Bool) throws -> [Float] {
      try plane.filtered(size, down: down ? slope : plain, across: down ? plain : slope)
    }
    self.size = size
    across = try derived(derived(image.pixels, down: false), down: false)
    let first = try derived(image.pixels, down: true)
    down = try derived(first, down: true)
    mixed = try derived(first, down: false)
  }

  /// The greatest norm of both eigenvalues.
  func greatestNorm(inRows rows: Range<Int>) throws -> Float {
    let greatest: [Float] = try filled(length: 1) { row, down, mixed, across, output in
      var square: Float = 0
      for index in row * size.width..<(row + 1) * size.width {
        square = max(square, down[index] * down[index] + 2 * mixed[index] * mixed[index] + across[index] * across[index])
      }
      output[0] = square.squareRoot()
    }
    return greatest[rows].max() ?? 0
  }

  /// The norms on a lattice of rows and columns of the whole image, of which this is the part from row `first` on.
  func norms(inRows rows: Range<Int>, at first: Int, of whole: Size) -> [Float] {
    let step = max(1, Int((Double(whole.count) / 1_048_576).squareRoot()))
    var norms: [Float] = []
    for row in rows where (first + row) % step == 0 {
      for index in stride(from: row * size.width, to: (row + 1) * size.width, by: step) {
        norms.append((down[index] * down[index] + 2 * mixed[index] * mixed[index] + across[index] * across[index]).squareRoot())
      }
    }
    return norms
  }

  /// Frangi's measure, and no less than `floor` where that has pixels.
  func answers(bright: Bool, sensitivity: Double, contrast: Double, atLeast floor: [Float]) throws -> [Float] {
    let sign: Float = bright ? -1 : 1
    let (shape, strength) = (Float(-1 / (2 * sensitivity * sensitivity)), Float(-1 / (2 * contrast * contrast)))
    return try filled(length: size.width) { row, down, mixed, across, output in
      for column in 0..<size.width {
        let index = row * size.width + column
        let middle = sign * (down[index] + across[index]) / 2
        let half = (down[index] - across[index]) / 2
        // Half of the distance of both eigenvalues.
        let spread = (half * half + mixed[index] * mixed[index]).squareRoot()
        let (one, other) = (middle + spread, middle - spread)
        let (lesser, greater) = abs(one) < abs(other) ? (one, other) : (other, one)
        let ratio = abs(lesser) / max(greater, 1e-10)
        let square = 2 * (middle * middle + spread * spread)
        let answer = exp(ratio * ratio * shape) * (1 - exp(square * strength))
        output[column] = floor.isEmpty ? answer : max(floor[index], answer)
      }
    }
  }

  private func filled(
    length: Int,
    _ body:
      @Sendable (
        _ row: Int, UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>, UnsafeMutablePointer<Float>
      ) -> Void
  ) throws -> [Float] {
    try down.withUnsafeBufferPointer { down in
      try mixed.withUnsafeBufferPointer { mixed in
        try across.withUnsafeBufferPointer { across in
          nonisolated(unsafe) let (down, mixed, across) = (down, mixed, across)
          return try Parallel.filled(rows: size.height, of: length, grain: max(1, 32_768 / size.width)) {
            rows, output in
            guard let output = output.baseAddress else { return }
            for row in rows { body(row, down, mixed, across, output + (row - rows.lowerBound) * length) }
          }
        }
      }
    }
  }
}
