import Basics
internal import Platform

extension GrayImage {
  /// Segments the image into about `count` (1...65,536) compact superpixels of similar intensity (SLIC), labeled from 1 in raster order of their
  /// first pixels.
  ///
  /// k-means of intensity and position: seeds on a square lattice of step √(pixels / count), `iterations` (1...100) rounds in which a pixel joins the
  /// nearest seed at most two steps away in either direction, by (intensity / compactness)² + (distance / step)²; of two equally near the one with
  /// the lower number. `compactness` (above 0) is the difference in intensity that weighs as much as a step. Finally every region is made connected:
  /// pieces of less than a quarter of step² join the region before them. O(pixels · iterations).
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  /// - Source: Achanta et al., SLIC Superpixels Compared to State-of-the-Art Superpixel Methods, IEEE PAMI 34, 2012.
  public func superpixels(count: Int, compactness: Double, iterations: Int = 10) throws -> LabelImage {
    try ImageError.require("count", Double(count), in: 1...65_536)
    try ImageError.requirePositive("compactness", compactness)
    try ImageError.require("iterations", Double(iterations), in: 1...100)
    let step = max(1, (Double(size.count) / Double(count)).squareRoot())
    var seeds = Seeds(self, step: step)
    var nearest: [UInt32] = []
    for _ in 0..<iterations {
      // The round before is let go first, so that there are never two.
      nearest = []
      nearest = try seeds.assigned(self, step: step, compactness: compactness)
      try seeds.move(self, nearest)
    }
    let labels = try joined(nearest, smallest: max(1, Int(step * step / 4)))
    return LabelImage(size: size, labels: labels, spacing: spacing)
  }

  /// Pieces that are connected at sides, numbered; small ones take the number of the piece to their left or above their first pixel.
  private func joined(_ nearest: [UInt32], smallest: Int) throws -> [UInt32] {
    let cancellation = Cancellation.current
    let (width, height) = (size.width, size.height)
    var labels = try [UInt32](filledWith: 0, count: size.count)
    var next: UInt32 = 1
    var piece: [UInt32] = []
    for start in 0..<size.count {
      if start & 0xFFFF == 0 { try cancellation.check() }
      guard labels[start] == 0 else { continue }
      let before: UInt32 = start % width > 0 ? labels[start - 1] : start >= width ? labels[start - width] : 0
      piece.removeAll(keepingCapacity: true)
      piece.append(UInt32(start))
      labels[start] = next
      var index = 0
      while index < piece.count {
        let pixel = Int(piece[index])
        index += 1
        if index & 0xFFFF == 0 { try cancellation.check() }
        func visit(_ other: Int) {
          if labels[other] == 0, nearest[other] == nearest[start] {
            labels[other] = next
            piece.append(UInt32(other))
          }
        }
        let column = pixel % width
        if column > 0 { visit(pixel - 1) }
        if column < width - 1 { visit(pixel + 1) }
        if pixel >= width { visit(pixel - width) }
        if pixel < width * (height - 1) { visit(pixel + width) }
      }
      if piece.count < smallest, before > 0 {
        for pixel in piece { labels[Int(pixel)] = before }
      } else {
        next += 1
      }
    }
    return labels
  }
}

/// Means of intensity, row and column.
private struct Seeds: Sendable {
  private var intensities: [Double] = []
  private var rows: [Double] = []
  private var columns: [Double] = []

  init(_ image: GrayImage, step: Double) {
    let (down, across) = (
      max(1, Int((Double(image.size.height) / step).rounded())), max(1, Int((Double(image.size.width) / step).rounded()))
    )
    for row in 0..<down {
      for column in 0..<across {
        let place = (
          Int((Double(row) + 0.5) * Double(image.size.height) / Double(down)),
          Int((Double(column) + 0.5) * Double(image.size.width) / Double(across))
        )
        rows.append(Double(place.0))
        columns.append(Double(place.1))
        intensities.append(Double(image[place.0, place.1]))
      }
    }
  }

  /// The nearest seed of each pixel; 0 stands for the first.
  func assigned(_ image: GrayImage, step: Double, compactness: Double) throws -> [UInt32] {
    let cancellation = Cancellation.current
    let width = image.size.width
    let (weight, spread) = (1 / (compactness * compactness), 1 / (step * step))
    return try Parallel.filled(rows: image.size.height, of: width, grain: 32) { band, output in
      output.initialize(repeating: 0)
      var least = [Double](repeating: .infinity, count: output.count)
      for seed in rows.indices {
        let (top, bottom) = (
          max(band.lowerBound, Int((rows[seed] - 2 * step).rounded(.up))), min(band.upperBound - 1, Int(rows[seed] + 2 * step))
        )
        guard top <= bottom else { continue }
        if seed & 15 == 0 { try cancellation.check() }
        let (left, right) = (max(0, Int((columns[seed] - 2 * step).rounded(.up))), min(width - 1, Int(columns[seed] + 2 * step)))
        guard left <= right else { continue }
        for row in top...bottom {
          for column in left...right {
            let (y, x) = (Double(row) - rows[seed], Double(column) - columns[seed])
            let tone = Double(image.pixels[row * width + column]) - intensities[seed]
            let distance = tone * tone * weight + (y * y + x * x) * spread
            let place = (row - band.lowerBound) * width + column
            if distance < least[place] {
              least[place] = distance
              output[place] = UInt32(truncatingIfNeeded: seed)
            }
          }
        }
      }
    }
  }

  /// Each seed to the mean of its pixels; one without stays.
  mutating func move(_ image: GrayImage, _ nearest: [UInt32]) throws {
    let cancellation = Cancellation.current
    let width = image.size.width
    var sums = [(count: Int, intensity: Double, row: Int, column: Int)](repeating: (0, 0, 0, 0), count: rows.count)
    for row in 0..<image.size.height {
      if row & 31 == 0 { try cancellation.check() }
      for column in 0..<width {
        let seed = Int(nearest[row * width + column])
        sums[seed].count += 1
        sums[seed].intensity += Double(image.pixels[row * width + column])
        sums[seed].row += row
        sums[seed].column += column
      }
    }
    for (seed, sum) in sums.enumerated() where sum.count > 0 {
      intensities[seed] = sum.intensity / Double(sum.count)
      rows[seed] = Double(sum.row) / Double(sum.count)
      columns[seed] = Double(sum.column) / Double(sum.count)
    }
  }
}
