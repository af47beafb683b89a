import ArgumentParser

struct CheckSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks scripts without running them or opening images.",
    discussion:
      "Prompt shorthand (a length without unit, --option value) is an error unless --no-strict is given. Exit status 3 if a check fails.")
  @Argument(help: "Scripts to check; - reads standard input.", completion: .file(extensions: ["seg"])) var files: [String]
  @Flag(inversion: .prefixedNo, help: "Treat prompt shorthand as an error.") var strict = true
  @Flag(help: "Check scripts for segsh cohort: `it` is the image of the case, and the last value the row.") var cohort = false
  @Flag(help: "Print one JSON object per diagnostic, one per line.") var json = false

  func validate() throws { if cohort, !strict { throw ValidationError("--cohort checks strictly; omit --no-strict") } }

  func run() throws { try ScriptFiles.check(files, isStrict: strict, isForCases: cohort, asJSON: json) }
}

struct FormatSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Formats scripts in canonical form. Comments are kept.")
  @Argument(help: "Scripts to format; - reads standard input and writes standard output.", completion: .file(extensions: ["seg"]))
  var files: [String]
  @Flag(help: "Change nothing; list the scripts that would change, with exit status 3.") var check = false
  func run() throws { try ScriptFiles.format(files, onlyChecks: check) }
}

struct TestSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Runs scripts as tests and reports which expectations are met.",
    discussion: "Exit status 3 if an expectation fails.")
  @Argument(help: "Scripts.", completion: .file(extensions: ["seg"])) var files: [String]
  @OptionGroup var common: CommonOptions
  func run() throws { try ScriptFiles.test(files) }
}
