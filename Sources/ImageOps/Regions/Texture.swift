import Basics
internal import Platform

/// Texture features of a region: first-order statistics, co-occurrence (Haralick) features and local binary patterns.
public struct Texture: Sendable, Hashable {
  /// The skewness of the intensities (population moments); 0 for a constant region.
  public var skewness: Double
  /// The excess kurtosis of the intensities (population moments); 0 for a constant region.
  public var kurtosis: Double
  /// The Shannon entropy of the histogram in bits, with as many bins as levels.
  public var entropy: Double
  /// The contrast of the co-occurrence matrix p, Σ p (i - j)²; like those below, the mean of four directions.
  public var contrast: Double
  /// The dissimilarity of the co-occurrence matrix, Σ p |i - j|.
  public var dissimilarity: Double
  /// The homogeneity of the co-occurrence matrix, Σ p / (1 + (i - j)²).
  public var homogeneity: Double
  /// The energy of the co-occurrence matrix, √Σ p².
  public var energy: Double
  /// The correlation of neighboring levels, -1 to 1; 1 if all levels are equal.
  public var correlation: Double
  /// The share of each code 0...9 of ``GrayImage/localBinaryPatterns()``.
  public var patterns: [Double]
}

extension GrayImage {
  /// Computes texture features of the pixels inside the mask, or of all pixels.
  ///
  /// Intensities from the region's minimum to its maximum are divided into `levels` (2...256) equal bins. Pairs of pixels lie `distance` (1...1000)
  /// px apart along the row, the column and both diagonals, both inside, and count in both orders. Definition: scikit-image `graycomatrix` with
  /// `symmetric` and `normed`, and `graycoprops`; a direction without a pair is left out. O(pixels + levels²).
  /// - Throws: `ImageError` for a parameter out of range, a mask of another size, or no finite pixel; `CancellationError`.
  /// - Source: Haralick, Shanmugam and Dinstein, Textural Features for Image Classification, IEEE SMC 3, 1973.
  public func texture(levels: Int = 32, distance: Int = 1, within mask: Mask? = nil) throws -> Texture {
    let codes = try localBinaryPatternBytes()
    return try texture(levels: levels, distance: distance, within: mask) { codes[$0 * size.width + $1] }
  }

  /// The codes of ``localBinaryPatterns()``, a byte each.
  func localBinaryPatternBytes() throws -> [UInt8] {
    let codes = try localBinaryPatterns().pixels
    let width = size.width
    return try Parallel.filled(rows: size.height, of: width) { rows, bytes in
      for index in bytes.indices { bytes[index] = UInt8(codes[rows.lowerBound * width + index]) }
    }
  }

  /// The same with the codes of the patterns at hand, by row and column.
  func texture(levels: Int, distance: Int, within mask: Mask?, patterns code: (Int, Int) -> UInt8) throws -> Texture {
    let cancellation = Cancellation.current
    try ImageError.require("levels", Double(levels), in: 2...256)
    try ImageError.require("distance", Double(distance), in: 1...1000, unit: " px")
    let mask = try measured(within: mask)
    let values = try IntensityValues(pixels, size: size, within: mask)
    let (mean, deviation) = try values.moments()
    let span = Double(values.maximum) - Double(values.minimum)
    @Sendable func level(_ pixel: Float) -> Int {
      span > 0 ? min(levels - 1, Int((Double(pixel) - Double(values.minimum)) / span * Double(levels))) : 0
    }
    var (third, fourth) = (0.0, 0.0)
    var counts = [Int](repeating: 0, count: levels)
    try values.values.inParts { part in
      for value in values.values[part] {
        let z = deviation > 0 ? (Double(value) - mean) / deviation : 0
        third += z * z * z
        fourth += z * z * z * z
        counts[level(value)] += 1
      }
    }
    let number = Double(values.values.count)
    var result = Texture(
      skewness: third / number, kurtosis: deviation > 0 ? fourth / number - 3 : 0,
      entropy: counts.reduce(0) { $1 == 0 ? $0 : $0 - Double($1) / number * log2(Double($1) / number) }, contrast: 0, dissimilarity: 0,
      homogeneity: 0, energy: 0, correlation: 0, patterns: [Double](repeating: 0, count: Self.patternCount))
    // The level of each pixel that counts, else -1.
    var plane = try [Int16](filledWith: -1, count: size.count)
    var shares = [Int](repeating: 0, count: Self.patternCount)
    for row in 0..<size.height {
      if row & 15 == 0 { try cancellation.check() }
      for column in 0..<size.width where mask?[row, column] ?? true {
        let place = row * size.width + column
        guard pixels[place].isFinite else { continue }
        plane[place] = Int16(level(pixels[place]))
        shares[Int(code(row, column))] += 1
      }
    }
    result.patterns = shares.map { Double($0) / number }
    var directions = 0.0
    for (down, across) in [(0, 1), (1, 1), (1, 0), (1, -1)] {
      let matrix = try pairs(plane, down * distance, across * distance, levels)
      guard let features = matrix.features else { continue }
      directions += 1
      result.contrast += features.contrast
      result.dissimilarity += features.dissimilarity
      result.homogeneity += features.homogeneity
      result.energy += features.energy
      result.correlation += features.correlation
    }
    guard directions > 0 else { return result }
    result.contrast /= directions
    result.dissimilarity /= directions
    result.homogeneity /= directions
    result.energy /= directions
    result.correlation /= directions
    return result
  }

  private func pairs(_ plane: [Int16], _ down: Int, _ across: Int, _ levels: Int) throws -> Cooccurrence {
    let cancellation = Cancellation.current
    var counts = [Int](repeating: 0, count: levels * levels)
    for row in 0..<max(0, size.height - down) {
      if row & 63 == 0 { try cancellation.check() }
      for column in max(0, -across)..<max(max(0, -across), min(size.width, size.width - across)) {
        let (one, other) = (Int(plane[row * size.width + column]), Int(plane[(row + down) * size.width + column + across]))
        if one >= 0, other >= 0 { counts[one * levels + other] += 1 }
      }
    }
    return Cooccurrence(counts: counts, levels: levels)
  }
}

/// How often one level lies beside another.
private struct Cooccurrence {
  let counts: [Int]
  let levels: Int

  var features: (contrast: Double, dissimilarity: Double, homogeneity: Double, energy: Double, correlation: Double)? {
    let total = 2 * Double(counts.reduce(0, +))
    guard total > 0 else { return nil }
    var (contrast, dissimilarity, homogeneity, squares) = (0.0, 0.0, 0.0, 0.0)
    // Both ways, so that rows and columns have one mean and one variance.
    var (mean, square, product) = (0.0, 0.0, 0.0)
    for i in 0..<levels {
      for j in 0..<levels {
        let share = Double(counts[i * levels + j] + counts[j * levels + i]) / total
        guard share > 0 else { continue }
        let difference = Double(i - j)
        contrast += share * difference * difference
        dissimilarity += share * abs(difference)
        homogeneity += share / (1 + difference * difference)
        squares += share * share
        mean += share * Double(i)
        square += share * Double(i * i)
        product += share * Double(i * j)
      }
    }
    let variance = square - mean * mean
    return (contrast, dissimilarity, homogeneity, squares.squareRoot(), variance < 1e-15 ? 1 : (product - mean * mean) / variance)
  }
}
