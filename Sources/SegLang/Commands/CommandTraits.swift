/// What a command does besides computing its result. Privacy, history, recipes and corrections ask for these, never for names of commands.
public struct CommandTraits: OptionSet, Sendable {
  /// The traits as bits.
  public let rawValue: Int
  /// Creates a set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Reads the file, or the files of the pattern, that its first argument names.
  public static let readsFiles = CommandTraits(rawValue: 1 << 0)
  /// Writes the file that its first argument names.
  public static let writesFiles = CommandTraits(rawValue: 1 << 1)
  /// Writes its input so that the value can be loaded again.
  public static let keepsInput = CommandTraits(rawValue: 1 << 2)
  /// The start of an analysis: running it again gives the same result, so nothing is lost with it.
  public static let isSource = CommandTraits(rawValue: 1 << 3)
  /// Changes a region as a person draws it.
  public static let corrects = CommandTraits(rawValue: 1 << 4)
  /// Only shows something, and is no part of a session's history.
  public static let showsOnly = CommandTraits(rawValue: 1 << 5)
  /// Its result depends on the machine, not only on the arguments and the files that they name.
  public static let asksMachine = CommandTraits(rawValue: 1 << 6)
}
