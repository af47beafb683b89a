import Basics

extension GrayImage {
  /// Warps the image by a map from result to source, to size `target` or its own size. Pixels from outside are `fill`, also as neighbors in the
  /// interpolation. Bicubic may overshoot. Definition: scikit-image `transform.warp`.
  /// - Throws: `ImageError.invalidSize`, `CancellationError`.
  public func warped(by map: AffineMap, to target: Size? = nil, using interpolation: Interpolation = .bilinear, fill: Float = 0) throws
    -> GrayImage
  {
    let target = target ?? size
    guard target.isValid else { throw ImageError.invalidSize(target) }
    let pixels = try pixels.warped(size, to: target, by: map, using: interpolation, fill: fill)
    return replacing(pixels: pixels, size: target, spacing: spacing)
  }
}

extension ProbabilityMap {
  /// Warps the probability map by a map from result to source, clipped to 0...1; probability 0 outside.
  /// - Throws: As ``GrayImage/warped(by:to:using:fill:)``.
  public func warped(by map: AffineMap, to target: Size? = nil, using interpolation: Interpolation = .bilinear) throws -> ProbabilityMap {
    let target = target ?? size
    guard target.isValid else { throw ImageError.invalidSize(target) }
    let pixels = try pixels.warped(size, to: target, by: map, using: interpolation, fill: 0)
    return try ProbabilityMap(clipping: pixels, size: target, spacing: spacing)
  }
}

extension PixelGrid {
  /// Warps the image by a map from result to source, by nearest neighbor; background outside.
  /// - Parameter spacing: The spacing of the result; nil for that of the image.
  /// - Throws: `ImageError.invalidSize`, `CancellationError`.
  public func pickedThrough(_ map: AffineMap, to target: Size? = nil, spacing: Spacing? = nil) throws -> Self {
    let target = target ?? size
    guard target.isValid else { throw ImageError.invalidSize(target) }
    let size = size
    return try gathered(to: target, spacing: spacing ?? self.spacing, filler: Self.background) { row, columns, places in
      for column in columns {
        let place = map.place(row: Double(row), column: Double(column))
        // What lies far outside is no number of a pixel.
        let isNear = abs(place.row) < 1e6 && abs(place.column) < 1e6
        let (sourceRow, sourceColumn) = isNear ? (Int(place.row.rounded()), Int(place.column.rounded())) : (-1, -1)
        let isInside = size.contains(row: sourceRow, column: sourceColumn)
        places[column - columns.lowerBound] = isInside ? Int32(truncatingIfNeeded: sourceRow * size.width + sourceColumn) : -1
      }
    }
  }
}

extension [Float] {
  func warped(_ size: Size, to target: Size, by map: AffineMap, using interpolation: Interpolation, fill: Float) throws -> [Float] {
    let cancellation = Cancellation.current
    let width = target.width
    // Steps so small that places of sixteen pixels are exact enough in single precision.
    let isSmall = interpolation == .bilinear && abs(map.across.row) <= 2 && abs(map.across.column) <= 2
    // Of bytes, as long as a few rows hold sixteen places in a row.
    let bytes =
      isSmall && PixelKernels.samplesBytes && abs(map.across.column) <= 1 && abs(map.across.row) <= 0.5
      ? try packed(as: UInt8.self) : nil
    return try Parallel.filled(rows: target.height, of: width) { rows, output in
      try withUnsafeBufferPointer { pixels in
        let sampler = Sampler(pixels: pixels, size: size, fill: fill)
        for row in rows {
          if row & 15 == 0 { try cancellation.check() }
          let start = map.place(row: Double(row), column: 0)
          let line = (row - rows.lowerBound) * width
          // As far from the edge as rounding may move a place.
          let inner = isSmall ? sampler.columns(from: start, map.across, count: width, margin: 1e-4) : 0..<0
          if let pixels = pixels.baseAddress, let output = output.baseAddress, !inner.isEmpty {
            let (place, step) = ((start.row, start.column), (map.across.row, map.across.column))
            let line = output + line + inner.lowerBound
            if let bytes {
              bytes.withUnsafeBufferPointer {
                PixelKernels.sample($0, width: size.width, from: place, step: step, columns: inner, into: line)
              }
            } else {
              PixelKernels.sample(pixels, width: size.width, from: place, step: step, columns: inner, into: line)
            }
          }
          // Beyond these columns no place is near the image.
          let near = sampler.columns(from: start, map.across, count: width, margin: -4)
          for column in [0..<near.lowerBound, near.upperBound..<width].joined() { output[line + column] = fill }
          let sides = [
            near.lowerBound..<Swift.max(near.lowerBound, inner.lowerBound), Swift.max(near.lowerBound, inner.upperBound)..<near.upperBound,
          ]
          for column in sides.joined() {
            let place = map.place(row: Double(row), column: Double(column))
            output[line + column] =
              switch interpolation {
              case .nearest: sampler.pixel(Int(place.row.rounded()), Int(place.column.rounded()))
              case .bilinear: sampler.bilinear(place.row, place.column)
              case .bicubic: sampler.bicubic(place.row, place.column)
              }
          }
        }
      }
    }
  }
}
