import Basics
internal import Platform

extension GrayImage {
  /// Evolves the mask to the edges around it by a geodesic active contour, which shrinks to high gradients and stays smooth.
  ///
  /// Each of `steps` (0...10,000) first grows (`balloon` 1) or shrinks (-1) the mask by a pixel where the image is even (the edge measure 1 / √(1 +
  /// 100 |∇G|), with G smoothed by `sigma` px, exceeds `evenness`, 0...1), then moves its border down the measure's slope, then smooths
  /// `smoothing` (0...10) times. Definition: scikit-image `inverse_gaussian_gradient` (alpha 100, of the image on 0 to 1) and
  /// `morphological_geodesic_active_contour`. O(pixels · steps).
  /// - Throws: `ImageError`, `CancellationError`.
  /// - Source: Márquez-Neila, Baumela and Álvarez, A Morphological Approach to Curvature-Based Evolution of Curves and Surfaces, IEEE PAMI 36, 2014.
  public func activeContour(
    from mask: Mask, steps: Int, balloon: Int = 0, sigma: Double = 2, evenness: Double = 0.5, smoothing: Int = 1
  ) throws -> Mask {
    try ImageError.requireSameSize(size, mask.size)
    try ImageError.require("steps", Double(steps), in: 0...10_000)
    try ImageError.require("balloon", Double(balloon), in: -1...1)
    try ImageError.require("sigma", sigma, in: 0...1000, unit: " px")
    try ImageError.require("evenness", evenness, in: 0...1)
    try ImageError.require("smoothing", Double(smoothing), in: 0...10)
    let forces = try EdgeForces(self, sigma: sigma, evenness: Float(evenness))
    var contour = mask
    var isOuterFirst = true
    for _ in 0..<steps {
      if balloon != 0 {
        let square = Footprint.square(radius: 1)
        let moved =
          balloon > 0
          ? try contour.dilated(by: square) : try contour.erodedFromOutside(by: square)
        contour = try moved.intersection(forces.even).union(contour.subtracting(forces.even))
      }
      contour = try forces.attracted(contour)
      for _ in 0..<smoothing {
        if isOuterFirst {
          contour = try contour.infimumOfLines().supremumOfLines()
        } else {
          contour = try contour.supremumOfLines().infimumOfLines()
        }
        isOuterFirst.toggle()
      }
    }
    return contour
  }
}

/// Where the image is even, and the edge measure.
private struct EdgeForces {
  let even: Mask
  private let size: Size
  private let measure: [Float]

  init(_ image: GrayImage, sigma: Double, evenness: Float) throws {
    size = image.size
    let span = image.range.upperBound - image.range.lowerBound
    let scale: Float = span > 0 ? 100 / span : 100
    // The gradient's norm, by derivatives of the Gaussian.
    let (plain, slope) = (LineKernel.gaussian(sigma: sigma), LineKernel.gaussian(sigma: sigma, order: 1))
    let vertical = image.with(pixels: try image.pixels.filtered(size, down: slope, across: plain, beyond: .edge))
    let horizontal = image.with(pixels: try image.pixels.filtered(size, down: plain, across: slope, beyond: .edge))
    let measure = try vertical.mapPixels(with: horizontal) {
      1 / (1 + scale * ($0 * $0 + $1 * $1).squareRoot()).squareRoot()
    }.pixels
    even = try measure.withUnsafeBufferPointer { measure in
      nonisolated(unsafe) let measure = measure
      return try Mask(inBands: image.size, spacing: image.spacing) { measure[$0] > evenness }
    }
    self.measure = measure
  }

  /// The border moves to where the measure is less: into the mask where its normal points down the slope.
  func attracted(_ mask: Mask) throws -> Mask {
    let cancellation = Cancellation.current
    let (width, height) = (size.width, size.height)
    // Only a pixel with a neighbor of the other kind has a normal.
    let square = Footprint.square(radius: 1)
    let border = try mask.dilated(by: square).subtracting(mask.eroded(by: square))
    var result = mask
    for row in 0..<height {
      if row & 63 == 0 { try cancellation.check() }
      for word in 0..<border.wordsPerRow {
        var bits = border.words[row * border.wordsPerRow + word]
        while bits != 0 {
          let column = 64 * word + bits.trailingZeroBitCount
          bits &= bits - 1
          func inside(_ row: Int, _ column: Int) -> Float { mask[row, column] ? 1 : 0 }
          let down =
            slope(row, height) { measure[$0 * width + column] } * slope(row, height) { inside($0, column) }
          let across =
            slope(column, width) { measure[row * width + $0] } * slope(column, width) { inside(row, $0) }
          let force = down + across
          if force > 0 { result[row, column] = true }
          if force < 0 { result[row, column] = false }
        }
      }
    }
    return result
  }

  /// Half of the difference of both neighbors of a place among `count`, at the ends the difference to the only one (NumPy's `gradient`).
  private func slope(_ place: Int, _ count: Int, _ value: (Int) -> Float) -> Float {
    guard count > 1 else { return 0 }
    if place == 0 { return value(1) - value(0) }
    if place == count - 1 { return value(place) - value(place - 1) }
    return (value(place + 1) - value(place - 1)) / 2
  }
}

extension Mask {
  /// The four lines of three pixels through each.
  private static let lines = [0.0, 45, 90, 135].map { Footprint(.line, radius: 1, degrees: $0) }

  /// Pixels that each of the lines meets the mask from.
  fileprivate func infimumOfLines() throws -> Mask {
    try Self.lines.dropFirst().reduce(dilated(by: Self.lines[0])) {
      try $0.intersection(dilated(by: $1))
    }
  }

  /// Pixels through which one of the lines lies in the mask; outside the image is outside the mask.
  fileprivate func supremumOfLines() throws -> Mask {
    var result = Mask(size: size, spacing: spacing)
    for line in Self.lines { result = try result.union(erodedFromOutside(by: line)) }
    return result
  }

  /// Erosion that takes what lies outside the image for outside the mask.
  fileprivate func erodedFromOutside(by footprint: Footprint) throws -> Mask {
    var result = try eroded(by: footprint)
    let offsets = footprint.offsets
    if offsets.contains(where: { $0.row != 0 }) {
      result.clear(row: 0, columns: 0..<size.width)
      result.clear(row: size.height - 1, columns: 0..<size.width)
    }
    if offsets.contains(where: { $0.column != 0 }) {
      for row in 0..<size.height {
        result[row, 0] = false
        result[row, size.width - 1] = false
      }
    }
    return result
  }
}
