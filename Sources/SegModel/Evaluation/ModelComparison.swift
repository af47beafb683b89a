import Basics
import ImageOps

/// A comparison of a model before and after further training, on the given cases with masks, which it has now learned from, and on phantoms, which it
/// has not.
public struct ModelComparison: Sendable {
  /// One value of both models over a number of images.
  public struct Row: Sendable, Equatable {
    /// What was measured, and on which images.
    public let name: String
    /// The number of images.
    public let count: Int
    /// The value of the model before training.
    public let before: Double
    /// The value of the model after training.
    public let after: Double
  }

  /// The values in order.
  public let rows: [Row]

  /// More cases than this add nothing about a change.
  private static let caseLimit = 200
  /// Seeds of the phantoms, beyond those that any training shows (`TrainingSample.phantomSeed`).
  static let phantomSeeds: Range<UInt64> = 2_000_000..<2_000_012

  /// Compares two models. Of the cases, at most 200 with masks are used, those with opacity first.
  /// - Throws: Errors of reading the cases; `CancellationError`.
  public init(before: SegmentationModel, after: SegmentationModel, on records: [CaseRecord]) throws {
    let (before, after) = (try Segmenter(before), try Segmenter(after))
    let given = records.filter { $0.kind == .opacity || $0.kind == .lungs }.sorted { $0.kind == .opacity && $1.kind != .opacity }
      .prefix(Self.caseLimit)
    let figures = try [before, after].map { segmenter in
      try Evaluation(of: { _ in segmenter }, on: Array(given)).mainFigures
    }
    var rows = figures[0].compactMap { figure -> Row? in
      guard let value = figure.value, let later = figures[1].first(where: { $0.name == figure.name })?.value else { return nil }
      return Row(name: "given cases: \(figure.name)", count: figure.count, before: value, after: later)
    }
    var values: [[Double]] = []
    for seed in Self.phantomSeeds {
      values.append(
        try [before, after].flatMap { segmenter in
          let scores = try CaseScores(ofPhantom: seed, by: segmenter)
          return [scores.lungs, scores.opacity, scores.percentError].compactMap { $0 }
        })
    }
    for (index, name) in ["lungs Dice, mean", "opacity Dice, mean", "percent: mean absolute error"].enumerated() {
      let (old, new) = (Statistics.mean(values.map { $0[index] }), Statistics.mean(values.map { $0[index + 3] }))
      guard let old, let new else { continue }
      rows.append(Row(name: "phantoms: \(name)", count: values.count, before: old, after: new))
    }
    self.rows = rows
  }

  /// The rows as aligned columns of text: name, number of images, before, after.
  public var table: String {
    let width = rows.map(\.name.count).max() ?? 0
    func aligned(_ text: String, to width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    func line(_ name: String, _ cells: [String]) -> String {
      name + String(repeating: " ", count: max(0, width - name.count)) + zip(cells, [7, 9, 9]).map { aligned($0, to: $1) }.joined() + "\n"
    }
    return line("", ["n", "before", "after"])
      + rows.map { line($0.name, ["\($0.count)", NumberFormat.tabulated($0.before), NumberFormat.tabulated($0.after)]) }.joined()
  }
}
