import Basics
internal import Platform

/// How much two images say of each other: (H(A) + H(B)) / H(A, B) of their joint histogram, 1 for nothing, 2 for all.
///
/// 32 × 32 bins between the extremes of each; a pixel's share goes to both bins of the moving image that its bilinear value lies between.
/// - Source: Studholme, Hill and Hawkes, An Overlap Invariant Entropy Measure of 3D Medical Image Alignment, Pattern Recognition 32, 1999.
struct NormalizedInformation: Sendable {
  static let bins = 32
  private let size: Size
  private let movingSize: Size
  /// Bin of each fixed pixel.
  private let fixed: [UInt8]
  /// Place of each moving pixel among the bins' middles.
  private let moving: [Float]

  init(fixed: GrayImage, moving: GrayImage) {
    size = fixed.size
    movingSize = moving.size
    self.fixed = Self.places(fixed).map { UInt8(min(max($0, 0), Float(Self.bins - 1)).rounded()) }
    self.moving = Self.places(moving)
  }

  private static func places(_ image: GrayImage) -> [Float] {
    let range = image.pixels.finiteExtremes
    let scale = range.upperBound > range.lowerBound ? Float(bins - 1) / (range.upperBound - range.lowerBound) : 0
    guard scale.isNormal || range.upperBound == range.lowerBound else {
      // The range is wider than a `Float` can hold, or narrower than its inverse can.
      let (low, width) = (Double(range.lowerBound), Double(range.upperBound) - Double(range.lowerBound))
      return image.pixels.map { $0.isFinite ? Float((Double($0) - low) / width * Double(bins - 1)) : 0 }
    }
    return image.pixels.map { $0.isFinite ? ($0 - range.lowerBound) * scale : 0 }
  }

  /// Under a map from fixed to moving pixels; 0 where less than half of the fixed image meets the moving one. The same bits for any number of threads.
  func value(under map: AffineMap) throws -> Double {
    let bins = Self.bins
    let grain = max(1, 16_384 / size.width)
    let bands = (size.height + grain - 1) / grain
    let parts: [Float] = try Parallel.filled(rows: bands, of: bins * bins, grain: 1) { band, output in
      output.initialize(repeating: 0)
      for row in band.lowerBound * grain..<min(size.height, band.upperBound * grain) { add(row: row, under: map, to: output) }
    }
    var joint = [Double](repeating: 0, count: bins * bins)
    for (index, part) in parts.enumerated() { joint[index % joint.count] += Double(part) }
    let total = joint.reduce(0, +)
    guard total * 2 >= Double(size.count) else { return 0 }
    func entropy(_ weights: [Double]) -> Double {
      weights.reduce(0) { $1 > 0 ? $0 - $1 / total * log($1 / total) : $0 }
    }
    let rows = (0..<bins).map { row in (0..<bins).reduce(0) { $0 + joint[row * bins + $1] } }
    let columns = (0..<bins).map { column in (0..<bins).reduce(0) { $0 + joint[$1 * bins + column] } }
    let both = entropy(joint)
    return both > 0 ? (entropy(rows) + entropy(columns)) / both : 1
  }

  private func add(row: Int, under map: AffineMap, to joint: UnsafeMutableBufferPointer<Float>) {
    let bins = Self.bins
    let (bottom, right) = (Double(movingSize.height - 1), Double(movingSize.width - 1))
    moving.withUnsafeBufferPointer { moving in
      fixed.withUnsafeBufferPointer { fixed in
        for column in 0..<size.width {
          let place = map.place(row: Double(row), column: Double(column))
          guard place.row >= 0, place.row < bottom, place.column >= 0, place.column < right else { continue }
          let (top, left) = (Int(place.row), Int(place.column))
          let (y, x) = (Float(place.row - Double(top)), Float(place.column - Double(left)))
          let base = top * movingSize.width + left
          let above = moving[base] + x * (moving[base + 1] - moving[base])
          let below = moving[base + movingSize.width] + x * (moving[base + movingSize.width + 1] - moving[base + movingSize.width])
          let value = above + y * (below - above)
          let low = min(Int(value), bins - 2)
          let part = value - Float(low)
          let cell = Int(fixed[row * size.width + column]) * bins + low
          joint[cell] += 1 - part
          joint[cell + 1] += part
        }
      }
    }
  }
}
