import Basics
import ImageOps

extension LabelImage {
  /// Names of the six lung zones, labels 1 to 6: thirds of the right lung from the top (A, B, C) and of the left (D, E, F).
  public static let zoneNames = Dictionary(uniqueKeysWithValues: LungZone.allCases.map { ($0.label, $0.rawValue) })

  /// Divides the right (label 1) and the left lung (2) into zones: three bands of equal height between each lung's first and last row.
  ///
  /// Without lungs the result is empty. O(pixels).
  /// - Throws: `CancellationError`.
  public func lungZones() throws -> LabelImage {
    let cancellation = Cancellation.current
    let width = size.width
    var zones = [UInt32](repeating: 0, count: size.count)
    for lung in Lung.allCases {
      guard let rows = try maskInBands(of: lung.label).boundingBox?.rows else { continue }
      let thirds = LungThirds(rows: rows)
      for row in rows {
        if row & 63 == 0 { try cancellation.check() }
        let zone = LungZone.allCases[LungZone.index(lung, thirds.number(ofRow: row))].label
        for pixel in row * width..<(row + 1) * width where labels[pixel] == lung.label { zones[pixel] = zone }
      }
    }
    return LabelImage(size: size, labels: zones, names: Self.zoneNames, spacing: spacing)
  }
}
