import Basics
internal import Platform

extension GrayImage {
  /// Removes noise by averaging pixels with similar surroundings (non-local means): each pixel becomes a mean over a search window, weighted by
  /// exp(-max(0, d² - 2 noise²) / strength²) with d² the mean squared difference of the square patches around both.
  ///
  /// Patch radius 0...15, search radius 0...50 px; `strength` (above 0) and `noise` (the noise's standard deviation, 0 or more) in units of
  /// intensity. Weights below e⁻⁵ count as 0. Mirrored about the outermost pixels. O(pixels · search window · patch side). As scikit-image's
  /// `denoise_nl_means` with `fast_mode=True`, but with whole patches: scikit-image's lack their first row and column.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  /// - Source: Buades, Coll and Morel, A Non-Local Algorithm for Image Denoising, CVPR 2005; Darbon et al., ISBI 2008.
  public func nonLocalMeansFiltered(strength: Double, noise: Double = 0, patchRadius: Int = 3, searchRadius: Int = 11) throws -> GrayImage {
    let cancellation = Cancellation.current
    try ImageError.requirePositive("strength", strength)
    try ImageError.require("noise", noise, in: 0...1e6)
    try ImageError.require("patch radius", Double(patchRadius), in: 0...15, unit: " px")
    try ImageError.require("search radius", Double(searchRadius), in: 0...50, unit: " px")
    let (width, side) = (size.width, 2 * patchRadius + 1)
    // Of powers of two, as the kernel has them.
    let cutoff = Float(-5 / log(2.0))
    let scale = Float(-1 / (strength * strength * Double(side * side) * log(2.0)))
    let floor = Float(2 * noise * noise * Double(side * side))
    let result: [Float] = try Parallel.mapBands(
      of: pixels, size, reach: .init(patchRadius + searchRadius), beyond: .reflect, filler: 0
    ) { band, rows, output in
      let wide = width + 2 * patchRadius
      try withUnsafeTemporaryAllocation(of: Float.self, capacity: (side + 1) * wide + (band.count + 1) * width) { memory in
        guard let ring = memory.baseAddress else { return }
        let sum = ring + side * wide
        let distance = sum + wide
        let weights = distance + width
        weights.initialize(repeating: 0, count: band.count * width)
        output.initialize(repeating: 0, count: band.count * width)
        for down in -searchRadius...searchRadius {
          for across in -searchRadius...searchRadius {
            try cancellation.check()
            for row in band.lowerBound - patchRadius..<band.upperBound + patchRadius {
              let newest = row - band.lowerBound + patchRadius
              PixelKernels.squaredDifferences(
                rows.row(row) - patchRadius, rows.row(row + down) + across - patchRadius, into: ring + newest % side * wide, count: wide)
              guard newest >= side - 1 else { continue }
              sum.initialize(repeating: 0, count: wide)
              // Always from the top, so that the sum does not depend on where the ring begins.
              for line in newest - side + 1...newest { PixelKernels.add(ring + line % side * wide, to: sum, count: wide) }
              PixelKernels.boxLine(sum, side: side, into: distance, count: width)
              let target = (newest - side + 1) * width
              PixelKernels.addWeighted(
                distance: distance, other: rows.row(row - patchRadius + down) + across, floor: floor, scale: scale,
                cutoff: cutoff,
                weight: weights + target, sum: output + target, count: width)
            }
          }
        }
        for index in 0..<band.count * width { output[index] /= weights[index] }
      }
    }
    return with(pixels: result)
  }
}
