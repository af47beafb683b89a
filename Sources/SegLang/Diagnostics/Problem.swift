/// What can be wrong, with the data that the wording needs. Codes and wording are in `Wording.swift`.
public enum Problem: Sendable, Hashable {
  // Syntax
  case unexpected(String)
  case expected(String, found: String)
  case unclosedQuote
  case unclosedBracket(String)
  case nestedTooDeep(limit: Int)
  case unknownEscape(String)
  case hyphenInVariable(String)
  case reservedName(String)
  case bareCommandInExpression(String)
  case gluedArgument
  /// Parentheses behind a command's name, as in a call, and how the line is written instead.
  case calledLikeFunction(String, suggestion: String)
  case leadingPipe
  /// A number, a percent sign and a minus sign without blanks, and the number.
  case unclearPercent(String)
  case unknownVersion(String)
  case immutable
  case recordAsBlock

  // Names
  /// - related: Commands whose help holds the word.
  case unknownCommand(String, near: [String], related: [String] = [], isVariable: Bool)
  case renamedCommand(String, to: String)
  case unknownVariable(String, near: [String])
  case unknownProperty(String, of: String, near: [String], all: [String])
  case unknownOption(String, of: String, near: [String], all: [String])
  case renamedOption(String, of: String, to: String)
  case unknownType(String, near: [String])
  case alreadyAssigned(String)
  case neverAssigned(String, near: [String])
  case namedLikeCommand(String)
  case unknownResult(Int)
  case itInScript
  case nothingIsIt
  case wordOrVariable(String, type: String)
  case alreadyDeclared(String)
  case missingModule(String, near: [String])
  case unreadableModule(String, limit: Int)
  /// The files of the circle, the first one again at the end.
  case moduleCycle([String])
  case tooManyModules(Int, isDepth: Bool)
  case outsideOfBlock(String)

  // Arguments and types
  case missingArgument(String, of: String, type: String, hint: String?)
  case tooManyArguments(of: String, usage: String)
  /// Values without names for options that have to be named, and the line with the names.
  case unnamedOptions(of: String, suggestion: String)
  case wrongType(expected: String, found: String, role: String)
  case unknownChoice(String, of: String, near: [String], all: [String], command: String?)
  case outOfRange(String, of: String, low: String, high: String)
  case unknownUnit(String, expected: [String])
  case givenTwice(String)
  case missingUnit(String, suggestion: String)
  case dashedOption(String, canonical: String)
  case takesNoPipe(String)
  case notWhole(String, of: String)
  case givesNothing(String)
  case unreadable(String, of: String, hint: String)
  case noOperator(String, left: String?, right: String)
  case notATruth(found: String)
  case notIndexable(String)
  case notIterable(String)
  case returnOutsideFunction
  case missingOptionValue(String, hint: String?)
  case misplacedDeclaration(String)

  // At run time
  case commandFailed(String, message: String)
  case cancelled
  case recursionLimit(Int)
  case loopLimit(Int)
  case arithmetic(String)
  case noAncestor(String, of: String, type: String)
  case indexOutOfRange(Int, count: Int)
  case assertionFailed(String)
  case missingParameter(String, help: String)
  case unknownParameter(String, near: [String])
  case emptyProperty(String, of: String, help: String)
  /// A case of a batch failed: its name, its number from 1, how many there are, and what was wrong.
  case caseFailed(String, number: Int, count: Int, code: String, message: String, canGoOn: Bool)

  // Warnings
  case unusedValue
  case unusedVariable(String)
  case noEffect
  case missingVersion
  /// A command takes a value through a conversion that loses something.
  case merged(String, from: String, to: String, loss: String)
  case noSpacing(String)
  /// As `caseFailed`, where the batch was told to go on.
  case caseLeftOut(String, number: Int, count: Int, code: String, message: String)
}
