import ArgumentParser

struct HelpSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "help", abstract: "Explains a subcommand, or a command of the language.")
  @Argument(help: "Name of the command.") var name: String?
  @Flag(help: "Print the manual page in roff format.") var man = false

  func run() throws {
    if man { return Console.shared.write(ManPage.text) }
    guard let name else {
      Console.shared.write(Segsh.helpMessage(columns: Terminal.current.columns) + "\n\n" + HelpPages.overview)
      return
    }
    if let page = HelpPages.page(name) {
      Console.shared.write(page)
    } else if let subcommand = Segsh.configuration.subcommands.first(where: { $0.configuration.commandName == name }) {
      Console.shared.write(Segsh.helpMessage(for: subcommand, columns: Terminal.current.columns) + "\n")
    } else {
      let names = HelpPages.names + Segsh.configuration.subcommands.compactMap { $0.configuration.commandName }
      throw ValidationError("unknown command `\(name)`\(NearName.question(name, among: names))")
    }
  }
}
