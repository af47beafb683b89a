import Basics
import SegLang

/// What is known of a value, by name: what `info` gives.
package struct Facts: Recordable {
  package let title: String
  package let fields: [(name: String, value: any Value)]

  package init(title: String, fields: [(name: String, value: any Value)]) {
    self.title = title
    self.fields = fields
  }

  package static let typeName = "Facts"
  package static let typeHelp = "Facts about a value, by name."
  package static var conversions: [Conversion] { [Conversion { (facts: Facts) in facts.record }] }

  package var record: Record { Record(fields.map { ($0.name, $0.value) }) }
  package var oneLine: String { title }
  package var details: [String] {
    let width = fields.map(\.name.count).max() ?? 0
    return fields.map { $0.name + String(repeating: " ", count: width - $0.name.count) + "  " + Self.shown($0.value) }
  }
  package var json: JSON { record.json }

  private static func shown(_ value: any Value) -> String {
    (value as? Double).map { NumberFormat.precise($0) } ?? value.oneLine
  }
}
