/// What is wrong, with the data that the message needs. ``wording`` holds the code and the texts.
public enum Problem: Sendable, Hashable {
  // Syntax
  /// Text that the grammar does not allow here.
  case unexpected(String)
  /// A part that is missing here, and what was found instead.
  case expected(String, found: String)
  /// A quote that is not closed.
  case unclosedQuote
  /// A bracket that is not closed.
  case unclosedBracket(String)
  /// Brackets or blocks nested deeper than the limit.
  case nestedTooDeep(limit: Int)
  /// An unknown escape sequence in quoted text.
  case unknownEscape(String)
  /// A variable name with a hyphen.
  case hyphenInVariable(String)
  /// A keyword used as a name.
  case reservedName(String)
  /// A command inside an expression without parentheses.
  case bareCommandInExpression(String)
  /// Two arguments without a space between them.
  case gluedArgument
  /// Parentheses after a command's name, as in a function call, and the pipeline to write instead.
  case calledLikeFunction(String, suggestion: String)
  /// A line that starts with `|`.
  case leadingPipe
  /// An ambiguous `40%-`, a percentage or a remainder; holds the number.
  case unclearPercent(String)
  /// A language version that is not supported.
  case unknownVersion(String)
  /// An assignment to a part of a value.
  case immutable
  /// A block that returns a record with one pair of braces.
  case recordAsBlock

  // Names
  /// An unknown command. `related` lists commands whose help mentions the word.
  case unknownCommand(String, near: [String], related: [String] = [], isVariable: Bool)
  /// The former name of a command, and its present name.
  case renamedCommand(String, to: String)
  /// An unknown variable.
  case unknownVariable(String, near: [String])
  /// A property that the type does not have.
  case unknownProperty(String, of: String, near: [String], all: [String])
  /// An option that the command does not have.
  case unknownOption(String, of: String, near: [String], all: [String])
  /// The former name of an option, and its present name.
  case renamedOption(String, of: String, to: String)
  /// A former choice of a command's option.
  case renamedChoice(String, of: String, to: String, command: String)
  /// An unknown type.
  case unknownType(String, near: [String])
  /// A second `=` for a variable of a script, where `:=` is required.
  case alreadyAssigned(String)
  /// A `:=` for a variable that has no value yet.
  case neverAssigned(String, near: [String])
  /// A variable or module with the name of a command or function.
  case namedLikeCommand(String)
  /// A numbered result that does not exist.
  case unknownResult(Int)
  /// `it` in a script.
  case itInScript
  /// `it` before it has a value.
  case nothingIsIt
  /// A bare word that could be a variable or a literal.
  case wordOrVariable(String, type: String)
  /// A name that is declared twice.
  case alreadyDeclared(String)
  /// A module file that does not exist.
  case missingModule(String, near: [String])
  /// A module file that cannot be read, or is larger than the limit in MiB.
  case unreadableModule(String, limit: Int)
  /// Modules that use each other in a cycle: the files, with the first one again at the end.
  case moduleCycle([String])
  /// More modules than the limit, in number or in depth.
  case tooManyModules(Int, isDepth: Bool)
  /// A change to a variable that is defined outside the block.
  case outsideOfBlock(String)

  // Arguments and types
  /// A required argument that is missing.
  case missingArgument(String, of: String, type: String, hint: String?)
  /// More positional arguments than the command takes.
  case tooManyArguments(of: String, usage: String)
  /// Positional values for options that must be named, and the line with the names.
  case unnamedOptions(of: String, suggestion: String)
  /// A value of the wrong type, with the role in which it was found.
  case wrongType(expected: String, found: String, role: String)
  /// A word that is none of the choices.
  case unknownChoice(String, of: String, near: [String], all: [String], command: String?)
  /// A value outside its range.
  case outOfRange(String, of: String, low: String, high: String)
  /// A unit that is not accepted here.
  case unknownUnit(String, expected: [String])
  /// An argument that is given twice.
  case givenTwice(String)
  /// A bare number where a script must state the unit.
  case missingUnit(String, suggestion: String)
  /// `--name value` in a script, and its canonical form.
  case dashedOption(String, canonical: String)
  /// Piped input for a command that takes none.
  case takesNoPipe(String)
  /// A fraction where a whole number is required.
  case notWhole(String, of: String)
  /// Something that returns no value, where a value is needed.
  case givesNothing(String)
  /// Text that cannot be read as a value.
  case unreadable(String, of: String, hint: String)
  /// An operator that does not accept the operand types; `left` is nil for a prefix operator.
  case noOperator(String, left: String?, right: String)
  /// A condition that is neither true nor false.
  case notATruth(found: String)
  /// An index into a value that cannot be indexed.
  case notIndexable(String)
  /// A `for` over a value that has no items.
  case notIterable(String)
  /// `return` outside a function.
  case returnOutsideFunction
  /// `break` or `continue` outside a loop.
  case leaveOutsideLoop(String)
  /// An option without a value.
  case missingOptionValue(String, hint: String?)
  /// A statement that is not allowed here; holds the message.
  case misplacedDeclaration(String)

  // At run time
  /// An error thrown by a command.
  case commandFailed(String, message: String)
  /// A run that was stopped.
  case cancelled
  /// Function calls nested deeper than the limit.
  case recursionLimit(Int)
  /// More loop iterations than the limit.
  case loopLimit(Int)
  /// Arithmetic without a result; holds the message.
  case arithmetic(String)
  /// A value that is not in the lineage of the input.
  case noAncestor(String, of: String, type: String)
  /// A list index out of range.
  case indexOutOfRange(Int, count: Int)
  /// An `assert` or `expect` that is false; holds its source text.
  case assertionFailed(String)
  /// A script parameter without a value.
  case missingParameter(String, help: String)
  /// A value for a parameter that the script does not declare.
  case unknownParameter(String, near: [String])
  /// A property without a value, with its help.
  case emptyProperty(String, of: String, help: String)
  /// A failed case of a batch: its name, its number from 1, the number of cases, and the error.
  case caseFailed(String, number: Int, count: Int, code: String, message: String, canGoOn: Bool)

  // Warnings
  /// A value that is not used.
  case unusedValue
  /// A variable that is never used.
  case unusedVariable(String)
  /// A script that saves and prints nothing.
  case noEffect
  /// A script without `seglang 1`.
  case missingVersion
  /// A command input that loses information in a conversion.
  case merged(String, from: String, to: String, loss: String)
  /// A length that needs a pixel spacing, which the image file does not state.
  case noSpacing(String)
  /// A failed case of a batch that continues after errors.
  case caseLeftOut(String, number: Int, count: Int, code: String, message: String)
}
