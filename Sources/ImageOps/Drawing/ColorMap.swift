/// A color map for values in 0...1, dark to bright in even steps, so that order can be read whatever one's color vision.
public enum ColorMap: String, CaseIterable, Hashable, Sendable {
  /// Violet to yellow. Source: S. van der Walt, N. Smith, matplotlib (CC0), at 17 points.
  case viridis
  /// Black to pale yellow through red. Source: S. van der Walt, N. Smith, matplotlib (CC0), at 17 points.
  case inferno
  /// Black to white.
  case gray

  private static let viridisPoints: [UInt32] = [
    0x440154, 0x48186A, 0x472D7B, 0x424086, 0x3B528B, 0x33638D, 0x2C728E, 0x26828E, 0x21918C, 0x1F9F88, 0x27AD81, 0x3DBC74, 0x5CC863,
    0x81D34D, 0xAADC32, 0xD5E21A, 0xFDE725,
  ]
  private static let infernoPoints: [UInt32] = [
    0x000004, 0x0B0724, 0x210C4A, 0x3D0965, 0x57106E, 0x71196E, 0x8A226A, 0xA32C61, 0xBC3754, 0xD04545, 0xE35933, 0xF1711F, 0xF98C0A,
    0xFCAA0F, 0xF9C932, 0xF2E865, 0xFCFFA4,
  ]
  private static let grayPoints: [UInt32] = [0x000000, 0xFFFFFF]

  /// Returns the color of a value, interpolated linearly. Values outside 0...1 are clipped; NaN takes the color of 0.
  public func color(_ value: Double) -> RGB {
    let points =
      switch self {
      case .viridis: Self.viridisPoints
      case .inferno: Self.infernoPoints
      case .gray: Self.grayPoints
      }
    let place = (value > 0 ? min(value, 1) : 0) * Double(points.count - 1)
    let index = min(Int(place), points.count - 2)
    return RGB(hex: points[index]).mixed(with: RGB(hex: points[index + 1]), share: place - Double(index))
  }
}
