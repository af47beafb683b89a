import Basics

/// A pair of 3 × 3 filters for the vertical and the horizontal derivative.
public enum GradientOperator: String, CaseIterable, Hashable, Sendable {
  /// Weights 1 2 1.
  case sobel
  /// Weights 3 10 3, the least dependent on direction.
  case scharr
  /// Weights 1 1 1.
  case prewitt

  /// Weights beside and on the axis, of sum 1.
  var weights: (edge: Float, middle: Float) {
    switch self {
    case .sobel: (0.25, 0.5)
    case .scharr: (0.1875, 0.625)
    case .prewitt: (1 / 3, 1 / 3)
    }
  }
}

extension GrayImage {
  /// Computes the gradient magnitude √((down² + across²) / 2) of the two derivatives, mirrored at the border.
  ///
  /// Definition: scikit-image `filters.sobel`, `scharr` and `prewitt`. O(pixels).
  /// - Throws: `CancellationError`.
  public func gradientMagnitude(by operation: GradientOperator = .sobel) throws -> GrayImage {
    let (edge, middle) = operation.weights
    let width = size.width
    let span = range.upperBound - range.lowerBound
    return try mapRows(reach: .init(1), range: 0...max(span, 0)) { row, rows, line in
      PixelKernels.gradientMagnitude(
        above: rows.row(row - 1), here: rows.row(row), below: rows.row(row + 1), edge: edge, middle: middle, into: line, count: width)
    }
  }
}
