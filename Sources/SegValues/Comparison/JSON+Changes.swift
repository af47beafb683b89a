import Basics

extension JSON {
  /// - Complexity: O(size).
  package func replacingTexts(_ replace: (String) -> String) -> JSON {
    switch self {
    case .string(let text): .string(replace(text))
    case .array(let values): .array(values.map { $0.replacingTexts(replace) })
    case .object(let members): .object(members.map { JSON.Member($0.key, $0.value.replacingTexts(replace)) })
    default: self
    }
  }

  package struct Change {
    package let name: String
    package let text: String
    /// Of numbers, before and after.
    package var numbers: (Double, Double)?

    package var difference: Double? { numbers.map { $0.1 - $0.0 } }
  }

  /// The leaves that differ, by their dotted names.
  package static func changes(from old: JSON, to new: JSON, name: String = "") -> [Change] {
    switch (old, new) {
    case (.object(let before), .object(let after)):
      let known = Dictionary(before.map { ($0.key, $0.value) }) { first, _ in first }
      let names = Set(after.map(\.key))
      let gone = before.filter { !names.contains($0.key) }.map { member in
        Change(name: name + member.key, text: "\(name)\(member.key) \(member.value.text) -> nothing")
      }
      return after.flatMap { member in
        let path = name + member.key
        guard let was = known[member.key] else { return [Change(name: path, text: "\(path) nothing -> \(member.value.text)")] }
        let isNested = if case .object = member.value { true } else { false }
        return changes(from: was, to: member.value, name: isNested ? path + "." : path)
      } + gone
    case (.array(let before), .array(let after)) where before.count == after.count:
      return zip(before, after).enumerated().flatMap { changes(from: $1.0, to: $1.1, name: "\(name)[\($0)]") }
    case (.number(let before), .number(let after)):
      if before == after || before.isNaN && after.isNaN { return [] }
      let label = name.isEmpty ? "" : name + " "
      return [
        Change(name: name, text: "\(label)\(NumberFormat.statistic(before)) -> \(NumberFormat.statistic(after))", numbers: (before, after))
      ]
    default:
      if old.text == new.text { return [] }
      let label = name.isEmpty ? "" : name + " "
      return [Change(name: name, text: "\(label)\(old.text) -> \(new.text)")]
    }
  }
}
