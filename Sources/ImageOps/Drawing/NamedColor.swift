/// Named colors. Those of Okabe and Ito can be distinguished whatever one's color vision.
public enum NamedColor: String, CaseIterable, Hashable, Sendable {
  /// The colors of Okabe and Ito without black.
  case orange, skyblue, green, yellow, blue, vermillion, purple
  /// Primary colors and grays of HTML.
  case red, magenta, cyan, lime, white, gray, black

  /// The sRGB color.
  public var rgb: RGB {
    switch self {
    case .orange: RGB(hex: 0xE69F00)
    case .skyblue: RGB(hex: 0x56B4E9)
    case .green: RGB(hex: 0x009E73)
    case .yellow: RGB(hex: 0xF0E442)
    case .blue: RGB(hex: 0x0072B2)
    case .vermillion: RGB(hex: 0xD55E00)
    case .purple: RGB(hex: 0xCC79A7)
    case .red: RGB(hex: 0xFF0000)
    case .magenta: RGB(hex: 0xFF00FF)
    case .cyan: RGB(hex: 0x00FFFF)
    case .lime: RGB(hex: 0x00FF00)
    case .white: RGB(hex: 0xFFFFFF)
    case .gray: RGB(hex: 0x808080)
    case .black: RGB(hex: 0x000000)
    }
  }

  /// Colors for layers without a color, in the order of use.
  public static let cycle: [NamedColor] = [.skyblue, .orange, .green, .yellow, .vermillion, .purple, .blue]

  /// Returns the color with this index in ``cycle``, which repeats; negative indices count backward.
  public static func cycled(_ index: Int) -> RGB {
    let count = cycle.count
    return cycle[((index % count) + count) % count].rgb
  }
}

extension RGB {
  /// Creates a color from 24 bits, `0xRRGGBB`.
  public init(hex: UInt32) {
    self.init(red: UInt8(hex >> 16 & 255), green: UInt8(hex >> 8 & 255), blue: UInt8(hex & 255))
  }

  /// Creates a color from a name (``NamedColor``, in any case) or `#rrggbb`; nil for any other text.
  public init?(_ text: String) {
    if let named = NamedColor(rawValue: text.lowercased()) {
      self = named.rgb
    } else if text.utf8.count == 7, text.hasPrefix("#"), text.dropFirst().allSatisfy(\.isHexDigit),
      let hex = UInt32(text.dropFirst(), radix: 16)
    {
      self.init(hex: hex)
    } else {
      return nil
    }
  }

  /// Returns this color mixed with a share (clipped to 0...1) of another, in sRGB values.
  public func mixed(with other: RGB, share: Double) -> RGB {
    let share = Int32((min(max(share, 0), 1) * 256).rounded())
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Int32(a) * (256 - share) + Int32(b) * share + 128) >> 8) }
    return RGB(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }
}
