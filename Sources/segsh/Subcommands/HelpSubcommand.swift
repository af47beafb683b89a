import ArgumentParser
import Terminal

struct HelpSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "help", abstract: "Explains a subcommand, or a command of the language.")
  @Argument(help: "Name of the command.") var name: String?
  @Flag(help: "Print the manual page in roff format.") var man = false

  func run() throws {
    if man { return Console.shared.write(ManPage.text) }
    guard let name else {
      let subcommands = Segsh.configuration.subcommands.compactMap { $0.configuration.commandName }.filter { $0 != "help" }
      let program =
        "\nSubcommands: \(subcommands.joined(separator: ", "))\n`segsh help SUBCOMMAND` explains one; `segsh --help` lists all options.\n"
      return Pager.show(
        "\(Segsh.configuration.abstract)\n\n\(HelpPages.overview)" + Layout.wrapped(program, columns: Terminal.current.columns))
    }
    if let page = HelpPages.page(name) {
      Pager.show(page)
    } else if let subcommand = Segsh.configuration.subcommands.first(where: { $0.configuration.commandName == name }) {
      Pager.show(Segsh.helpMessage(for: subcommand, columns: Terminal.current.columns) + "\n")
    } else {
      let names = HelpPages.names + Segsh.configuration.subcommands.compactMap { $0.configuration.commandName }
      throw ValidationError("unknown command `\(name)`\(NearName.question(name, among: names))")
    }
  }
}
