import ArgumentParser
import SegCommands
import SegServices
import Terminal

struct LanguageServerSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp", abstract: "Serves editors: diagnostics, completion, help, renaming and formatting of scripts.",
    discussion: "Speaks the Language Server Protocol 3.17 over standard input and output. An editor starts it; no script is run.")
  @Flag(help: "Use standard input and output. This is the only transport, so the flag changes nothing.") var stdio = false

  func run() throws {
    if !LanguageServer(registry: .segsh).run() { throw ExitStatus.runtimeError }
  }
}
