import SegLang

/// `help`: what a command does, or all commands.
struct HelpCommand: Command {
  static let category = Category.help
  static let summary = "Explains a command, or lists all commands."
  static let examples = [Example("help", "Lists all commands."), Example("help threshold", "Explains one command.")]
  static let seeAlso = ["lesson"]
  static let keywords = ["manual", "documentation", "commands"]
  static let isRecorded = false

  @Argument("Command to explain.") var command: CommandName?

  func run(_ context: Context) throws {
    let columns = context[ScreenService.self].map { $0.columns - 1 }
    let page = command.flatMap { context.registry[$0.oneLine] }.map { Manual.page(of: $0, columns: min(100, columns ?? 100)) }
    context.write(page ?? Manual.overview(of: context.registry, columns: columns))
  }
}
