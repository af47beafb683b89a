import Basics
import ImageOps
internal import Platform

/// Draws altered versions of a sample. What is drawn depends on the generator alone, so a seed gives the same image on every machine.
struct Augmentation {
  let recipe: AugmentationRecipe
  /// Whether the truth holds lungs, which change sides in a mirror image.
  var exchangesLungs = true

  /// Writes an altered image on the network's scale (-1...1 but for noise and contrast) and its truth bits.
  ///
  /// Geometry is one pass: each output pixel is taken from one place of the source, bilinear for the image and nearest for the truth. What comes
  /// from outside the source is black and belongs to nothing.
  /// - Returns: whether the image is mirrored.
  /// - Precondition: both targets have `sample.side * sample.side` elements.
  func draw(
    _ sample: TrainingSample, using generator: inout SeededGenerator, pixels: UnsafeMutableBufferPointer<Float>,
    truth: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    precondition(pixels.count == sample.pixels.count && truth.count == pixels.count, "targets fill the square")
    let isMirrored = generator.uniform() < recipe.mirror
    warp(sample, isMirrored: isMirrored, using: &generator, pixels: pixels, truth: truth)
    if isMirrored, exchangesLungs { for index in truth.indices { truth[index] = Self.sidesExchanged(truth[index]) } }
    alterIntensities(pixels, side: sample.side, using: &generator)
    return isMirrored
  }

  /// Bits 1 (right lung) and 2 (left lung) change places.
  static func sidesExchanged(_ bits: UInt8) -> UInt8 { bits & ~3 | (bits & 1) << 1 | (bits & 2) >> 1 }

  private func warp(
    _ sample: TrainingSample, isMirrored: Bool, using generator: inout SeededGenerator, pixels: UnsafeMutableBufferPointer<Float>,
    truth: UnsafeMutableBufferPointer<UInt8>
  ) {
    let side = sample.side
    let angle = generator.uniform(-recipe.rotation...recipe.rotation) * .pi / 180
    let scale = exp(generator.uniform(-recipe.scale...recipe.scale))
    let aspect = exp(generator.uniform(-recipe.aspect...recipe.aspect) / 2)
    let shear = generator.uniform(-recipe.shear...recipe.shear)
    let shiftX = generator.uniform(-recipe.shift...recipe.shift) * Double(side)
    let shiftY = generator.uniform(-recipe.shift...recipe.shift) * Double(side)
    let displacementX = SmoothField(deviation: recipe.elastic * Double(side), using: &generator)
    let displacementY = SmoothField(deviation: recipe.elastic * Double(side), using: &generator)

    // Rows of the matrix from output to source, about the center.
    let (xx, xy) = (Float((cos(angle) + shear * sin(angle)) / scale * aspect), Float((-sin(angle) + shear * cos(angle)) / scale * aspect))
    let (yx, yy) = (Float(sin(angle) / scale / aspect), Float(cos(angle) / scale / aspect))
    let flip: Float = isMirrored ? -1 : 1
    let center = Float(side - 1) / 2
    let (offsetX, offsetY) = (center + Float(shiftX), center + Float(shiftY))
    var bendX = [Float](repeating: 0, count: side)
    var bendY = bendX
    sample.pixels.withUnsafeBufferPointer { source in
      sample.truth.withUnsafeBufferPointer { sourceTruth in
        for row in 0..<side {
          displacementX.fill(&bendX, row: row, side: side)
          displacementY.fill(&bendY, row: row, side: side)
          let v = Float(row) - center
          for column in 0..<side {
            let u = flip * (Float(column) - center)
            let x = xx * u + xy * v + offsetX + bendX[column]
            let y = yx * u + yy * v + offsetY + bendY[column]
            let index = row * side + column
            pixels[index] = Self.bilinear(source, side: side, x: x, y: y)
            let (nearestX, nearestY) = (Int((x + 0.5).rounded(.down)), Int((y + 0.5).rounded(.down)))
            let isInside = nearestX >= 0 && nearestX < side && nearestY >= 0 && nearestY < side
            truth[index] = isInside ? sourceTruth[nearestY * side + nearestX] : 0
          }
        }
      }
    }
  }

  @inline(__always)
  private static func bilinear(_ source: UnsafeBufferPointer<Float>, side: Int, x: Float, y: Float) -> Float {
    let limit = Float(side)
    guard x > -1, y > -1, x < limit, y < limit else { return 0 }
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    let (fx, fy) = (x - left, y - top)
    let (column, row) = (Int(left), Int(top))
    @inline(__always) func pixel(_ row: Int, _ column: Int) -> Float {
      row >= 0 && row < side && column >= 0 && column < side ? source[row * side + column] : 0
    }
    let upper = pixel(row, column) + (pixel(row, column + 1) - pixel(row, column)) * fx
    let lower = pixel(row + 1, column) + (pixel(row + 1, column + 1) - pixel(row + 1, column)) * fx
    return upper + (lower - upper) * fy
  }

  private func alterIntensities(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, using generator: inout SeededGenerator) {
    let low = Float(generator.uniform(-recipe.window...recipe.window))
    let high = 1 + Float(generator.uniform(-recipe.window...recipe.window))
    let gamma = Float(exp(generator.uniform(-recipe.gamma...recipe.gamma)))
    let slope = 1 / (high - low)
    for index in pixels.indices { pixels[index] = powf(min(max((pixels[index] - low) * slope, 0), 1), gamma) }
    if generator.uniform() < recipe.equalization { equalize(pixels, share: Float(generator.uniform())) }
    if generator.uniform() < recipe.shadingProbability {
      let field = SmoothField(deviation: recipe.shading, using: &generator)
      var shade = [Float](repeating: 0, count: side)
      for row in 0..<side {
        field.fill(&shade, row: row, side: side)
        for column in 0..<side { pixels[row * side + column] *= 1 + shade[column] }
      }
    }
    if generator.uniform() < recipe.blurProbability {
      blur(pixels, side: side, deviation: generator.uniform(0.5...max(0.5, recipe.blur)))
    }
    if generator.uniform() < recipe.cutOut { cover(pixels, side: side, using: &generator) }
    let contrast = Float(1 + generator.uniform(-recipe.contrast...recipe.contrast))
    let brightness = Float(generator.uniform(-recipe.brightness...recipe.brightness))
    for index in pixels.indices { pixels[index] = (pixels[index] * 2 - 1) * contrast + brightness }
    if generator.uniform() < recipe.noiseProbability {
      let deviation = Float(generator.uniform(0...recipe.noise))
      for index in pixels.indices { pixels[index] += Self.roughlyNormal(generator.next()) * deviation }
    }
  }

  /// Mean 0, standard deviation 1: the sum of four 16-bit numbers. Quick, and its tails matter little as noise.
  @inline(__always)
  private static func roughlyNormal(_ word: UInt64) -> Float {
    let sum =
      Int32(truncatingIfNeeded: word & 0xFFFF) + Int32(truncatingIfNeeded: word >> 16 & 0xFFFF)
      + Int32(truncatingIfNeeded: word >> 32 & 0xFFFF) + Int32(truncatingIfNeeded: word >> 48)
    return (Float(sum) - 131_070) * (1.732_050_8 / 65_536)
  }

  /// Replaces intensities in 0...1 by a blend of themselves and their rank.
  private func equalize(_ pixels: UnsafeMutableBufferPointer<Float>, share: Float) {
    var cumulative = [Float](repeating: 0, count: 256)
    for value in pixels { cumulative[min(255, max(0, Int(value * 255)))] += 1 }
    for bin in 1..<256 { cumulative[bin] += cumulative[bin - 1] }
    let total = Float(max(1, pixels.count))
    for index in pixels.indices {
      let rank = cumulative[min(255, max(0, Int(pixels[index] * 255)))] / total
      pixels[index] += (rank - pixels[index]) * share
    }
  }

  private func blur(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, deviation: Double) {
    let radius = Int((3 * deviation).rounded(.up))
    var weights = (-radius...radius).map { Float(exp(-Double($0 * $0) / (2 * deviation * deviation))) }
    let sum = weights.reduce(0, +)
    for index in weights.indices { weights[index] /= sum }
    var line = [Float](repeating: 0, count: side)
    for (step, along) in [(side, 1), (1, side)] {
      for start in 0..<side {
        for position in 0..<side {
          var value: Float = 0
          for tap in -radius...radius {
            value += weights[tap + radius] * pixels[start * step + min(max(position + tap, 0), side - 1) * along]
          }
          line[position] = value
        }
        for position in 0..<side { pixels[start * step + position * along] = line[position] }
      }
    }
  }

  private func cover(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, using generator: inout SeededGenerator) {
    for _ in 0...generator.next(upperBound: UInt(2)) {
      let height = max(1, Int(generator.uniform(0.02...0.14) * Double(side)))
      let width = max(1, Int(generator.uniform(0.02...0.14) * Double(side)))
      let top = Int(generator.uniform() * Double(max(1, side - height)))
      let left = Int(generator.uniform() * Double(max(1, side - width)))
      let value = Float(generator.uniform())
      for row in top..<min(side, top + height) {
        for column in left..<min(side, left + width) { pixels[row * side + column] = value }
      }
    }
  }
}

/// A smooth random function on the unit square: a cubic B-spline over a 5 × 5 grid of normal numbers.
struct SmoothField {
  private static let cells = 5
  private static let knots = cells + 3
  private let values: [Float]

  init(deviation: Double, using generator: inout SeededGenerator) {
    // The spline averages its knots; this keeps the deviation of the function itself about what was asked for.
    values = (0..<Self.knots * Self.knots).map { _ in Float(generator.normal() * deviation * 2) }
  }

  /// The function along one row of a square image.
  func fill(_ line: inout [Float], row: Int, side: Int) {
    let (rowCell, rowWeights) = Self.weights(at: row, side: side)
    let knots = (0..<Self.knots).map { column in
      (0..<4).reduce(Float(0)) { $0 + rowWeights[$1] * values[(rowCell + $1) * Self.knots + column] }
    }
    for column in line.indices {
      let (cell, weights) = Self.weights(at: column, side: side)
      let low = weights[0] * knots[cell] + weights[1] * knots[cell + 1]
      line[column] = low + weights[2] * knots[cell + 2] + weights[3] * knots[cell + 3]
    }
  }

  private static func weights(at position: Int, side: Int) -> (cell: Int, weights: SIMD4<Float>) {
    let place = (Float(position) + 0.5) / Float(side) * Float(cells)
    let cell = min(cells - 1, Int(place))
    let t = place - Float(cell)
    let s = 1 - t
    return (cell, SIMD4(s * s * s, 3 * t * t * t - 6 * t * t + 4, 3 * s * s * s - 6 * s * s + 4, t * t * t) / 6)
  }
}
