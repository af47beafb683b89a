import Basics
internal import Platform

extension GrayImage {
  /// Smooths within regions and keeps edges: a mean of the neighbors in a disk, weighted by a Gaussian of their distance and one of their difference
  /// in intensity (bilateral filter). Mirrored about the outermost pixels.
  ///
  /// `sigma` is in px (above 0, at most 100), `intensitySigma` in units of intensity (above 0); the radius of the disk is 1.5 sigma, rounded, and at
  /// least 1 (1...150), unless given. Weights above e⁻¹⁰ are exact to 1e-6; whole intensities 0...255 with up to 65,000 neighbors are weighted in
  /// whole numbers, each weight to 2.4e-7 of the pixel's own. O(pixels · radius²). Definition: OpenCV `bilateralFilter`.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  /// - Source: Tomasi and Manduchi, Bilateral Filtering for Gray and Color Images, ICCV 1998.
  public func bilateralFiltered(sigma: Double, intensitySigma: Double, radius: Int? = nil) throws -> GrayImage {
    let cancellation = Cancellation.current
    try ImageError.requirePositive("sigma", sigma)
    try ImageError.require("sigma", sigma, in: 0...100, unit: " px")
    try ImageError.requirePositive("intensity sigma", intensitySigma)
    let radius = radius ?? max(1, Int((1.5 * sigma).rounded()))
    try ImageError.require("radius", Double(radius), in: 1...150, unit: " px")
    let neighbors = Footprint.disk(radius: Double(radius)).offsets.filter { $0.row != 0 || $0.column != 0 }
    if neighbors.count <= 65_000, let bytes = try packed(as: UInt8.self) {
      let weights = ByteWeights(neighbors, sigma: sigma, intensitySigma: intensitySigma)
      return with(pixels: try weights.filtered(bytes, size, radius: radius))
    }
    // Half of the disk: the other half is these pixels' pairs seen from the other end.
    let half = neighbors.filter { $0.row > 0 || ($0.row == 0 && $0.column > 0) }
    let groups = Self.groupedByRows(half)
    let spatial = groups.map { $0.map { Float(exp(-Double($0.squaredLength) / (2 * sigma * sigma))) } }
    // Of powers of two.
    let scale = Float(-1 / (2 * intensitySigma * intensitySigma * log(2.0)))
    let width = size.width
    let result: [Float] = try Parallel.mapBands(
      of: pixels, size, reach: .init(rows: radius, columns: 2 * radius), beyond: .reflect, filler: 0,
      grain: min(8 * radius, 256)
    ) { band, rows, output in
      let stride = rows.stride
      let margin = 2 * radius
      let offsets = groups.map { $0.map { $0.row * stride + $0.column } }
      // Sums and weights of all rows that the band's neighborhoods reach, one buffer after the other.
      try withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * (band.count + 2 * radius) * stride) { memory in
        guard let base = memory.baseAddress else { return }
        base.initialize(repeating: 0, count: memory.count)
        let second = memory.count / 2
        for row in band.lowerBound - radius..<band.upperBound {
          let line = base + (row - band.lowerBound + radius) * stride + margin
          // Strips whose sums stay in the cache.
          for start in Swift.stride(from: -radius, to: width + radius, by: 512) {
            try cancellation.check()
            let count = min(512, width + radius - start)
            for (offsets, spatial) in zip(offsets, spatial) {
              PixelKernels.weighPairs(
                rows.row(row) + start, offsets: offsets, spatial: spatial, scale: scale, weights: line + start, sums: line + second + start,
                count: count)
            }
          }
        }
        for row in band {
          let line = base + (row - band.lowerBound + radius) * stride + margin
          PixelKernels.weightedMean(
            rows.row(row), weights: line, sums: line + second, into: output + (row - band.lowerBound) * width, count: width)
        }
      }
    }
    return with(pixels: result)
  }

  /// Offsets in groups of at most four that lie in different rows.
  private static func groupedByRows(_ offsets: [Footprint.Offset]) -> [[Footprint.Offset]] {
    var remaining = Dictionary(grouping: offsets, by: \.row)
    var groups: [[Footprint.Offset]] = []
    while !remaining.isEmpty {
      // The rows with most offsets left first, so that groups stay full; equal ones by their number, so that the order is one.
      let rows = remaining.keys.sorted { (remaining[$0]?.count ?? 0, -$0) > (remaining[$1]?.count ?? 0, -$1) }.prefix(4)
      groups.append(rows.compactMap { remaining[$0]?.removeLast() })
      remaining = remaining.filter { !$0.value.isEmpty }
    }
    return groups
  }
}

/// The weights of neighbors by their difference in byte intensities, as whole numbers.
private struct ByteWeights {
  /// Four of one distance after the other.
  let offsets: [Footprint.Offset]
  /// 256 for each four.
  let weights: [UInt32]
  let digits: [UInt8]
  /// The greatest difference that has a weight.
  let greatest: Int

  /// - Parameter neighbors: A disk without its center, so that their number at each distance is a multiple of four.
  init(_ neighbors: [Footprint.Offset], sigma: Double, intensitySigma: Double) {
    offsets = neighbors.sorted { ($0.squaredLength, $0.row, $0.column) < ($1.squaredLength, $1.row, $1.column) }
    weights = stride(from: 0, to: offsets.count, by: 4).flatMap { [offsets] first in
      let spatial = Double(offsets[first].squaredLength) / (2 * sigma * sigma)
      return (0..<256).map { difference -> UInt32 in
        // Divided before it is squared: the square of a small sigma may be 0.
        let ratio = Double(difference) / intensitySigma
        return UInt32((exp(-spatial - ratio * ratio / 2) * 2_097_151).rounded())
      }
    }
    greatest = weights.enumerated().reduce(0) { $1.element == 0 ? $0 : max($0, $1.offset % 256) }
    digits = PixelKernels.digits(of: weights)
  }

  func filtered(_ bytes: [UInt8], _ size: Size, radius: Int) throws -> [Float] {
    let cancellation = Cancellation.current
    return try Parallel.mapBands(
      of: bytes, size, reach: .init(rows: radius, columns: radius), beyond: .reflect, filler: 0,
      grain: min(8 * radius, 256)
    ) { band, rows, output in
      let places = offsets.map { $0.row * rows.stride + $0.column }
      for row in band {
        // Strips of some 10 ms.
        let strip = max(256, 2_000_000 / offsets.count)
        for start in stride(from: 0, to: size.width, by: strip) {
          try cancellation.check()
          PixelKernels.weigh(
            rows.row(row) + start, offsets: places, weights: weights, digits: digits, greatest: greatest,
            into: output + (row - band.lowerBound) * size.width + start, count: min(strip, size.width - start))
        }
      }
    }
  }
}
