import ImageOps
import SegLang
import SegModel
import SegValues

/// What a correction adds or removes.
package enum CorrectionTarget {
  /// A shape that points define.
  case shape(CorrectionShape, [FinePoint])
  /// A region that grows from points inside, and avoids points outside.
  case clicks(inside: [FinePoint], outside: [FinePoint])
  /// A region by its number in the table of `regions`, from 1.
  case region(Int)
  /// A zone of the lungs.
  case zone(LungZone)
  /// Pixels.
  case mask(Mask)

  /// The one target that a command names; the parameters are those of `include` and `exclude`.
  /// - Throws: `CommandProblem.wantsOneOf` if none is named, `.tooMany` if several are, `.wantsAlso` for a shape without points.
  package init(
    _ shape: CorrectionShape?, _ points: Places?, at inside: Places?, outside: Places?, region: Int? = nil, zone: LungZone? = nil,
    mask: Mask?, words: [String]
  ) throws {
    if shape != nil, points == nil { throw CommandProblem.wantsAlso(shape?.rawValue ?? "", "points") }
    let shaped = try shape.flatMap { shape in try points.map { Self.shape(shape, try $0.finePoints) } }
    if outside != nil, inside == nil { throw CommandProblem.wantsAlso("outside", "at") }
    let clicks = try inside.map { Self.clicks(inside: try $0.finePoints, outside: try outside?.finePoints ?? []) }
    let targets = [shaped, clicks, region.map(Self.region), zone.map(Self.zone), mask.map(Self.mask)].compactMap(\.self)
    guard let target = targets.first else { throw CommandProblem.wantsOneOf(words) }
    guard targets.count == 1 else { throw CommandProblem.tooMany(words) }
    self = target
  }
}

/// Zones by their letters, in either case.
extension LungZone: Choice {
  public var choiceHelp: String { "\(place) zone" }
  public static var choices: [ChoiceName] { allCases.map { ChoiceName($0.rawValue, $0.choiceHelp) } }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Self {
    for zone in allCases where zone.rawValue == literal.text.uppercased() { return zone }
    throw .unknownChoice(literal.text, choices: choices.map(\.name))
  }
}
