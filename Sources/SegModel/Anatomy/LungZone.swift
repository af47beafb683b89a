/// A third of a lung by its own height.
public enum LungThird: Int, Sendable, CaseIterable {
  /// The third with the apex.
  case upper
  /// The third between the two others.
  case middle
  /// The third with the base.
  case lower

  /// "upper", "middle" or "lower".
  public var name: String {
    switch self {
    case .upper: "upper"
    case .middle: "middle"
    case .lower: "lower"
    }
  }
}

/// The six lung zones of the Brixia score (Borghesi and Maroldi 2020): upper, middle and lower third of the right lung (A-C) and of the left (D-F).
public enum LungZone: String, Sendable, CaseIterable {
  /// Right upper zone.
  case a = "A"
  /// Right middle zone.
  case b = "B"
  /// Right lower zone.
  case c = "C"
  /// Left upper zone.
  case d = "D"
  /// Left middle zone.
  case e = "E"
  /// Left lower zone.
  case f = "F"

  /// The zone of a third of a lung.
  public init(_ lung: Lung, _ third: LungThird) { self = Self.allCases[Self.index(lung, third.rawValue)] }

  /// The place of a zone in ``allCases``; `third` is 0, 1 or 2 from the top.
  @inline(__always)
  static func index(_ lung: Lung, _ third: Int) -> Int { (lung == .right ? 0 : 3) + third }

  /// The place of the zone in ``allCases``, 0...5.
  public var index: Int {
    switch self {
    case .a: 0
    case .b: 1
    case .c: 2
    case .d: 3
    case .e: 4
    case .f: 5
    }
  }

  /// The lung that the zone is part of.
  public var lung: Lung { index < 3 ? .right : .left }

  /// The third of its lung.
  public var third: LungThird { LungThird.allCases[index % 3] }

  /// The label of the zone in zone label images, 1...6.
  public var label: UInt32 { UInt32(index + 1) }

  /// Where the zone lies, such as "right upper".
  public var place: String { "\(lung.rawValue) \(third.name)" }

  /// The zone that lies here in the mirror image.
  public var mirrored: LungZone { LungZone(lung.mirrored, third) }

  /// The three zones of a lung from the top.
  public static func zones(of lung: Lung) -> [LungZone] { LungThird.allCases.map { LungZone(lung, $0) } }
}
