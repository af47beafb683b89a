import Basics
internal import Platform

extension ThresholdMethod.Automatic {
  /// The threshold; that of constant values is the value.
  func threshold(of values: AutomaticHistogram) throws -> Float {
    guard values.minimum < values.maximum else { return values.minimum }
    let histogram = values.histogram
    return switch self {
    case .mean: Float(values.mean)
    case .otsu: Float(histogram.otsu)
    case .triangle: Float(histogram.triangle)
    case .yen: Float(histogram.yen)
    case .isodata: Float(histogram.isodata ?? values.mean)
    case .li: Float(try values.li())
    case .minimumError: Float(histogram.minimumError)
    case .maximumEntropy: Float(histogram.maximumEntropy)
    }
  }
}

extension Histogram {
  /// Pixels and sum of intensities in each bin and those before it.
  private var cumulative: (counts: [Double], sums: [Double]) {
    var (count, sum) = (0.0, 0.0)
    var result: (counts: [Double], sums: [Double]) = ([], [])
    for bin in counts.indices {
      count += Double(counts[bin])
      sum += Double(counts[bin]) * center(bin)
      result.counts.append(count)
      result.sums.append(sum)
    }
    return result
  }

  fileprivate var otsu: Double {
    let (below, sums) = cumulative
    let (count, sum) = (below[below.count - 1], sums[sums.count - 1])
    var best = (variance: -1.0, bin: 0)
    for bin in 0..<counts.count - 1 where below[bin] > 0 && below[bin] < count {
      let distance = sums[bin] / below[bin] - (sum - sums[bin]) / (count - below[bin])
      let variance = below[bin] * (count - below[bin]) * distance * distance
      if variance > best.variance { best = (variance, bin) }
    }
    return center(best.bin)
  }

  fileprivate var isodata: Double? {
    let (below, sums) = cumulative
    let (count, sum) = (below[below.count - 1], sums[sums.count - 1])
    for bin in 0..<counts.count - 1 where below[bin] > 0 && below[bin] < count {
      let middle = (sums[bin] / below[bin] + (sum - sums[bin]) / (count - below[bin])) / 2
      if middle >= center(bin), middle - center(bin) < binWidth { return center(bin) }
    }
    return nil
  }

  fileprivate var yen: Double {
    let total = Double(counts.reduce(0, +))
    let shares = counts.map { Double($0) / total }
    let squares = shares.reduce(0) { $0 + $1 * $1 }
    var (below, squaresBelow) = (0.0, 0.0)
    var best = (criterion: -Double.infinity, bin: 0)
    for bin in 0..<shares.count - 1 {
      below += shares[bin]
      squaresBelow += shares[bin] * shares[bin]
      let product = below * (1 - below)
      guard product > 0, squares > squaresBelow else { continue }
      let criterion = 2 * log(product) - log(squaresBelow * (squares - squaresBelow))
      if criterion > best.criterion { best = (criterion, bin) }
    }
    return center(best.bin)
  }

  fileprivate var triangle: Double {
    guard let height = counts.max(), let peak = counts.firstIndex(of: height), let low = counts.firstIndex(where: { $0 > 0 }),
      let high = counts.lastIndex(where: { $0 > 0 })
    else { return center(0) }
    let isFlipped = peak - low < high - peak
    let tail = isFlipped ? counts.count - 1 - high : low
    let width = isFlipped ? high - peak : peak - low
    func count(_ bin: Int) -> Int { isFlipped ? counts[counts.count - 1 - bin] : counts[bin] }
    var best = (length: -Double.infinity, bin: tail)
    for step in 0..<width {
      let length = Double(height) * Double(step) - Double(width) * Double(count(tail + step))
      if length > best.length { best = (length, tail + step) }
    }
    return center(isFlipped ? counts.count - 1 - best.bin : best.bin)
  }
}

extension Histogram {
  /// Kittler and Illingworth's criterion for two normal classes. A class spreads at least as even numbers in one bin do, so that none is a point.
  fileprivate var minimumError: Double {
    var (count, sum, square) = (0.0, 0.0, 0.0)
    let moments = counts.indices.map { bin -> (count: Double, sum: Double, square: Double) in
      let (number, x) = (Double(counts[bin]), center(bin) - center(0))
      (count, sum, square) = (count + number, sum + number * x, square + number * x * x)
      return (count, sum, square)
    }
    func term(_ number: Double, _ sum: Double, _ square: Double) -> Double {
      let mean = sum / number
      let variance = max(0, square / number - mean * mean) + binWidth * binWidth / 12
      return number / count * (log(variance) / 2 - log(number / count))
    }
    var best = (criterion: Double.infinity, bin: 0)
    for bin in 0..<counts.count - 1 where moments[bin].count > 0 && moments[bin].count < count {
      let below = moments[bin]
      let criterion = term(below.count, below.sum, below.square) + term(count - below.count, sum - below.sum, square - below.square)
      if criterion < best.criterion { best = (criterion, bin) }
    }
    return center(best.bin)
  }

  /// Kapur, Sahoo and Wong's sum of both classes' entropies.
  fileprivate var maximumEntropy: Double {
    let total = Double(counts.reduce(0, +))
    let shares = counts.map { Double($0) / total }
    // Of the bins up to each: the sum of p and of p log p.
    var (sum, entropy) = (0.0, 0.0)
    let running = shares.map { share -> (share: Double, entropy: Double) in
      sum += share
      entropy -= share > 0 ? share * log(share) : 0
      return (sum, entropy)
    }
    var below = 0
    var best = (criterion: -Double.infinity, bin: 0)
    for bin in 0..<counts.count - 1 {
      below += counts[bin]
      guard below > 0, Double(below) < total else { continue }
      let (share, part) = running[bin]
      let criterion = part / share + log(share) + (entropy - part) / (1 - share) + log(1 - share)
      if criterion > best.criterion { best = (criterion, bin) }
    }
    return center(best.bin)
  }
}

extension AutomaticHistogram {
  /// Li's iteration on the distinct values, shifted so that the least is 0.
  fileprivate func li() throws -> Double {
    let low = Double(minimum)
    let occurring = try distinct()
    var (count, sum, gap) = (0.0, 0.0, Double.infinity)
    var before: Double?
    try occurring.forEachValue { value, number in
      let value = Double(value) - low
      count += Double(number)
      sum += value * Double(number)
      if let before { gap = min(gap, value - before) }
      before = value
      return true
    }
    let tolerance = areIntegers ? 0.5 : gap / 2
    var next = sum / count
    var current = -2 * tolerance
    // The iteration converges in a few steps; the bound only guards against a cycle between two values.
    for _ in 0..<1000 where abs(next - current) > tolerance {
      current = next
      var (countBelow, sumBelow) = (0.0, 0.0)
      try occurring.forEachValue { value, number in
        let value = Double(value) - low
        guard value <= current else { return false }
        countBelow += Double(number)
        sumBelow += value * Double(number)
        return true
      }
      guard countBelow > 0, countBelow < count else { break }
      let back = sumBelow / countBelow
      let fore = (sum - sumBelow) / (count - countBelow)
      if back == 0 { break }
      next = (back - fore) / (log(back) - log(fore))
    }
    return next + low
  }
}
