/// The features of a prediction from which scores are estimated: opacity by zone, and the scores that the network predicts.
public struct SeverityFeatures: Sendable, Equatable {
  /// Numbers that come from areas and probabilities; what the network tells follows them in `values`.
  static let areaCount = 27
  /// Where the opaque share of both lungs stands.
  static let shareIndex = 22
  static let count = areaCount + ReaderScores.Goal.allCases.count
  /// The features: shares and probabilities of opacity by zone and lung, lung areas, and the network's scores.
  public let values: [Double]

  /// - Parameters:
  ///   - zones: counts at working resolution, on `pixelCount` pixels.
  ///   - scores: what the network tells, one a goal.
  init(zones: LungZones, pixelCount: Int, scores: [Double]) {
    precondition(scores.count == ReaderScores.Goal.allCases.count, "one a goal")
    func share(_ zone: LungZones.Counts) -> Double { zone.share ?? 0 }
    func mean(_ zone: LungZones.Counts) -> Double { zone.area > 0 ? zone.probability / Double(zone.area) : 0 }
    var values = zones.zones.map(share)
    values += zones.zones.map(mean)
    // Readers' steps rise steeply for small opacities and level off for large ones; so do roots.
    values += zones.zones.map { mean($0).squareRoot() }
    for lung in [zones.right, zones.left, zones.both] { values += [share(lung), mean(lung)] }
    values += [zones.right, zones.left].map { Double($0.area) / Double(max(1, pixelCount)) }
    values.append(zones.zones.map(share).max() ?? 0)
    assert(values.count == Self.areaCount && values[Self.shareIndex] == share(zones.both), "as stated")
    self.values = values + scores
  }
}
