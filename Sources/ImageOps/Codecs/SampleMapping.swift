import Basics

/// How the values of an image become the samples of a file.
public enum SampleMapping: Hashable, Sendable {
  /// Every sample equals its value. 8 or 16 bits are whole numbers, 32 bits floating point or, for labels, whole numbers.
  case exact(bits: Int)
  /// Values with fractions are rounded to the nearest whole number.
  case rounded(bits: Int)
  /// `range` is scaled to 0...the largest sample; `clipped` pixels outside it are clipped to the nearer end, and `notNumbers` pixels (NaN) become 0.
  case spread(ClosedRange<Float>, bits: Int, clipped: Int, notNumbers: Int)

  /// Bits per sample: 8, 16 or 32.
  public var bits: Int {
    switch self {
    case .exact(let bits), .rounded(let bits), .spread(_, let bits, _, _): bits
    }
  }
}

extension GrayImage {
  /// How the intensities are written with `options.keepsValues`.
  ///
  /// Whole numbers from 0 to the largest sample are written as they are: 8 bits for a source of 8 bits whose intensities still fit, otherwise 16.
  /// Fractions are rounded where the nominal range or the intensities span at least 100, so that the error is at most 0.5 %. TIFF, NIfTI and NRRD
  /// keep everything else as 32-bit floating-point samples, NPY always does. With a given depth, and for JPEG, what does not fit is spread as for
  /// display.
  /// - Throws: `CodecProblem.cannotHold` for a PNG without a given depth that cannot hold the intensities.
  func keepingMapping(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> SampleMapping {
    if format == .npy { return .exact(bits: 32) }
    let content = Content(pixels)
    let isNarrow =
      switch options.depth {
      case .eight: true
      case .sixteen: format == .jpeg
      case .automatic: format == .jpeg || bitDepth <= 8 && range.upperBound <= 255 && content.high <= 255
      }
    let bits = isNarrow ? 8 : 16
    let top: Float = isNarrow ? 255 : 65535
    let span = max(content.high - content.low, range.upperBound - range.lowerBound)
    let isForDisplay = format == .jpeg && range.upperBound <= 1
    if content.isFinite, content.low >= 0, content.high <= top, content.isWhole || span >= 100, !isForDisplay {
      return content.isWhole ? .exact(bits: bits) : .rounded(bits: bits)
    }
    if options.depth == .automatic {
      if format.holdsFractions { return .exact(bits: 32) }
      if format == .png { throw .cannotHold(.png, what: content.description) }
    }
    let shown = displayRange(top: top)
    return .spread(
      shown, bits: bits, clipped: pixels.count { $0 < shown.lowerBound || $0 > shown.upperBound }, notNumbers: pixels.count { $0.isNaN })
  }

  /// The intensities that become 0 and the largest sample for display: those themselves where the nominal range fits, else the ends of the nominal range.
  func displayRange(top: Float) -> ClosedRange<Float> {
    range.lowerBound >= 0 && range.upperBound <= top && range.upperBound > 1 ? 0...top : range
  }

  /// What decides which samples hold the intensities.
  private struct Content {
    /// Of the finite intensities; 0 where there are none.
    var low: Float = .infinity
    var high: Float = -.infinity
    var isWhole = true
    var notFinite = 0

    init(_ pixels: [Float]) {
      for value in pixels {
        guard value.isFinite else {
          notFinite += 1
          continue
        }
        low = min(low, value)
        high = max(high, value)
        if value != value.rounded(.down) { isWhole = false }
      }
      if low > high { (low, high) = (0, 0) }
    }

    var isFinite: Bool { notFinite == 0 }

    var description: String {
      var parts = ["intensities from \(NumberFormat.plain(low)) to \(NumberFormat.plain(high))\(isWhole ? "" : " with fractions")"]
      if notFinite > 0 { parts.append("\(notFinite) pixel\(notFinite == 1 ? " that is" : "s that are") not finite") }
      return parts.joined(separator: " and ") + ", only whole numbers from 0 to 65535"
    }
  }
}
