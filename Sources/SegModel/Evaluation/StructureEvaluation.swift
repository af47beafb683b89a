import Basics
import ImageOps

/// The evaluation of a structure model against drawn masks, at the size of each image.
public struct StructureEvaluation: Sendable {
  /// One case.
  public struct Case: Sendable {
    /// The case.
    public let record: CaseRecord
    /// The Dice coefficient of each structure that is drawn or known to be absent.
    public let dice: [StructureName: Double]
    /// The cardiothoracic ratio by the predicted and by the drawn heart, both over the lungs of the segmentation model; nil without either heart.
    public let ratios: (predicted: Double, drawn: Double)?
  }

  /// The cases that have at least one of the structures drawn.
  public let cases: [Case]
  private let structures: [StructureName]

  /// Evaluates cases one after the other; those without drawn structures are skipped.
  /// - Parameters:
  ///   - lungs: The segmenter of the lungs that the heart is compared with.
  ///   - onCase: Called with the number of cases done after each.
  /// - Throws: Errors of reading; `CancellationError`.
  public init(of segmenter: StructureSegmenter, lungs: Segmenter, on records: [CaseRecord], onCase: (Int) -> Void = { _ in }) throws {
    let cancellation = Cancellation.current
    structures = segmenter.model.structures
    var cases: [Case] = []
    for (number, record) in records.enumerated() {
      try cancellation.check()
      let image = try record.image()
      let drawn = zip(structures, try record.masks(of: structures, size: image.size)).reduce(into: [StructureName: Mask]()) {
        $0[$1.0] = $1.1
      }
      if !drawn.isEmpty {
        let found = try segmenter.segment(image)
        var dice: [StructureName: Double] = [:]
        for (name, mask) in drawn { dice[name] = try found[name].map { try Overlap(of: $0, against: mask).dice } }
        cases.append(Case(record: record, dice: dice, ratios: try Self.ratios(found[.heart], drawn[.heart], image, lungs)))
      }
      onCase(number + 1)
    }
    self.cases = cases
  }

  private static func ratios(_ found: Mask?, _ drawn: Mask?, _ image: GrayImage, _ lungs: Segmenter) throws -> (
    predicted: Double, drawn: Double
  )? {
    guard let found, let drawn, !found.isEmpty, !drawn.isEmpty else { return nil }
    let field = try lungs.segment(image).lungs
    do {
      return (try field.chestWidths(heart: found).ratio, try field.chestWidths(heart: drawn).ratio)
    } catch ImageError.noPixels { return nil }
  }

  /// The Dice coefficient of each structure, and the agreement of the cardiothoracic ratio; sections without cases are left out.
  public var sections: [ResultSection] {
    let overlaps = structures.flatMap { name in
      ResultSection.Figure.summary("\(name.words) Dice", cases.compactMap { $0.dice[name] })
    }
    let pairs = cases.compactMap(\.ratios)
    var ratios: [ResultSection.Figure] = []
    if pairs.count >= 3 {
      func measured(_ name: String, _ statistic: @escaping ([Double], [Double]) -> Double?) -> ResultSection.Figure {
        .measured(name, pairs.count) { chosen in statistic(chosen.map { pairs[$0].predicted }, chosen.map { pairs[$0].drawn }) }
      }
      ratios = [
        measured("mean absolute error", Statistics.meanAbsoluteError),
        measured("mean difference") { BlandAltman(estimates: $0, truths: $1)?.bias },
        measured("lower limit of agreement") { BlandAltman(estimates: $0, truths: $1)?.limits.lowerBound },
        measured("upper limit of agreement") { BlandAltman(estimates: $0, truths: $1)?.limits.upperBound },
      ]
    }
    return [
      ResultSection(title: "Overlap with drawn structures", figures: overlaps),
      ResultSection(title: "Cardiothoracic ratio against the drawn heart", figures: ratios),
    ].filter { !$0.figures.isEmpty }
  }

  /// The sections and the cases as JSON.
  public var json: JSON {
    let cases = cases.map { item -> JSON in
      [
        "id": .string(item.record.id), "patient": .string(item.record.patient),
        "dice": .object(item.dice.sorted { $0.key < $1.key }.map { JSON.Member($0.description, .number($1)) }),
        "ratio": item.ratios.map { ["predicted": .number($0.predicted), "drawn": .number($0.drawn)] } ?? .null,
      ]
    }
    return ["sections": .array(sections.map(\.json)), "cases": .array(cases)]
  }
}
