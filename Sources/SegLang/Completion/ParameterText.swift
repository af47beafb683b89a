import Basics

/// A parameter in a few words, as completion lists it.
enum ParameterText {
  /// What a parameter takes, in a few words: "Length, 0.5px..500px, default 1px. Radius of the footprint."
  static func oneLine(_ parameter: Signature.Parameter) -> String {
    var parts = [typeText(parameter)]
    if let range = rangeText(parameter) { parts.append(range) }
    if let standard = parameter.declaration.defaultLiteral { parts.append("default \(standard)") }
    return parts.joined(separator: ", ") + ". " + parameter.help
  }

  private static func typeText(_ parameter: Signature.Parameter) -> String {
    if case .union(let members) = parameter.type {
      return members.map { member in
        let choices = member.named.map { $0.choices } ?? []
        return choices.isEmpty || member == .of(Bool.self) ? member.description : choices.map(\.name).joined(separator: "|")
      }.alternatives
    }
    guard !parameter.choices.isEmpty, parameter.type != .of(Bool.self) else { return parameter.type.description }
    return parameter.choices.map(\.name).joined(separator: "|")
  }

  private static func rangeText(_ parameter: Signature.Parameter) -> String? {
    guard let range = parameter.declaration.range else { return nil }
    let unit = parameter.type == .of(Length.self) ? "px" : parameter.type == .of(Angle.self) ? "deg" : ""
    return "\(NumberFormat.exact(range.lowerBound))\(unit)..\(NumberFormat.exact(range.upperBound))\(unit)"
  }
}
