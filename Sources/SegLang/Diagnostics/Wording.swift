/// The words of a diagnostic. Lines are short and plain; names stand in back quotes.
public struct Wording: Sendable {
  public let code: String
  /// The first line, without full stop.
  public let message: String
  /// Behind the carets.
  public var label = ""
  public var notes: [String] = []
  /// Likely meanings, the likeliest first.
  public var suggestions: [String] = []
  /// What to type for help.
  public var help: String?

  init(_ code: String, _ message: String, _ label: String = "", notes: [String] = [], near: [String] = [], help: String? = nil) {
    self.code = code
    self.message = Self.shortened(message)
    self.label = Self.shortened(label)
    self.notes = notes.map(Self.shortened)
    suggestions = near
    self.help = help
  }

  /// What stands in back quotes, such as a number of a million digits, cut to its start and its end.
  private static func shortened(_ text: String) -> String {
    guard text.utf8.count > 400 else { return text }
    return text.split(separator: "`", omittingEmptySubsequences: false).map { part in
      part.utf8.count > 300 ? "\(part.prefix(200))…\(part.suffix(40))" : String(part)
    }.joined(separator: "`")
  }
}

extension Problem {
  /// Code and words of every problem, sorted by code.
  public var wording: Wording {
    switch self {
    case .unexpected(let text): Wording("E001", "`\(text)` does not belong here")
    case .expected(let what, let found): Wording("E002", "expected \(what), found \(found)", "\(what) goes here")
    case .unclosedQuote: Wording("E003", "this quote is not closed", "opens here")
    case .unclosedBracket(let bracket): Wording("E004", "this `\(bracket)` is not closed", "opens here")
    case .nestedTooDeep(let limit): Wording("E005", "nested deeper than \(limit) levels", "give parts names")
    case .unknownEscape(let text):
      Wording("E006", "`\(text)` is no escape", "one of: \\\" \\\\ \\n \\r \\t \\{ \\} \\u{…}")
    case .hyphenInVariable(let name):
      Wording("E007", "a variable's name has no hyphen", "write `\(name.replacing("-", with: "_"))`", notes: ["`a-b` is always arithmetic"])
    case .reservedName(let name): Wording("E008", "`\(name)` is a word of the language", "choose another name")
    case .bareCommandInExpression(let name):
      Wording("E010", "the command `\(name)` inside an expression needs parentheses", "write `(\(name) …)`", help: "?\(name)")
    case .calledLikeFunction(let name, let suggestion):
      Wording("E011", "commands take their input from a pipe, not in parentheses: write `\(suggestion)`", help: "?\(name)")
    case .gluedArgument: Wording("E011", "a blank is missing between two arguments", "quote the whole argument, or put a blank here")
    case .leadingPipe: Wording("E012", "a line cannot start with `|`", "put the `|` at the end of the line before")
    case .unknownVersion(let text): Wording("E013", "this program knows version 1 of the language, not `\(text)`", "`seglang 1`")
    case .immutable: Wording("E014", "values do not change", "give the new value a name of its own: `name = …`")

    case .unclearPercent(let number):
      Wording("E016", "`\(number)%-` can be a percentage or a remainder", "write `\(number)% - x` or `\(number) % -x`")
    case .recordAsBlock:
      Wording("E015", "a block that gives a record needs braces round both", "write `{ {name: value} }`")

    case .unknownCommand(let name, let near, let related, let isVariable):
      Wording(
        "E101", "no command `\(name)`",
        isVariable ? "this is a variable; a stage is a command" : "",
        notes: related.isEmpty ? [] : ["the help of these has the word: \(listed(related))"], near: near,
        help: near.first.map { "?\($0)" } ?? (related.isEmpty ? "help" : "? \(name)"))
    case .unknownVariable(let name, let near): Wording("E102", "no variable `\(name)`", near: near)
    case .unknownProperty(let name, let type, let near, let all):
      Wording("E103", "\(type) has no property `\(name)`", all.isEmpty ? "" : "one of: \(listed(all))", near: near)
    case .unknownOption(let name, let command, let near, let all):
      Wording(
        "E104", "`\(command)` has no option `\(name)`", all.isEmpty ? "it has none" : "one of: \(listed(all))", near: near,
        help: "?\(command)")
    case .unknownType(let name, let near): Wording("E105", "no type `\(name)`", near: near)
    case .alreadyAssigned(let name):
      Wording(
        "E106", "`\(name)` has a value already", "write `\(name) := …` to give it another",
        notes: ["so that a mistyped name makes no new variable"])
    case .neverAssigned(let name, let near):
      Wording("E107", "`\(name)` has no value yet", "write `\(name) = …` for a new variable", near: near)
    case .namedLikeCommand(let name): Wording("E108", "`\(name)` is a command", "a variable needs another name", help: "?\(name)")
    case .unknownResult(let number): Wording("E109", "there is no result `_\(number)`")
    case .itInScript: Wording("E110", "`it` is for the prompt", "name the value: `x = …`, then `x | …`")
    case .nothingIsIt: Wording("E111", "`it` is nothing yet", "it becomes the last image, mask, segmentation, severity, table or plot")
    case .wordOrVariable(let name, let type):
      Wording(
        "E112", "`\(name)` is a variable, and could be a \(type) too", "which one?",
        notes: ["the variable: `(\(name))`", type == "Path" ? "the file: `./\(name)` or `\"\(name)\"`" : "the word: `\"\(name)\"`"])
    case .alreadyDeclared(let name): Wording("E113", "`\(name)` is declared twice")
    case .outsideOfBlock(let name):
      Wording("E114", "`\(name)` is outside and cannot be changed here", "give the new value a name of its own")
    case .missingModule(let path, let near):
      Wording("E115", "there is no file `\(path)`", "looked for beside the file that uses it", near: near)
    case .unreadableModule(let path, let limit):
      Wording("E116", "`\(path)` cannot be read as a module", "a folder, not readable, or larger than \(limit) MiB")
    case .moduleCycle(let files): Wording("E117", "modules use each other in a circle", files.joined(separator: " uses "))
    case .tooManyModules(let limit, let isDepth):
      Wording("E118", isDepth ? "modules use each other deeper than \(limit) levels" : "more than \(limit) modules")

    case .missingArgument(let name, let command, let type, let hint):
      Wording("E201", "`\(command)` needs \(article(type)) for `\(name)`", hint ?? "", help: "?\(command)")
    case .tooManyArguments(let command, let usage):
      Wording("E202", "one argument too many for `\(command)`", "usage: \(usage)", help: "?\(command)")
    case .unnamedOptions(let command, let suggestion):
      Wording("E202", "`\(command)` takes these values by name: write `\(suggestion)`", help: "?\(command)")
    case .wrongType(let expected, let found, let role):
      Wording("E203", "\(role) is \(article(expected)), not \(article(found))", "this is \(article(found))")
    case .unknownChoice(let word, let name, let near, let all, let command):
      Wording("E204", "unknown choice `\(word)` for `\(name)`", "one of: \(listed(all))", near: near, help: command.map { "?\($0)" })
    case .outOfRange(let text, let name, let low, let high):
      Wording("E205", "`\(name)` is \(text), outside \(low)..\(high)", "between \(low) and \(high)")
    case .unknownUnit(let unit, let expected):
      Wording("E206", "unknown unit `\(unit)`", "one of: \(listed(expected))", near: nearNames(to: unit, in: expected))
    case .givenTwice(let name): Wording("E207", "`\(name)` is given twice", "again here")
    case .missingUnit(let text, let suggestion): Wording("E208", "`\(text)` has no unit", "a script says the unit: `\(suggestion)`")
    case .dashedOption(let text, let canonical): Wording("E209", "`\(text)` is a shortcut of the prompt", "a script says `\(canonical)`")
    case .takesNoPipe(let name): Wording("E210", "`\(name)` takes no value from a pipe", "", help: "?\(name)")
    case .notWhole(let text, let name): Wording("E211", "`\(name)` is a whole number", "\(text) is not")
    case .givesNothing(let name): Wording("E212", "`\(name)` gives no value", "it only has an effect")
    case .unreadable(let text, let name, let hint): Wording("E213", "cannot read `\(text)` as `\(name)`", hint)
    case .noOperator(let op, let left, let right):
      Wording(
        "E214",
        left.map { "`\(op)` does not combine \(article($0)) and \(article(right))" } ?? "`\(op)` does not apply to \(article(right))")
    case .notATruth(let found): Wording("E215", "a condition is true or false, not \(article(found))", "this is \(article(found))")
    case .notIndexable(let type): Wording("E216", "\(article(type)) has no items to pick with `[ ]`")
    case .notIterable(let type): Wording("E217", "`for` goes through a list or a range, not \(article(type))", "this is \(article(type))")
    case .returnOutsideFunction: Wording("E218", "`return` stands only inside `fn`")
    case .missingOptionValue(let name, let hint): Wording("E219", "`\(name)=` has no value", hint ?? "a value goes here")
    case .misplacedDeclaration(let what): Wording("E220", "\(what)")

    case .commandFailed(let command, let message): Wording("E301", "`\(command)`: \(message)")
    case .cancelled: Wording("E302", "stopped", notes: ["all values are as they were before the line"])
    case .recursionLimit(let limit): Wording("E303", "functions call each other deeper than \(limit) levels")
    case .loopLimit(let limit): Wording("E304", "more than \(limit) rounds of loops")
    case .arithmetic(let message): Wording("E305", message)
    case .noAncestor(let name, let command, let type):
      Wording("E306", "`\(command)` finds no \(type) that its input was made from", "say which: `\(name)=…`", help: "?\(command)")
    case .indexOutOfRange(let index, let count): Wording("E307", "no item \(index): there are \(count), counted from 0")
    case .assertionFailed(let text): Wording("E308", "this does not hold: \(text)")
    case .missingParameter(let name, let help):
      Wording("E309", "the parameter `\(name)` has no value", help.isEmpty ? "" : help, help: "--\(name) VALUE")
    case .unknownParameter(let name, let near): Wording("E310", "the script has no parameter `\(name)`", near: near)
    case .emptyProperty(let name, let type, let help):
      Wording("E311", "this \(type) has no `\(name)`", notes: help.isEmpty ? [] : ["\(name): \(help)"])

    case .caseFailed(let name, let number, let count, let code, let message, let canGoOn):
      Wording(
        "E312", "case \(name) (\(number) of \(count)): \(message)",
        notes: [
          "\(code); "
            + (canGoOn
              ? "`errors=keep` goes on with the other cases" : "compute the values first: `each errors=keep` goes on with the other cases")
        ])

    case .unusedVariable(let name): Wording("W402", "`\(name)` is never used", "nothing is saved or printed of it")
    case .noEffect:
      Wording("W403", "nothing is saved or printed", "the script ends here", notes: ["`segsh run --json` prints the last value"])
    case .missingVersion:
      Wording("W404", "the script does not say which version it was written for", "`seglang 1` goes on the first line")
    case .merged(let command, let from, let to, let loss):
      Wording("W405", "`\(command)` takes \(from) as one \(to); \(loss) are lost", "say which: one of them, or `.all`")
    case .noSpacing(let text):
      Wording(
        "W406", "\(text) on a picture whose file does not say how large a pixel is", "",
        notes: ["give it in px, state the spacing when reading (spacing=0.14mm), or state it now (calibrate 0.14mm)"])
    case .caseLeftOut(let name, let number, let count, let code, let message):
      Wording("W410", "case \(name) (\(number) of \(count)) failed: \(message)", notes: [code])
    case .unusedValue: Wording("W401", "this value is not used", "name it, print it or save it")
    }
  }
}

/// "a Mask", "an Image", "a Mask or Labels".
private func article(_ type: String) -> String {
  if type == "nothing" || type == "any value" { return type }
  return "aeiouAEIOU".contains(type.first ?? "x") ? "an \(type)" : "a \(type)"
}

private func listed(_ words: [String]) -> String {
  words.count > 24 ? words.prefix(24).joined(separator: " ") + " …" : words.joined(separator: " ")
}
