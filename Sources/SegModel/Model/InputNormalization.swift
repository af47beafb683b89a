import Basics
import ImageOps

/// How an image is prepared for a segmentation network: resampled to a square by area means, whatever its aspect ratio, and normalized by
/// percentiles.
///
/// The raw value is the name in weight files: the 1st percentile becomes -1, the 99th becomes 1; values beyond are clipped.
public enum InputNormalization: String, Sendable, CaseIterable {
  /// The film inside the image, without uniform borders (``FilmFrame``); percentiles of the ellipse that the film holds, so that neither the corners
  /// of a rotated film nor collimation and letters at its edge count.
  case ellipse = "film, percentiles 1-99 of the ellipse to -1..1"
  /// The film inside the image, percentiles of the whole film.
  case film = "film, percentiles 1-99 to -1..1"
  /// The whole image, borders included, for models that were trained before borders were removed.
  case image = "percentiles 1-99 to -1..1"

  /// Returns the part of the image that the network sees.
  public func frame(of image: GrayImage) -> FilmFrame { self == .image ? FilmFrame(of: image.size) : FilmFrame.find(in: image) }

  /// Returns the part of the image that the network sees as a normalized square (0 is the 1st percentile, 1 the 99th; not clipped), and its frame.
  /// - Throws: `CancellationError`.
  public func input(of image: GrayImage, side: Int) throws -> (pixels: [Float], frame: FilmFrame) {
    let frame = frame(of: image)
    return (try normalized(try frame.part(of: image), side: side), frame)
  }

  /// Resamples an image to a square and scales it so that the 1st percentile is 0 and the 99th is 1, not clipped; padding is excluded from the
  /// percentiles.
  ///
  /// Row-major. An image of one intensity becomes 0, and so do pixels that are not finite.
  /// - Throws: `CancellationError`.
  public func normalized(_ image: GrayImage, side: Int) throws -> [Float] {
    let resampled = try image.resampled(to: Size(width: side, height: side), using: .area)
    let square = resampled.pixels
    var measured = try resampled.measured()
    if self == .ellipse {
      let ellipse = Self.disk(side: side)
      measured = try measured.map { try $0.intersection(ellipse) } ?? ellipse
    }
    let (low, high) = Self.percentiles(of: measured.map { square.within($0) } ?? square)
    // Area means of one intensity differ by rounding.
    guard high - low > 1e-6 * max(abs(low), abs(high)) else { return [Float](repeating: 0, count: square.count) }
    let scale = 1 / (high - low)
    return square.map { $0.isFinite ? ($0 - low) * scale : 0 }
  }

  /// The pixels of a square whose centers lie in its inscribed disk, which is an ellipse in the film.
  private static func disk(side: Int) -> Mask {
    let radius = Double(side) / 2
    return Mask(size: Size(width: side, height: side)) { index in
      let (y, x) = (Double(index / side) + 0.5 - radius, Double(index % side) + 0.5 - radius)
      return x * x + y * y <= radius * radius
    }
  }

  /// Returns the network's input for a normalized intensity: clipped to 0...1 and scaled to -1...1.
  @inline(__always)
  public static func input(_ normalized: Float) -> Float { min(max(normalized, 0), 1) * 2 - 1 }

  /// The 1st and the 99th percentile, interpolated linearly between neighbors (NumPy's default). Values that are no number are left out.
  static func percentiles(of values: [Float]) -> (low: Float, high: Float) {
    let ordered = OrderStatistics(of: values)
    guard ordered.count > 0 else { return (0, 0) }
    func quantile(_ q: Double) -> Float {
      let position = q * Double(ordered.count - 1)
      let index = min(Int(position), ordered.count - 1)
      let (lower, upper) = (ordered[index], ordered[min(index + 1, ordered.count - 1)])
      return lower + (upper - lower) * Float(position - Double(index))
    }
    return (quantile(0.01), quantile(0.99))
  }
}

/// Values by rank without sorting them all: a count of their upper 16 bits finds the few among which the rank falls.
private struct OrderStatistics {
  /// Bit patterns of the finite values, so turned that they order as the values do.
  private let keys: [UInt32]
  private let bins: [Int]

  init(of values: [Float]) {
    keys = values.compactMap { value in
      value.isFinite ? value.bitPattern ^ (value.sign == .minus ? 0xFFFF_FFFF : 0x8000_0000) : nil
    }
    var bins = [Int](repeating: 0, count: 1 << 16)
    for key in keys { bins[Int(key >> 16)] += 1 }
    self.bins = bins
  }

  var count: Int { keys.count }

  /// The value that has `rank` values before it.
  /// - Precondition: a rank below `count`.
  subscript(rank: Int) -> Float {
    var (bin, before) = (0, 0)
    while before + bins[bin] <= rank {
      before += bins[bin]
      bin += 1
    }
    let key = keys.filter { $0 >> 16 == bin }.sorted()[rank - before]
    return Float(bitPattern: key & 0x8000_0000 == 0 ? ~key : key ^ 0x8000_0000)
  }
}

extension [Float] {
  /// The values at a mask's pixels, in their order.
  fileprivate func within(_ mask: Mask) -> [Float] {
    indices.compactMap { mask[$0 / mask.size.width, $0 % mask.size.width] ? self[$0] : nil }
  }
}
