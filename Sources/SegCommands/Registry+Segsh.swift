import SegLang

extension Registry {
  /// The commands and types of segsh.
  public static let segsh = Registry(commands: CommandRegistry.types, renamed: .segsh)
}
