import SegLang
import SegValues

/// The name of a command.
struct CommandName: ListedElsewhere, Hashable {
  let oneLine: String

  /// The word that stands for every command.
  static let all = "all"

  static let typeName = "Command"
  static let typeHelp = "The name of a command."
  static var literalHint: String? { "the name of a command" }
  static var choices: [ChoiceName] {
    CommandRegistry.types.map { ChoiceName($0.name, $0.summary) } + [ChoiceName(all, "Lists all commands.")]
  }

  static func read(_ literal: Literal) throws(LiteralProblem) -> CommandName {
    guard choices.contains(where: { $0.name == literal.text }) else { throw .unknownChoice(literal.text, choices: choices.map(\.name)) }
    return CommandName(oneLine: literal.text)
  }

  var literal: String? { oneLine }
}
