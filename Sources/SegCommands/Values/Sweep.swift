import ImageOps
import SegLang
import SegModel

/// The results of one block for several values of a parameter: what `sweep` gives.
struct Sweep: Value {
  struct Trial: Sendable {
    let value: any Value
    let result: Traced
  }

  /// The parameter.
  let name: String
  let trials: [Trial]
  /// The picture beneath masks on the contact sheet.
  let background: GrayImage?

  /// Most values of one sweep: all results are in memory.
  static let limit = 200

  static let typeName = "Sweep"
  static let typeHelp = "Results for several values of a parameter: a table, and a contact sheet where they are pictures."
  static let isPictureLike = true

  var oneLine: String {
    let (first, last) = (trials.first?.value.oneLine ?? "", trials.last?.value.oneLine ?? "")
    return "\(trials.count) values of \(name), \(first) to \(last); pick N takes one"
  }
  var details: [String] { table.details }
  var json: JSONValue { table.json }

  /// A row for each value: its number, the value, and figures of the result.
  var table: Table {
    Table(
      records: trials.enumerated().map { index, trial in
        Record([("n", Double(index + 1)), (name, trial.value)] + Self.figures(of: trial.result.value))
      }, rowName: "value")
  }

  private static func figures(of value: any Value) -> [(String, any Value)] {
    switch value {
    case let mask as Mask:
      return [("area", Double(mask.count)), ("percent", mask.share * 100), ("regions", Double(mask.regionCount))]
    case let labels as LabelImage:
      let counts = labels.counts
      return [("area", Double(counts.values.reduce(0, +))), ("labels", Double(counts.count))]
    case let segmentation as Segmentation:
      let lungs = segmentation.lungs.counts.values.reduce(0, +)
      let share = lungs > 0 ? Double(segmentation.opacity.count) / Double(lungs) * 100 : 0
      return [("lungs", Double(lungs)), ("opacity", Double(segmentation.opacity.count)), ("percent", share)]
    case let image as GrayImage:
      guard let statistics = try? image.statistics() else { return [] }
      return [
        ("mean", statistics.mean), ("deviation", statistics.standardDeviation), ("min", Double(statistics.minimum)),
        ("max", Double(statistics.maximum)),
      ]
    case let record as Record: return record.fields.map { ($0.name, $0.value) }
    case let report as any Recordable: return report.record.fields.map { ($0.name, $0.value) }
    default: return [("result", value)]
    }
  }

  /// The results side by side, each under its number and value.
  /// - Throws: `CommandProblem.noPictures` where the results are none.
  func sheet() throws -> ColorImage {
    let tiles = try trials.enumerated().compactMap { index, trial in
      try Viewing.picture(of: trial.result.value, over: background).map {
        MontageTile($0, label: "\(index + 1)   \(name)=\(trial.value.oneLine)")
      }
    }
    guard !tiles.isEmpty else { throw CommandProblem.noContactSheet }
    let height = tiles.map(\.picture.size.height).max() ?? 0
    return try ColorImage.montage(tiles, tileHeight: min(max(height, 16), trials.count > 12 ? 256 : 384))
  }

  static var conversions: [Conversion] {
    [Conversion { (sweep: Sweep) in try sweep.sheet() }, Conversion { (sweep: Sweep) in sweep.table }]
  }

  static var properties: [Property] {
    [
      Property("count", "Number of values.") { (sweep: Sweep) in sweep.trials.count },
      Property("table", "A row for each value.") { (sweep: Sweep) in sweep.table },
      Property("sheet", "The contact sheet.") { (sweep: Sweep) in try sweep.sheet() },
    ]
  }
}
