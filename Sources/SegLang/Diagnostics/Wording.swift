/// The texts of a diagnostic. Names are in back quotes; overlong names are shortened.
public struct Wording: Sendable {
  /// Stable code, such as `E204`.
  public let code: String
  /// The message in one line, without a period.
  public let message: String
  /// Text after the carets; empty when there is none.
  public var label = ""
  /// Explanations below the source line.
  public var notes: [String] = []
  /// Suggested replacements, the most likely first.
  public var suggestions: [String] = []
  /// Command to type for help; nil when there is none.
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
  /// Code and texts of the problem.
  public var wording: Wording {
    switch self {
    case .unexpected(let text): Wording("E001", "unexpected `\(text)`")
    case .expected(let what, let found): Wording("E002", "expected \(what), found \(found)", "\(what) goes here")
    case .unclosedQuote: Wording("E003", "this quote is not closed", "opens here")
    case .unclosedBracket(let bracket): Wording("E004", "this `\(bracket)` is not closed", "opens here")
    case .nestedTooDeep(let limit): Wording("E005", "nested more than \(limit) levels deep", "assign the inner parts to variables")
    case .unknownEscape(let text):
      Wording("E006", "unknown escape sequence `\(text)`", "one of: \\\" \\\\ \\n \\r \\t \\{ \\} \\u{…}")
    case .hyphenInVariable(let name):
      Wording(
        "E007", "a variable name cannot contain a hyphen", "write `\(name.replacing("-", with: "_"))`",
        notes: ["`a-b` is always a subtraction"])
    case .reservedName(let name): Wording("E008", "`\(name)` is a reserved word", "choose another name")
    case .bareCommandInExpression(let name):
      Wording("E010", "the command `\(name)` inside an expression needs parentheses", "write `(\(name) …)`", help: "?\(name)")
    case .calledLikeFunction(let name, let suggestion):
      Wording("E011", "commands take their input from a pipe, not in parentheses: write `\(suggestion)`", help: "?\(name)")
    case .gluedArgument: Wording("E011", "missing space between two arguments", "add a space here, or quote the whole argument")
    case .leadingPipe: Wording("E012", "a line cannot start with `|`", "put the `|` at the end of the previous line")
    case .unknownVersion(let text):
      Wording("E013", "language version `\(text)` is not supported; this program supports version 1", "`seglang 1`")
    case .immutable: Wording("E014", "a value cannot be changed in place", "assign the new value to a variable: `name = …`")
    case .recordAsBlock:
      Wording("E015", "a block that returns a record needs two pairs of braces", "write `{ {name: value} }`")
    case .unclearPercent(let number):
      Wording("E016", "`\(number)%-` is ambiguous: a percentage or a remainder", "write `\(number)% - x` or `\(number) % -x`")

    case .unknownCommand(let name, let near, let related, let isVariable):
      Wording(
        "E101", "no command `\(name)`",
        isVariable ? "this is a variable; a pipeline stage must be a command" : "",
        notes: related.isEmpty ? [] : ["commands whose help mentions it: \(listed(related))"], near: near,
        help: near.first.map { "?\($0)" } ?? (related.isEmpty ? "help" : "? \(name)"))
    case .renamedCommand(let name, let new): Wording("E101", "`\(name)` is now called `\(new)`", near: [new], help: "?\(new)")
    case .unknownVariable(let name, let near): Wording("E102", "no variable `\(name)`", near: near)
    case .unknownProperty(let name, let type, let near, let all):
      Wording("E103", "\(type) has no property `\(name)`", all.isEmpty ? "" : "one of: \(listed(all))", near: near)
    case .unknownOption(let name, let command, let near, let all):
      Wording(
        "E104", "`\(command)` has no option `\(name)`", all.isEmpty ? "it has no options" : "one of: \(listed(all))", near: near,
        help: "?\(command)")
    case .renamedOption(let name, let command, let new):
      Wording("E104", "the option `\(name)` of `\(command)` is now called `\(new)`", near: [new], help: "?\(command)")
    case .unknownType(let name, let near): Wording("E105", "no type `\(name)`", near: near)
    case .alreadyAssigned(let name):
      Wording(
        "E106", "`\(name)` already has a value", "write `\(name) := …` to replace it",
        notes: ["`=` creates a variable and `:=` replaces its value, so a typing error cannot do either by accident"])
    case .neverAssigned(let name, let near):
      Wording("E107", "`\(name)` has no value yet", "write `\(name) = …` to create it", near: near)
    case .namedLikeCommand(let name): Wording("E108", "`\(name)` is a command", "choose another name for the variable", help: "?\(name)")
    case .unknownResult(let number): Wording("E109", "there is no result `_\(number)`")
    case .itInScript:
      Wording(
        "E110", "`it` works only at the prompt", "name the value: `x = …`, then `x | …`",
        notes: ["in a script for segsh cohort, `it` is the image of the case: `segsh check --cohort` checks such a script"])
    case .nothingIsIt:
      Wording("E111", "`it` has no value yet", "it refers to the latest image, mask, segmentation, severity, table or plot")
    case .wordOrVariable(let name, let type):
      Wording(
        "E112", "`\(name)` is ambiguous: a variable or a \(type)", "which one?",
        notes: ["the variable: `(\(name))`", type == "Path" ? "the file: `./\(name)` or `\"\(name)\"`" : "the word: `\"\(name)\"`"])
    case .alreadyDeclared(let name): Wording("E113", "`\(name)` is declared twice")
    case .outsideOfBlock(let name):
      Wording("E114", "`\(name)` is defined outside this block and cannot be changed here", "assign the new value to another variable")
    case .missingModule(let path, let near):
      Wording("E115", "there is no file `\(path)`", "searched in the folder of the file that uses it", near: near)
    case .unreadableModule(let path, let limit):
      Wording("E116", "`\(path)` cannot be read as a module", "it is a folder, unreadable, or larger than \(limit) MiB")
    case .moduleCycle(let files): Wording("E117", "modules use each other in a cycle", files.joined(separator: " uses "))
    case .tooManyModules(let limit, let isDepth):
      Wording("E118", isDepth ? "modules are nested more than \(limit) levels deep" : "more than \(limit) modules")

    case .missingArgument(let name, let command, let type, let hint):
      Wording("E201", "`\(command)` needs \(type.withArticle) for `\(name)`", hint ?? "", help: "?\(command)")
    case .tooManyArguments(let command, let usage):
      Wording("E202", "too many arguments for `\(command)`", "usage: \(usage)", help: "?\(command)")
    case .unnamedOptions(let command, let suggestion):
      Wording("E202", "`\(command)` takes these values as named options: write `\(suggestion)`", help: "?\(command)")
    case .wrongType(let expected, let found, let role):
      Wording("E203", "\(role) must be \(expected.withArticle), not \(found.withArticle)", "this is \(found.withArticle)")
    case .unknownChoice(let word, let name, let near, let all, let command):
      Wording("E204", "unknown value `\(word)` for `\(name)`", "one of: \(listed(all))", near: near, help: command.map { "?\($0)" })
    case .renamedChoice(let word, let name, let new, let command):
      Wording("E204", "the value `\(word)` of `\(name)` is now called `\(new)`", near: [new], help: "?\(command)")
    case .outOfRange(let text, let name, let low, let high):
      Wording("E205", "`\(name)` is \(text), outside \(low)..\(high)", "must be \(low) to \(high)")
    case .unknownUnit(let unit, let expected):
      Wording("E206", "unknown unit `\(unit)`", "one of: \(listed(expected))", near: nearNames(to: unit, in: expected))
    case .givenTwice(let name): Wording("E207", "`\(name)` is given twice", "second time here")
    case .missingUnit(let text, let suggestion): Wording("E208", "`\(text)` has no unit", "scripts need the unit: `\(suggestion)`")
    case .dashedOption(let text, let canonical): Wording("E209", "`\(text)` is prompt shorthand", "in a script, write `\(canonical)`")
    case .takesNoPipe(let name): Wording("E210", "`\(name)` takes no piped input", "", help: "?\(name)")
    case .notWhole(let text, let name): Wording("E211", "`\(name)` must be a whole number", "\(text) is not")
    case .givesNothing(let name): Wording("E212", "`\(name)` returns no value", "it only has a side effect")
    case .unreadable(let text, let name, let hint): Wording("E213", "cannot read `\(text)` as `\(name)`", hint)
    case .noOperator(let op, let left, let right):
      Wording(
        "E214",
        left.map { "`\(op)` cannot combine \($0.withArticle) and \(right.withArticle)" }
          ?? "`\(op)` cannot be applied to \(right.withArticle)")
    case .notATruth(let found):
      Wording("E215", "a condition must be true or false, not \(found.withArticle)", "this is \(found.withArticle)")
    case .notIndexable(let type): Wording("E216", "\(type.withArticle) cannot be indexed with `[ ]`")
    case .notIterable(let type): Wording("E217", "`for` needs a list or a range, not \(type.withArticle)", "this is \(type.withArticle)")
    case .returnOutsideFunction: Wording("E218", "`return` is allowed only inside `fn`")
    case .leaveOutsideLoop(let word): Wording("E221", "`\(word)` is allowed only inside `for` and `while`")
    case .missingOptionValue(let name, let hint): Wording("E219", "`\(name)=` has no value", hint ?? "add a value here")
    case .misplacedDeclaration(let what): Wording("E220", "\(what)")

    case .commandFailed(let command, let message): Wording("E301", "`\(command)`: \(message)")
    case .cancelled: Wording("E302", "stopped", notes: ["all values are as they were before this command"])
    case .recursionLimit(let limit): Wording("E303", "function calls are nested more than \(limit) levels deep")
    case .loopLimit(let limit): Wording("E304", "loops took more than \(limit) iterations in total")
    case .arithmetic(let message): Wording("E305", message)
    case .noAncestor(let name, let command, let type):
      Wording("E306", "`\(command)` cannot find the \(type) that its input was made from", "specify it: `\(name)=…`", help: "?\(command)")
    case .indexOutOfRange(let index, let count):
      Wording("E307", "index \(index) is out of range: \(count) item\(count == 1 ? "" : "s"), counted from 0")
    case .assertionFailed(let text): Wording("E308", "not true: \(text)")
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
              ? "`errors=keep` continues with the other cases"
              : "compute the values first: `each errors=keep` continues with the other cases")
        ])

    case .unusedValue: Wording("W401", "this value is not used", "assign it to a variable, print it or save it")
    case .unusedVariable(let name): Wording("W402", "`\(name)` is never used", "its value is neither saved nor printed")
    case .noEffect:
      Wording("W403", "this script saves and prints nothing", "it ends here", notes: ["`segsh run --json` prints the last value"])
    case .missingVersion:
      Wording("W404", "the script does not state its language version", "write `seglang 1` as the first line")
    case .merged(let command, let from, let to, let loss):
      Wording("W405", "`\(command)` merges \(from) into one \(to); \(loss) are lost", "choose one of them, or write `.all`")
    case .noSpacing(let text):
      Wording(
        "W406", "\(text) needs the pixel spacing, and the image file does not state it", "",
        notes: ["give the length in px, or state the spacing: `load FILE spacing=0.14mm` or `calibrate 0.14mm`"])
    case .caseLeftOut(let name, let number, let count, let code, let message):
      Wording("W410", "case \(name) (\(number) of \(count)) failed: \(message)", notes: [code])
    }
  }
}

extension String {
  /// The name of a type with its article: "a Mask", "an Image", "a Mask or Labels", "Labels".
  package var withArticle: String {
    if self == "nothing" || self == "any value" || hasSuffix("s") && !contains(" ") { return self }
    return "aeiouAEIOU".contains(first ?? "x") ? "an \(self)" : "a \(self)"
  }
}

private func listed(_ words: [String]) -> String {
  words.count > 24 ? words.prefix(24).joined(separator: " ") + " …" : words.joined(separator: " ")
}
