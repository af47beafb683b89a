import Basics
internal import Platform

/// A mapping of intensities to brightness for display, black to white (DICOM PS3.3, C.11.2, VOI LUT).
public enum VOI: Hashable, Sendable {
  /// A window with center and width.
  case window(GrayImage.Window)
  /// A lookup table.
  case table(GrayImage.VOITable)

  /// The file's name for it, such as `LUNG`; nil if it has none.
  public var name: String? {
    switch self {
    case .window(let window): window.name
    case .table(let table): table.name
    }
  }

  /// Returns the brightness of an intensity, 0 (black) to 1 (white).
  public func level(of intensity: Float) -> Double {
    switch self {
    case .window(let window): window.level(of: intensity)
    case .table(let table): Double(table.level(of: intensity))
    }
  }

  /// The intensities that become black and white; for a curve, those of a similar straight line.
  public var range: ClosedRange<Float> {
    switch self {
    case .window(let window): window.range
    case .table(let table): table.range
    }
  }

  /// Whether brightness is a linear function of intensity within `range`.
  public var isStraight: Bool {
    if case .window(let window) = self { window.function != .sigmoid } else { false }
  }

  /// The same for an image whose intensities were replaced by `sum` less each, and black by white.
  func inverted(about sum: Float) -> VOI {
    switch self {
    case .window(var window):
      // LINEAR is symmetric about center - 0.5.
      window.center = sum - window.center + (window.function == .linear ? 1 : 0)
      return .window(window)
    case .table(let table):
      return .table(
        GrayImage.VOITable(
          first: sum - (table.first + Float(table.levels.count - 1)), levels: table.levels.reversed().map { 1 - $0 }, name: table.name))
    }
  }
}

extension GrayImage {
  /// A window: the intensities shown from black to white.
  public struct Window: Hashable, Sendable {
    /// How brightness depends on intensity (DICOM PS3.3, C.11.2.1.2 and C.11.2.1.3).
    public enum Function: String, Hashable, Sendable {
      /// Linear, with DICOM's offset of half an intensity about the center.
      case linear = "LINEAR"
      /// Linear, without that offset.
      case linearExact = "LINEAR_EXACT"
      /// A logistic curve.
      case sigmoid = "SIGMOID"
    }

    /// The center, in units of intensity.
    public var center: Float
    /// The width in units of intensity, above 0; at least 1 for `linear`.
    public var width: Float
    /// How brightness depends on intensity.
    public var function: Function
    /// The file's name for the window; nil if it has none.
    public var name: String?

    /// Creates a window.
    public init(center: Float, width: Float, function: Function = .linear, name: String? = nil) {
      (self.center, self.width, self.function, self.name) = (center, width, function, name)
    }

    fileprivate func level(of intensity: Float) -> Double {
      let (x, c, w) = (Double(intensity), Double(center), Double(width))
      switch function {
      case .linear:
        let (middle, half) = (c - 0.5, (w - 1) / 2)
        return x <= middle - half ? 0 : x > middle + half ? 1 : (x - middle) / (w - 1) + 0.5
      case .linearExact: return x <= c - w / 2 ? 0 : x > c + w / 2 ? 1 : (x - c) / w + 0.5
      case .sigmoid: return 1 / (1 + exp(-4 * (x - c) / w))
      }
    }

    fileprivate var range: ClosedRange<Float> {
      switch function {
      case .linear:
        let half = max(0, (width - 1) / 2)
        return center - 0.5 - half...center - 0.5 + half
      case .linearExact, .sigmoid: return center - width / 2...center + width / 2
      }
    }
  }

  /// A lookup table from intensity to brightness.
  public struct VOITable: Hashable, Sendable {
    /// The intensity of the first entry. Intensities below it take the first entry, those beyond the last entry the last.
    public let first: Float
    /// Brightness, 0...1, one entry per unit of intensity; not empty.
    public let levels: [Float]
    /// The file's name for the table; nil if it has none.
    public let name: String?

    /// Creates a table.
    /// - Precondition: `levels` is not empty.
    public init(first: Float, levels: [Float], name: String? = nil) {
      precondition(!levels.isEmpty, "a table has entries")
      (self.first, self.levels, self.name) = (first, levels, name)
    }

    fileprivate func level(of intensity: Float) -> Float {
      // In this order of comparison NaN takes the first entry.
      let place = (intensity - first).rounded(.down)
      return levels[place > 0 ? Int(min(place, Float(levels.count - 1))) : 0]
    }

    fileprivate var range: ClosedRange<Float> {
      let (least, most) = (levels.min() ?? 0, levels.max() ?? 1)
      let low = levels.lastIndex(of: least) ?? 0
      let high = levels.firstIndex(of: most) ?? levels.count - 1
      return low < high ? first + Float(low)...first + Float(high) : first...first + Float(levels.count - 1)
    }
  }

  /// Applies a window or a lookup table and returns an image of range 0...255, not rounded.
  /// - Throws: `CancellationError`.
  public func shown(by voi: VOI) throws -> GrayImage {
    try mapPixels(range: 0...255) { Float(voi.level(of: $0) * 255) }
  }
}
