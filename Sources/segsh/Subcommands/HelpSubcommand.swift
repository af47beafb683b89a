import ArgumentParser
import Terminal

struct HelpSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "help", abstract: "Explains a subcommand, or a command of the language.")
  @Argument(help: "Command to explain, such as threshold or cohort merge.") var names: [String] = []
  @Flag(help: "Print the manual page in roff format.") var man = false

  func run() throws {
    if man { return Console.shared.write(ManPage.text) }
    guard let name = names.first else {
      let subcommands = Segsh.configuration.subcommands.map { $0.name }.filter { $0 != "help" }
      let program =
        "\nSubcommands: \(subcommands.joined(separator: ", "))\n`segsh help SUBCOMMAND` explains one; `segsh --help` lists all options.\n"
      return Pager.show(
        "\(Segsh.configuration.abstract)\n\n\(HelpPages.overview)" + Layout.wrapped(program, columns: Terminal.current.columns))
    }
    if names.count == 1, let page = HelpPages.page(name) { return Pager.show(page) }
    Pager.show(Segsh.helpMessage(for: try subcommand(), columns: Terminal.current.columns) + "\n")
  }

  /// The one that `names` lead to, as `cohort merge`.
  private func subcommand() throws -> any ParsableCommand.Type {
    var found: any ParsableCommand.Type = Segsh.self
    for (depth, name) in names.enumerated() {
      let subcommands = found.configuration.subcommands
      let known = subcommands.map { $0.name } + (depth == 0 ? HelpPages.names : [])
      guard let next = subcommands.first(where: { $0.name == name }) else {
        throw ValidationError("unknown command `\(names[...depth].joined(separator: " "))`\(NearName.question(name, among: known))")
      }
      found = next
    }
    return found
  }
}

extension ParsableCommand {
  /// As it is typed.
  fileprivate static var name: String { configuration.commandName ?? "\(Self.self)".lowercased() }
}
