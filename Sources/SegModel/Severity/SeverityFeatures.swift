/// What scores are estimated from: how opacity is spread over the zones, and the encoder's pooled features.
public struct SeverityFeatures: Sendable, Equatable {
  /// Numbers that come from areas and probabilities; the pooled features follow them in `values`.
  static let areaCount = 27
  public let values: [Double]

  /// Length of `values` for a network with so many pooled features.
  static func count(pooled: Int) -> Int { areaCount + pooled }

  /// - Parameters:
  ///   - zones: counts at working resolution, on `pixelCount` pixels.
  ///   - pooled: the encoder's features.
  init(zones: LungZones, pixelCount: Int, pooled: [Float]) {
    func share(_ zone: LungZones.Zone) -> Double { zone.share ?? 0 }
    func mean(_ zone: LungZones.Zone) -> Double { zone.area > 0 ? zone.probability / Double(zone.area) : 0 }
    var values = zones.zones.map(share)
    values += zones.zones.map(mean)
    // Readers' steps rise steeply for small opacities and level off for large ones; so do roots.
    values += zones.zones.map { mean($0).squareRoot() }
    for lung in [zones.right, zones.left, zones.both] { values += [share(lung), mean(lung)] }
    values += [zones.right, zones.left].map { Double($0.area) / Double(max(1, pixelCount)) }
    values.append(zones.zones.map(share).max() ?? 0)
    assert(values.count == Self.areaCount, "as many as stated")
    self.values = values + pooled.map { $0.isFinite ? Double($0) : 0 }
  }
}
