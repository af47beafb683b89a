import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// The results of one block for several values of one or two parameters: what `sweep` gives.
package struct Sweep: Value {
  /// A parameter and the value that was tried.
  package typealias Setting = (name: String, value: any Value)

  package struct Trial: Sendable {
    package let settings: [Setting]
    package let result: Traced

    package init(settings: [Setting], result: Traced) {
      self.settings = settings
      self.result = result
    }
    /// "radius=3px level=0.4"
    package var label: String { Sweep.text(of: settings) }
  }

  package let trials: [Trial]
  /// How many values the second parameter has, whose trials follow each other; nil where one was swept.
  package let columns: Int?
  /// The image beneath masks on the contact sheet.
  package let background: GrayImage?

  package init(trials: [Trial], columns: Int?, background: GrayImage?) {
    self.trials = trials
    self.columns = columns
    self.background = background
  }

  /// Most values of one sweep: all results are in memory.
  package static let limit = 200

  package static let typeName = "Sweep"
  package static let typeHelp = "Results for several values of one or two parameters: a table, and a contact sheet for images."
  package static let isImageLike = true

  package static func text(of settings: [Setting]) -> String { settings.map { "\($0.name)=\($0.value.oneLine)" }.joined(separator: " ") }

  package var oneLine: String {
    guard let first = trials.first, let last = trials.last else { return "no values" }
    let ranges = zip(first.settings, last.settings).map { "\($0.name), \($0.value.oneLine) to \($1.value.oneLine)" }
    let counts = columns.map { "\(trials.count / max(1, $0)) times \($0)" } ?? "\(trials.count)"
    return "\(counts) values of \(ranges.joined(separator: "; of ")); `pick N` selects one"
  }
  package var details: [String] { table.details }
  package var json: JSON { table.json }

  /// A row for each trial: its number, the values, and figures of the result.
  package var table: Table {
    Table(
      records: trials.enumerated().map { index, trial in
        Record([("n", Double(index + 1))] + trial.settings.map { ($0.name, $0.value) } + Self.figures(of: trial.result.value))
      }, rowName: columns == nil ? "value" : "pair")
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
      guard let statistics = try? Cancellation.polling(.never, { try image.statistics() }) else { return [] }
      return [
        ("mean", statistics.mean), ("deviation", statistics.standardDeviation), ("min", Double(statistics.minimum)),
        ("max", Double(statistics.maximum)),
      ]
    case let record as Record: return record.fields.map { ($0.name, $0.value) }
    case let report as any Recordable: return report.record.fields.map { ($0.name, $0.value) }
    default: return [("result", value)]
    }
  }

  /// The results side by side, each above its number and value.
  /// - Throws: `CommandProblem.noContactSheet` where the results are no images.
  package func contactSheet() throws -> ContactSheet {
    let tiles = try trials.enumerated().compactMap { index, trial in
      try Viewing.picture(of: trial.result.value, over: background).map {
        MontageTile($0, label: "\(index + 1)   \(trial.label)")
      }
    }
    guard !tiles.isEmpty else { throw CommandProblem.noContactSheet }
    // A result without an image would shift those after it into the wrong columns.
    let isWhole = tiles.count == trials.count
    return ContactSheet(tiles: tiles, words: isWhole ? try tileWords() : [], columns: isWhole ? columns : nil)
  }

  package static var conversions: [Conversion] {
    [Conversion { (sweep: Sweep) in try sweep.contactSheet().picture() }, Conversion { (sweep: Sweep) in sweep.table }]
  }

  package static var properties: [Property] {
    [
      Property("count", "Number of values, or pairs of values.") { (sweep: Sweep) in sweep.trials.count },
      Property("table", "One row per value or pair of values.") { (sweep: Sweep) in sweep.table },
      Property("sheet", "The contact sheet.") { (sweep: Sweep) in try sweep.contactSheet().picture() },
    ]
  }
}
