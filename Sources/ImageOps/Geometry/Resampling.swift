import Basics

/// Resampling of one plane of numbers, one axis after the other.
enum Resampling {
  /// O(source · taps). Results are the same for any number of threads.
  static func plane(_ pixels: [Float], size: Size, to target: Size, using method: ResamplingMethod) throws -> [Float] {
    // What shrinks more goes first: the second pass has less to do.
    let rowsFirst = size.height * target.width >= target.height * size.width
    if rowsFirst, size.height != target.height, size.width != target.width {
      return try bothAxes(pixels, size, to: target, using: method)
    }
    var result = pixels
    var current = size
    for isVertical in rowsFirst ? [true, false] : [false, true] {
      if isVertical, current.height != target.height {
        result = try vertical(result, current, to: target.height, using: method)
        current = Size(width: current.width, height: target.height)
      } else if !isVertical, current.width != target.width {
        result = try horizontal(result, current, to: target.width, using: method)
        current = Size(width: target.width, height: current.height)
      }
    }
    return result
  }

  /// Rows first, each shrunk or enlarged while it is in the cache.
  private static func bothAxes(_ pixels: [Float], _ size: Size, to target: Size, using method: ResamplingMethod) throws -> [Float] {
    let down = ResamplingWeights(from: size.height, to: target.height, using: method)
    let across = ResamplingWeights(from: size.width, to: target.width, using: method)
    return try Parallel.filled(rows: target.height, of: target.width) { rows, output in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: size.width) { line in
        for row in rows {
          column(pixels, size.width, down, row, into: line)
          let from = (row - rows.lowerBound) * target.width
          Self.row(UnsafeBufferPointer(line), across, into: UnsafeMutableBufferPointer(rebasing: output[from..<from + target.width]))
        }
      }
    }
  }

  private static func vertical(_ pixels: [Float], _ size: Size, to height: Int, using method: ResamplingMethod) throws -> [Float] {
    let taps = ResamplingWeights(from: size.height, to: height, using: method)
    let width = size.width
    return try Parallel.filled(rows: height, of: width) { rows, output in
      for row in rows {
        let from = (row - rows.lowerBound) * width
        column(pixels, width, taps, row, into: UnsafeMutableBufferPointer(rebasing: output[from..<from + width]))
      }
    }
  }

  private static func horizontal(_ pixels: [Float], _ size: Size, to width: Int, using method: ResamplingMethod) throws -> [Float] {
    let taps = ResamplingWeights(from: size.width, to: width, using: method)
    return try Parallel.filled(rows: size.height, of: width) { rows, output in
      pixels.withUnsafeBufferPointer { pixels in
        for row in rows {
          let from = (row - rows.lowerBound) * width
          Self.row(
            UnsafeBufferPointer(rebasing: pixels[row * size.width..<(row + 1) * size.width]), taps,
            into: UnsafeMutableBufferPointer(rebasing: output[from..<from + width]))
        }
      }
    }
  }

  /// One row of the result of the pass down.
  private static func column(
    _ pixels: [Float], _ width: Int, _ taps: ResamplingWeights, _ row: Int, into line: UnsafeMutableBufferPointer<Float>
  ) {
    let count = taps.offsets[row + 1] - taps.offsets[row]
    pixels.withUnsafeBufferPointer { pixels in
      taps.weights.withUnsafeBufferPointer { weights in
        guard let pixels = pixels.baseAddress, let weights = weights.baseAddress, let line = line.baseAddress else { return }
        PixelKernels.weighRows(
          pixels + taps.firsts[row] * width, stride: width, weights: weights + taps.offsets[row], taps: count, into: line, count: width)
      }
    }
  }

  /// One row of the result of the pass across.
  private static func row(_ source: UnsafeBufferPointer<Float>, _ taps: ResamplingWeights, into output: UnsafeMutableBufferPointer<Float>) {
    taps.weights.withUnsafeBufferPointer { weights in
      if let step = taps.wholeStep, let weights = weights.baseAddress, let source = source.baseAddress, let output = output.baseAddress {
        return PixelKernels.shrink(source, by: step, weights: weights, into: output, count: taps.firsts.count)
      }
      for column in output.indices {
        let offset = taps.offsets[column]
        let values = UnsafeBufferPointer(rebasing: source[taps.firsts[column]...])
        output[column] = dot(UnsafeBufferPointer(rebasing: weights[offset..<taps.offsets[column + 1]]), values)
      }
    }
  }

  /// Sum of products over the first argument's length, in eight partial sums.
  private static func dot(_ weights: UnsafeBufferPointer<Float>, _ values: UnsafeBufferPointer<Float>) -> Float {
    let count = weights.count
    var index = 0
    var result: Float = 0
    if count >= 16, let weights = weights.baseAddress, let values = values.baseAddress {
      var sums = SIMD8<Float>.zero
      while index + 8 <= count {
        let weight = UnsafeRawPointer(weights + index).loadUnaligned(as: SIMD8<Float>.self)
        sums += weight * UnsafeRawPointer(values + index).loadUnaligned(as: SIMD8<Float>.self)
        index += 8
      }
      result = sums.sum()
    }
    while index < count {
      result += weights[index] * values[index]
      index += 1
    }
    return result
  }
}

extension GrayImage {
  /// Resamples the image to another size; the spacing is adapted.
  ///
  /// Bicubic and Lanczos may overshoot the range of the source.
  /// - Throws: `ImageError.invalidSize`, `CancellationError`.
  public func resampled(to target: Size, using method: ResamplingMethod = .area) throws -> GrayImage {
    guard target.isValid else { throw ImageError.invalidSize(target) }
    let pixels = try Resampling.plane(pixels, size: size, to: target, using: method)
    var result = replacing(pixels: pixels, size: target, spacing: spacing.resampled(from: size, to: target))
    result.padding = try padding?.resampled(to: target)
    return result
  }
}

extension ProbabilityMap {
  /// Resamples the map to another size, clipped to 0...1; the spacing is adapted.
  /// - Throws: `ImageError.invalidSize`, `CancellationError`.
  public func resampled(to target: Size, using method: ResamplingMethod = .bilinear) throws -> ProbabilityMap {
    guard target.isValid else { throw ImageError.invalidSize(target) }
    let pixels = try Resampling.plane(pixels, size: size, to: target, using: method)
    return try ProbabilityMap(clipping: pixels, size: target, spacing: spacing.resampled(from: size, to: target))
  }
}

extension Mask {
  /// Resamples the mask to another size; the spacing is adapted.
  ///
  /// `.nearest` picks pixels; any other method resamples coverage (0 or 1) and keeps pixels covered by more than a half.
  /// - Throws: `ImageError.invalidSize`, `CancellationError`.
  public func resampled(to target: Size, using method: ResamplingMethod = .nearest) throws -> Mask {
    guard target.isValid else { throw ImageError.invalidSize(target) }
    guard method != .nearest else { return try pickedNearest(to: target) }
    let whole: [Float] = try values(inside: 1, outside: 0)
    let coverage = try Resampling.plane(whole, size: size, to: target, using: method)
    return try coverage.above(0.5, size: target, spacing: spacing.resampled(from: size, to: target), within: nil)
  }

  /// Straight from the bits: most of a large mask is not read.
  private func pickedNearest(to target: Size) throws -> Mask {
    let places = ResamplingWeights(from: size.height, to: target.height, using: .nearest).firsts
    let columns = ResamplingWeights(from: size.width, to: target.width, using: .nearest).firsts
    let (source, stride) = (words, wordsPerRow)
    let wordsPerRow = (target.width + 63) / 64
    let picked: [UInt64] = try Parallel.filled(rows: target.height, of: wordsPerRow, grain: max(16, 32_768 / target.width)) {
      rows, output in
      for row in rows {
        let start = places[row] * stride
        for word in 0..<wordsPerRow {
          var bits: UInt64 = 0
          for column in 64 * word..<min(target.width, 64 * word + 64) {
            bits |= (source[start + columns[column] >> 6] >> UInt64(columns[column] & 63) & 1) << UInt64(column & 63)
          }
          output[(row - rows.lowerBound) * wordsPerRow + word] = bits
        }
      }
    }
    return Mask(size: target, words: picked, spacing: spacing.resampled(from: size, to: target))
  }
}

extension LabelImage {
  /// Resamples the labels to another size by nearest neighbor; the spacing is adapted.
  /// - Throws: `ImageError.invalidSize`, `CancellationError`.
  public func resampled(to target: Size) throws -> LabelImage {
    guard target.isValid else { throw ImageError.invalidSize(target) }
    return try pickedNearest(to: target)
  }
}

extension PixelGrid {
  fileprivate func pickedNearest(to target: Size) throws -> Self {
    let rows = ResamplingWeights(from: size.height, to: target.height, using: .nearest).firsts
    let columns = ResamplingWeights(from: size.width, to: target.width, using: .nearest).firsts
    let width = size.width
    return try gathered(to: target, spacing: spacing.resampled(from: size, to: target), filler: Self.background) { row, part, places in
      for column in part { places[column - part.lowerBound] = Int32(truncatingIfNeeded: rows[row] * width + columns[column]) }
    }
  }
}

extension Spacing {
  func resampled(from size: Size, to target: Size) -> Spacing {
    scaled(rows: Double(target.height) / Double(size.height), columns: Double(target.width) / Double(size.width))
  }
}
