import Basics
internal import Platform

/// What detector and console make of the attenuation: scatter and grain, then the film's look.
enum PhantomFilm {
  /// The attenuation shown black, and how much more is shown white.
  struct Exposure: Sendable {
    let black: Double
    let latitude: Double
  }

  static func developed(_ attenuation: [Float], grid: PhantomGrid, exposure: Exposure, noise: Double, seed: UInt64, white: Float) throws
    -> [Float]
  {
    let size = grid.size
    // Far from sharp, so a coarse image does.
    let coarseSize = Size(width: min(size.width, 160), height: min(size.height, 160))
    let coarse = try Resampling.plane(attenuation, size: size, to: coarseSize, using: .area)
    let down = LineKernel.gaussian(sigma: 16 / grid.pixel * Double(coarseSize.height) / Double(size.height))
    let across = LineKernel.gaussian(sigma: 16 / grid.pixel * Double(coarseSize.width) / Double(size.width))
    // By the kernels themselves: a seed means the same bits whatever way of smoothing is quickest.
    let background = try Resampling.plane(
      coarse.filtered(coarseSize, down: down, across: across), size: coarseSize, to: size, using: .bilinear)
    let key = SeededGenerator.mixed(seed)
    let strength = noise * 0.0042
    let noisy: [Float] = try Parallel.filled(rows: size.height, of: size.width) { rows, output in
      let start = rows.lowerBound * size.width
      for index in output.indices {
        let loss = attenuation[start + index]
        // Fewer photons arrive behind more tissue: the logarithm's spread is one over the root of their number.
        let spread = Float(strength) * Float(exp(0.5 * Double(min(loss, 5))))
        output[index] = loss + spread * normal(SeededGenerator.mixed(UInt64(start + index) &+ key))
      }
    }
    let blur = max(0.45, 0.35 / grid.pixel)
    let sharp = try noisy.filtered(size, down: .gaussian(sigma: blur), across: .gaussian(sigma: blur))
    let wide = max(0.8, 2.4 / grid.pixel)
    let smooth = try sharp.filtered(size, down: .gaussian(sigma: wide), across: .gaussian(sigma: wide))
    return try Parallel.filled(rows: size.height, of: size.width) { rows, output in
      let start = rows.lowerBound * size.width
      for index in output.indices {
        let place = start + index
        // Edges are lifted and the slow part is compressed, as consoles do.
        let shown = sharp[place] + 0.55 * (sharp[place] - smooth[place]) - 0.38 * (background[place] - 2.4)
        output[index] = (tone(shown, exposure) * white + 0.5).rounded(.down)
      }
    }
  }

  /// Sum of four uniform numbers, scaled to mean 0 and standard deviation 1.
  private static func normal(_ word: UInt64) -> Float {
    let sum = Int32(word & 0xFFFF) + Int32(word >> 16 & 0xFFFF) + Int32(word >> 32 & 0xFFFF) + Int32(word >> 48)
    return Float(sum - 131_070) * Float(1 / 37_837.2)
  }

  /// Film's S-shaped response, 0 to 1.
  private static func tone(_ loss: Float, _ exposure: Exposure) -> Float {
    let t = min(max((loss - Float(exposure.black)) / Float(exposure.latitude), 0), 1)
    return t * t * (3 - 2 * t) * 0.45 + t * 0.55
  }
}
