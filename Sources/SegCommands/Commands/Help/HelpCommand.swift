import SegLang
import SegServices

/// `help`: what a command does, or all commands.
struct HelpCommand: Command {
  static let category = Category.help
  static let summary = "Explains a command, or lists the main commands by task."
  static let examples = [Example("help", "Lists the main commands by task."), Example("help threshold", "Explains one command.")]
  static let seeAlso = ["lesson"]
  static let keywords = ["manual", "documentation", "commands"]
  static let traits: CommandTraits = [.showsOnly]

  @Argument("Command to explain, or all for a list of all commands.") var command: CommandName?

  func run(_ context: Context) throws {
    let columns = context[ScreenService.self].map { $0.columns - 1 }
    guard let command else { return context.write(Manual.overview(of: context.registry, columns: columns)) }
    let page = context.registry[command.oneLine].map { Manual.page(of: $0, columns: min(100, columns ?? 100)) }
    context.write(page ?? Manual.list(of: context.registry, columns: columns))
  }
}
