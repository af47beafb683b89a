import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// How points become a region.
package enum CorrectionShape: String, Choice {
  case polygon, ellipse, rectangle, fill

  package var choiceHelp: String {
    switch self {
    case .polygon: "3 or more points, closed automatically; also for lasso outlines"
    case .ellipse: "2 points: opposite corners of its bounding box"
    case .rectangle: "2 points: opposite corners"
    case .fill: "1 or more points: fills the hole, or removes the region, at each point"
    }
  }

  /// - Throws: `CommandProblem.wrongPointCount`.
  package func check(_ points: [FinePoint]) throws {
    let (holds, wanted) =
      switch self {
      case .polygon: (points.count >= 3, "3 or more points")
      case .ellipse, .rectangle: (points.count == 2, "2 points, opposite corners")
      case .fill: (!points.isEmpty, "1 or more points")
      }
    if !holds { throw CommandProblem.wrongPointCount(rawValue, wanted: wanted, given: points.count) }
  }

  /// The region, of shapes that do not depend on what is there already; nil for `fill`.
  package func mask(_ points: [FinePoint], on size: Size, spacing: Spacing) throws -> Mask? {
    try check(points)
    switch self {
    case .polygon: return try Mask(size: size, polygons: [points], spacing: spacing)
    case .ellipse: return Mask(size: size, ellipse: points[0], points[1], spacing: spacing)
    case .rectangle: return Mask(size: size, rectangle: points[0], points[1], spacing: spacing)
    case .fill: return nil
    }
  }
}

/// The part of a segmentation that is corrected: opacity, a lung, or a structure by its name.
package enum CorrectionLayer: ListedElsewhere, Hashable {
  case opacity, rightLung, leftLung
  case structure(StructureName)

  private static let standard: [(layer: CorrectionLayer, help: String)] = [
    (.opacity, "the opacity, inside the lungs only"), (.rightLung, "the patient's right lung, on the left of the image"),
    (.leftLung, "the patient's left lung"),
  ]

  package static let typeName = "Layer"
  package static let typeHelp = "A part of a segmentation: opacity, right-lung, left-lung, or the name of a structure, such as heart."
  package static var literalHint: String? { "opacity, right-lung, left-lung, or the name of a structure, such as heart" }
  package static var choices: [ChoiceName] { standard.map { ChoiceName($0.layer.oneLine, $0.help) } }

  package var oneLine: String {
    switch self {
    case .opacity: "opacity"
    case .rightLung: "right-lung"
    case .leftLung: "left-lung"
    case .structure(let name): name.description
    }
  }

  package var literal: String? { oneLine }

  /// Reads one of the words, or any other name as that of a structure, unless it is nearly one of the words.
  package static func read(_ literal: Literal) throws(LiteralProblem) -> CorrectionLayer {
    try named(literal.text)
  }

  package static func named(_ text: String) throws(LiteralProblem) -> CorrectionLayer {
    let words = choices.map(\.name)
    if let known = standard.first(where: { $0.layer.oneLine == text }) { return known.layer }
    guard nearNames(to: text, in: words).isEmpty, let name = try? StructureName(text), name.description == text else {
      throw .unknownChoice(text, choices: words)
    }
    return .structure(name)
  }

  package static func bind(_ value: any Value) throws -> CorrectionLayer {
    if let same = value as? Self { return same }
    guard let text = value as? String else { throw BindingProblem.wrongType(expected: valueType, found: type(of: value).valueType) }
    return try named(text)
  }

  package var layer: SegmentationLayer {
    switch self {
    case .opacity: .opacity
    case .rightLung: .rightLung
    case .leftLung: .leftLung
    case .structure(let name): .structure(name)
    }
  }
}
