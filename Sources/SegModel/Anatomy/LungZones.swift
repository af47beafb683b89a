import Basics
import ImageOps

/// Pixel counts in the six lung zones of the Brixia score: thirds of each lung between its first and last row.
public struct LungZones: Sendable, Equatable {
  /// Counts of one zone, in pixels.
  public struct Counts: Sendable, Equatable {
    /// Pixels of the lung.
    public var area = 0
    /// Pixels with opacity.
    public var opaque = 0
    /// Pixels with certain opacity, for the lower end of intervals.
    public var certain = 0
    /// Pixels with certain or possible opacity, for the upper end of intervals.
    public var possible = 0
    /// The sum of the probabilities of opacity.
    public var probability = 0.0

    /// The opaque share, 0...1; nil for an empty zone.
    public var share: Double? { area > 0 ? Double(opaque) / Double(area) : nil }

    static func + (left: Counts, right: Counts) -> Counts {
      Counts(
        area: left.area + right.area, opaque: left.opaque + right.opaque, certain: left.certain + right.certain,
        possible: left.possible + right.possible, probability: left.probability + right.probability)
    }
  }

  /// The counts of the zones A-F, in the order of `LungZone.allCases`.
  public internal(set) var zones = [Counts](repeating: Counts(), count: LungZone.allCases.count)

  /// The counts of one zone.
  public subscript(zone: LungZone) -> Counts { zones[zone.index] }
  /// The counts of one lung.
  public subscript(lung: Lung) -> Counts { LungZone.zones(of: lung).map { self[$0] }.reduce(Counts(), +) }

  /// The counts of the right lung.
  public var right: Counts { self[.right] }
  /// The counts of the left lung.
  public var left: Counts { self[.left] }
  /// The counts of both lungs.
  public var both: Counts { right + left }

  /// No pixel in any zone.
  init() {}

  /// Counts the pixels of masks without uncertainty.
  /// - Throws: `ImageError.sizesDiffer`.
  public init(lungs: LabelImage, opacity: Mask) throws {
    guard lungs.size == opacity.size else { throw ImageError.sizesDiffer(lungs.size, opacity.size) }
    self.init(counting: lungs, opacity)
  }

  /// - Precondition: both images have one size.
  init(counting lungs: LabelImage, _ opacity: Mask) { self = LungZoneRuns(lungs).zones(opaque: opacity) }

  /// The thirds of the right and of the left lung; those of a lung that is missing have no rows.
  static func thirds(_ labels: UnsafeBufferPointer<UInt32>, width: Int) -> [LungThirds] {
    let height = labels.count / max(1, width)
    var top = [height, height]
    var bottom = [-1, -1]
    for row in 0..<height {
      var seen: UInt32 = 0
      for pixel in row * width..<(row + 1) * width where labels[pixel] <= 2 { seen |= labels[pixel] }
      for side in 0..<2 where seen >> UInt32(side) & 1 == 1 {
        top[side] = min(top[side], row)
        bottom[side] = row
      }
    }
    return (0..<2).map { LungThirds(rows: top[$0]..<max(top[$0], bottom[$0] + 1)) }
  }

  /// Hands every pixel of a lung to `add` with its zone.
  @inline(__always)
  mutating func count(
    _ labels: UnsafeBufferPointer<UInt32>, width: Int, _ add: (inout Counts, _ pixel: Int, _ row: Int, _ column: Int) -> Void
  ) {
    let thirds = Self.thirds(labels, width: width)
    for row in 0..<labels.count / max(1, width) {
      let zone = Lung.allCases.enumerated().map { side, lung in
        thirds[side].rows.contains(row) ? LungZone.index(lung, thirds[side].number(ofRow: row)) : 0
      }
      for column in 0..<width {
        let pixel = row * width + column
        let label = labels[pixel]
        guard label == LabelImage.rightLung || label == LabelImage.leftLung else { continue }
        add(&zones[zone[Int(label) - 1]], pixel, row, column)
      }
    }
  }
}
