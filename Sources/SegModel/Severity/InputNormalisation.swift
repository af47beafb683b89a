import ImageOps

/// How a picture becomes the input of a segmentation network: a square by area means, whatever the aspect, and intensities between two percentiles.
public enum InputNormalisation {
  /// Name in weights files: the 1st percentile becomes -1, the 99th becomes 1, what lies beyond is clipped.
  public static let name = "percentiles 1-99 to -1..1"

  /// The square of intensities, scaled so that the 1st percentile is 0 and the 99th is 1; not clipped. A picture of one intensity becomes 0.
  public static func normalised(_ image: GrayImage, side: Int, polling cancellation: Cancellation = .never) throws -> [Float] {
    let square = try image.resampled(to: Size(width: side, height: side), using: .area, polling: cancellation).pixels
    let (low, high) = percentiles(of: square)
    guard high > low else { return [Float](repeating: 0, count: square.count) }
    let scale = 1 / (high - low)
    return square.map { $0.isFinite ? ($0 - low) * scale : 0 }
  }

  /// What the network sees of a normalised intensity.
  @inline(__always)
  public static func input(_ normalised: Float) -> Float { min(max(normalised, 0), 1) * 2 - 1 }

  /// The 1st and the 99th percentile, interpolated linearly between neighbours (NumPy's default). Values that are no number are left out.
  static func percentiles(of values: [Float]) -> (low: Float, high: Float) {
    var finite = values.filter(\.isFinite)
    guard !finite.isEmpty else { return (0, 0) }
    finite.sort()
    func quantile(_ q: Double) -> Float {
      let position = q * Double(finite.count - 1)
      let index = min(Int(position), finite.count - 1)
      let next = min(index + 1, finite.count - 1)
      return finite[index] + (finite[next] - finite[index]) * Float(position - Double(index))
    }
    return (quantile(0.01), quantile(0.99))
  }
}
