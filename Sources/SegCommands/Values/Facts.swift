import Basics
import SegLang

/// What is known of a value, by name: what `info` gives.
struct Facts: Recordable {
  let title: String
  let fields: [(name: String, value: any Value)]

  static let typeName = "Facts"
  static let typeHelp = "Facts about a value, by name."
  static var conversions: [Conversion] { [Conversion { (facts: Facts) in facts.record }] }

  var record: Record { Record(fields.map { ($0.name, $0.value) }) }
  var oneLine: String { title }
  var details: [String] {
    let width = fields.map(\.name.count).max() ?? 0
    return fields.map { $0.name + String(repeating: " ", count: width - $0.name.count) + "  " + Self.shown($0.value) }
  }
  var json: JSON { record.json }

  private static func shown(_ value: any Value) -> String {
    (value as? Double).map { NumberFormat.precise($0) } ?? value.oneLine
  }
}
