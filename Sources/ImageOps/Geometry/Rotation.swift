import Glibc

/// How pixels between pixels are computed when a picture is turned.
public enum Interpolation: String, CaseIterable, Hashable, Sendable {
  case nearest
  case bilinear
  /// Catmull-Rom (a = −½), as scikit-image's order 3.
  case bicubic
}

/// A turn about a picture's centre, as a map from the pixels of the result to places in the source.
private struct Rotation {
  let target: Size
  let cosine: Double
  let sine: Double
  let offset: (row: Double, column: Double)

  /// Counter-clockwise by `degrees`. Expanding makes room for the centres of all corner pixels, as scikit-image's `resize=True`.
  init(_ size: Size, degrees: Double, expanding: Bool) throws {
    guard degrees.isFinite else { throw PictureError.invalidParameter(name: "angle", value: degrees, allowed: "a finite angle") }
    let angle = fmod(degrees, 360)
    // Quarter turns are exact, which sin and cos are not.
    switch angle < 0 ? angle + 360 : angle {
    case 0: (cosine, sine) = (1, 0)
    case 90: (cosine, sine) = (0, 1)
    case 180: (cosine, sine) = (-1, 0)
    case 270: (cosine, sine) = (0, -1)
    default: (cosine, sine) = (cos(angle * .pi / 180), sin(angle * .pi / 180))
    }
    let center = (row: Double(size.height - 1) / 2, column: Double(size.width - 1) / 2)
    var origin = (row: 0.0, column: 0.0)
    var target = size
    if expanding {
      let halfHeight = abs(sine) * center.column + abs(cosine) * center.row
      let halfWidth = abs(cosine) * center.column + abs(sine) * center.row
      target = Size(
        width: Int((2 * halfWidth + 1).rounded(.toNearestOrEven)), height: Int((2 * halfHeight + 1).rounded(.toNearestOrEven)))
      origin = (center.row - halfHeight, center.column - halfWidth)
    }
    guard target.isValid else { throw PictureError.invalidSize(target) }
    self.target = target
    let (row, column) = (origin.row - center.row, origin.column - center.column)
    offset = (center.row + sine * column + cosine * row, center.column + cosine * column - sine * row)
  }

  func source(row: Int, column: Int) -> (row: Double, column: Double) {
    let (row, column) = (Double(row), Double(column))
    return (offset.row + sine * column + cosine * row, offset.column + cosine * column - sine * row)
  }
}

extension GrayImage {
  /// The picture turned counter-clockwise about its centre by any angle in degrees; what comes from outside is `fill`, and interpolation
  /// near the edge takes `fill` for the neighbours that do not exist. Bicubic may overshoot.
  ///
  /// `expanding` enlarges the picture so that no corner is lost. Definition: scikit-image `transform.rotate`. For multiples of 90° see
  /// ``PixelGrid/rotated(quarterTurns:)``. The spacing stays and is exact only for square pixels.
  /// - Throws: `PictureError` for an angle that is not finite or a result that is too large, `CancellationError`.
  public func rotated(
    degrees: Double, using interpolation: Interpolation = .bilinear, fill: Float = 0, expanding: Bool = false,
    polling cancellation: Cancellation = .never
  ) throws -> GrayImage {
    let rotation = try Rotation(size, degrees: degrees, expanding: expanding)
    let pixels = try pixels.turned(size, by: rotation, using: interpolation, fill: fill, polling: cancellation)
    return replacing(elements: pixels, size: rotation.target, spacing: spacing)
  }
}

extension ProbabilityMap {
  /// The map turned counter-clockwise about its centre by any angle in degrees, kept within 0...1; probability 0 outside.
  /// - Throws: as ``GrayImage/rotated(degrees:using:fill:expanding:polling:)``.
  public func rotated(
    degrees: Double, using interpolation: Interpolation = .bilinear, expanding: Bool = false, polling cancellation: Cancellation = .never
  ) throws -> ProbabilityMap {
    let rotation = try Rotation(size, degrees: degrees, expanding: expanding)
    let pixels = try pixels.turned(size, by: rotation, using: interpolation, fill: 0, polling: cancellation)
    return replacing(elements: pixels.map { min(max($0, 0), 1) }, size: rotation.target, spacing: spacing)
  }
}

extension Mask {
  /// The mask turned counter-clockwise about its centre by any angle in degrees, to the nearest pixel; nothing outside.
  /// - Throws: as ``GrayImage/rotated(degrees:using:fill:expanding:polling:)``.
  public func rotated(degrees: Double, expanding: Bool = false) throws -> Mask { try pickedTurned(degrees: degrees, expanding: expanding) }
}

extension LabelImage {
  /// The labels turned counter-clockwise about the centre by any angle in degrees, to the nearest pixel; 0 outside.
  /// - Throws: as ``GrayImage/rotated(degrees:using:fill:expanding:polling:)``.
  public func rotated(degrees: Double, expanding: Bool = false) throws -> LabelImage {
    try pickedTurned(degrees: degrees, expanding: expanding)
  }
}

extension PixelGrid {
  fileprivate func pickedTurned(degrees: Double, expanding: Bool) throws -> Self {
    let rotation = try Rotation(size, degrees: degrees, expanding: expanding)
    let elements = elements
    var result = [Pixel](repeating: Self.background, count: rotation.target.count)
    for row in 0..<rotation.target.height {
      for column in 0..<rotation.target.width {
        let place = rotation.source(row: row, column: column)
        let (sourceRow, sourceColumn) = (Int(place.row.rounded()), Int(place.column.rounded()))
        if size.contains(row: sourceRow, column: sourceColumn) {
          result[row * rotation.target.width + column] = elements[sourceRow * size.width + sourceColumn]
        }
      }
    }
    return replacing(elements: result, size: rotation.target, spacing: spacing)
  }
}

extension [Float] {
  fileprivate func turned(
    _ size: Size, by rotation: Rotation, using interpolation: Interpolation, fill: Float, polling cancellation: Cancellation
  ) throws -> [Float] {
    let width = rotation.target.width
    return try Parallel.filled(rows: rotation.target.height, of: width, polling: cancellation) { rows, output in
      withUnsafeBufferPointer { pixels in
        let sampler = Sampler(pixels: pixels, size: size, fill: fill)
        for row in rows {
          let start = rotation.source(row: row, column: 0)
          let line = (row - rows.lowerBound) * width
          // As far from the edge as rounding may move a place.
          let inner = interpolation == .bilinear ? sampler.columns(from: start, rotation, count: width, margin: 1e-4) : 0..<0
          if let pixels = pixels.baseAddress, let output = output.baseAddress, !inner.isEmpty {
            PixelKernels.sample(
              pixels, width: size.width, from: start, step: (rotation.sine, rotation.cosine), columns: inner,
              into: output + line + inner.lowerBound)
          }
          // Beyond these columns no place is near the picture.
          let near = sampler.columns(from: start, rotation, count: width, margin: -4)
          for column in [0..<near.lowerBound, near.upperBound..<width].joined() { output[line + column] = fill }
          for column in [
            near.lowerBound..<Swift.max(near.lowerBound, inner.lowerBound), Swift.max(near.lowerBound, inner.upperBound)..<near.upperBound,
          ].joined() {
            let place = rotation.source(row: row, column: column)
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

/// Reads a picture at places between pixels.
private struct Sampler {
  let pixels: UnsafeBufferPointer<Float>
  let size: Size
  let fill: Float

  /// The columns of a line of the result whose places lie between the first and the last rows and columns, and this far from them; farther out below 0.
  func columns(from start: (row: Double, column: Double), _ rotation: Rotation, count: Int, margin: Double) -> Range<Int> {
    let (bottom, right) = (Double(size.height - 1) - margin, Double(size.width - 1) - margin)
    func isInside(_ column: Int) -> Bool {
      let row = start.row + rotation.sine * Double(column)
      let place = start.column + rotation.cosine * Double(column)
      return row >= margin && row < bottom && place >= margin && place < right
    }
    var (lower, upper) = (0.0, Double(count))
    for (origin, step, limit) in [(start.row, rotation.sine, bottom), (start.column, rotation.cosine, right)] where step != 0 {
      let (one, other) = ((margin - origin) / step, (limit - origin) / step)
      lower = Swift.max(lower, Swift.min(one, other).rounded(.down))
      upper = Swift.min(upper, Swift.max(one, other).rounded(.up) + 1)
    }
    guard lower < upper else { return 0..<0 }
    var (first, last) = (Int(lower), Int(upper))
    // Division rounds, so the ends are tried.
    while first < last && !isInside(first) { first += 1 }
    while last > first && !isInside(last - 1) { last -= 1 }
    return first..<last
  }

  func pixel(_ row: Int, _ column: Int) -> Float {
    size.contains(row: row, column: column) ? pixels[row * size.width + column] : fill
  }

  func bilinear(_ row: Double, _ column: Double) -> Float {
    let (top, left) = (Int(row.rounded(.down)), Int(column.rounded(.down)))
    let (y, x) = (Float(row - Double(top)), Float(column - Double(left)))
    let above = (1 - x) * pixel(top, left) + x * pixel(top, left + 1)
    let below = (1 - x) * pixel(top + 1, left) + x * pixel(top + 1, left + 1)
    return (1 - y) * above + y * below
  }

  func bicubic(_ row: Double, _ column: Double) -> Float {
    let (top, left) = (Int(row.rounded(.down)), Int(column.rounded(.down)))
    let (y, x) = (Float(row - Double(top)), Float(column - Double(left)))
    func line(_ row: Int) -> Float {
      Self.cubic(x, pixel(row, left - 1), pixel(row, left), pixel(row, left + 1), pixel(row, left + 2))
    }
    return Self.cubic(y, line(top - 1), line(top), line(top + 1), line(top + 2))
  }

  /// Catmull-Rom between b (at 0) and c (at 1).
  private static func cubic(_ x: Float, _ a: Float, _ b: Float, _ c: Float, _ d: Float) -> Float {
    b + 0.5 * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)))
  }
}
