/// Reader scores of a case, as training learns from them.
public struct ReaderScores: Sendable, Equatable {
  /// The geographic extent, 0...8; nil if it was not read.
  public var extent: Double?
  /// The Brixia scores of the zones A-F, 0...3 each; nil if they were not read.
  public var zones: [Double]?

  /// Creates scores.
  /// - Precondition: Six zones, if any.
  public init(extent: Double? = nil, zones: [Double]? = nil) {
    precondition(zones == nil || zones?.count == LungZone.allCases.count, "six zones")
    self.extent = extent
    self.zones = zones
  }

  /// Whether nothing was scored.
  public var isEmpty: Bool { extent == nil && zones == nil }

  /// Numbers of 0...1 that a network learns to tell, the same for an image and its mirror image.
  enum Goal: Int, CaseIterable {
    case brixia, upper, middle, lower, extent

    /// The score that 1 stands for.
    var full: Double {
      switch self {
      case .brixia: 18
      case .upper, .middle, .lower: 6
      case .extent: 8
      }
    }
  }

  /// The share of the full score; nil where it was not read.
  subscript(goal: Goal) -> Double? {
    func sum(_ chosen: [LungZone]) -> Double? { zones.map { zones in chosen.reduce(0) { $0 + zones[$1.index] } } }
    func sum(_ third: LungThird) -> Double? { sum(Lung.allCases.map { LungZone($0, third) }) }
    let score =
      switch goal {
      case .brixia: sum(LungZone.allCases)
      case .upper: sum(.upper)
      case .middle: sum(.middle)
      case .lower: sum(.lower)
      case .extent: extent
      }
    return score.map { $0 / goal.full }
  }
}
