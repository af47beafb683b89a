import ArgumentParser

struct CheckSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks scripts without running them; no picture is opened.",
    discussion:
      "Prompt shortcuts (a bare number as a length, --option value) are errors unless --no-strict. Exit status 3 when a check fails.")
  @Argument(help: "Scripts; - is standard input.", completion: .file(extensions: ["seg"])) var files: [String]
  @Flag(inversion: .prefixedNo, help: "Whether prompt shortcuts are errors.") var strict = true
  @Flag(help: "Print one JSON object a diagnostic and line.") var json = false
  func run() throws { try ScriptFiles.check(files, isStrict: strict, asJSON: json) }
}

struct FormatSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Rewrites scripts in their canonical form; comments stay.")
  @Argument(help: "Scripts; - is standard input, which goes to standard output.", completion: .file(extensions: ["seg"])) var files:
    [String]
  @Flag(help: "Change nothing; exit status 3 and a list where something would change.") var check = false
  func run() throws { try ScriptFiles.format(files, onlyChecks: check) }
}

struct TestSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Runs scripts and reports which of their expectations hold.",
    discussion: "Exit status 3 when an expectation fails.")
  @Argument(help: "Scripts.", completion: .file(extensions: ["seg"])) var files: [String]
  @OptionGroup var common: CommonOptions
  func run() throws { try ScriptFiles.test(files) }
}
