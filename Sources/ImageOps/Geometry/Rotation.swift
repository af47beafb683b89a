import Basics
internal import Platform

/// How values between pixels are interpolated when an image is rotated or warped.
public enum Interpolation: String, CaseIterable, Hashable, Sendable {
  /// The nearest pixel.
  case nearest
  /// Linear in both directions.
  case bilinear
  /// Catmull-Rom (a = −½), as scikit-image's order 3.
  case bicubic
}

/// A turn about an image's center, as a map from the pixels of the result to places in the source.
private struct Rotation {
  let target: Size
  let cosine: Double
  let sine: Double
  let offset: (row: Double, column: Double)

  /// Counterclockwise by `degrees`. Expanding makes room for the centers of all corner pixels, as scikit-image's `resize=True`.
  init(_ size: Size, degrees: Double, expanding: Bool) throws {
    guard degrees.isFinite else { throw ImageError.invalidParameter(name: "angle", value: degrees, allowed: "a finite angle") }
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
    guard target.isValid else { throw ImageError.invalidSize(target) }
    self.target = target
    let (row, column) = (origin.row - center.row, origin.column - center.column)
    offset = (center.row + sine * column + cosine * row, center.column + cosine * column - sine * row)
  }

  var map: AffineMap {
    AffineMap(
      down: AffineMap.Step(row: cosine, column: -sine), across: AffineMap.Step(row: sine, column: cosine),
      origin: AffineMap.Step(row: offset.row, column: offset.column))
  }
}

extension GrayImage {
  /// Rotates the image counterclockwise about its center by any angle in degrees. Pixels from outside are `fill`, also as neighbors in the
  /// interpolation near the edge. Bicubic may overshoot.
  ///
  /// `expanding` enlarges the image so that no corner is lost. Definition: scikit-image `transform.rotate`. For multiples of 90° see
  /// ``PixelGrid/rotated(quarterTurns:)``. The spacing is kept, which is exact only for square pixels.
  /// - Throws: `ImageError` for an angle that is not finite or a result that is too large, `CancellationError`.
  public func rotated(degrees: Double, using interpolation: Interpolation = .bilinear, fill: Float = 0, expanding: Bool = false) throws
    -> GrayImage
  {
    let rotation = try Rotation(size, degrees: degrees, expanding: expanding)
    return try warped(by: rotation.map, to: rotation.target, using: interpolation, fill: fill)
  }
}

extension ProbabilityMap {
  /// Rotates the map counterclockwise about its center by any angle in degrees, clipped to 0...1; probability 0 outside.
  /// - Throws: As ``GrayImage/rotated(degrees:using:fill:expanding:)``.
  public func rotated(degrees: Double, using interpolation: Interpolation = .bilinear, expanding: Bool = false) throws -> ProbabilityMap {
    let rotation = try Rotation(size, degrees: degrees, expanding: expanding)
    return try warped(by: rotation.map, to: rotation.target, using: interpolation)
  }
}

extension Mask {
  /// Rotates the mask counterclockwise about its center by any angle in degrees, by nearest neighbor; the outside is empty.
  /// - Throws: As ``GrayImage/rotated(degrees:using:fill:expanding:)``.
  public func rotated(degrees: Double, expanding: Bool = false) throws -> Mask {
    let rotation = try Rotation(size, degrees: degrees, expanding: expanding)
    return try pickedThrough(rotation.map, to: rotation.target)
  }
}

extension LabelImage {
  /// Rotates the labels counterclockwise about the center by any angle in degrees, by nearest neighbor; 0 outside.
  /// - Throws: As ``GrayImage/rotated(degrees:using:fill:expanding:)``.
  public func rotated(degrees: Double, expanding: Bool = false) throws -> LabelImage {
    let rotation = try Rotation(size, degrees: degrees, expanding: expanding)
    return try pickedThrough(rotation.map, to: rotation.target)
  }
}
