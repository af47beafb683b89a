import SegLang

/// `glob`: the files that match a pattern.
struct GlobCommand: Command {
  static let category = Category.files
  static let summary = "Lists the files that match a pattern, in natural order."
  static let discussion = """
    In a pattern, * matches any characters, ? one character, [abc] one of these, and ** any folders: "xrays/**/*.png". Natural order puts case-2 \
    before case-10. The list is empty if nothing matches.
    """
  static let examples = [
    Example("phantom | save case-1.png; for f in (glob case-*.png) { print (f.name) }", "Prints the names of matching files."),
    Example("phantom | save a-1.png; (glob a-?.png).count", "Counts the matching files."),
  ]
  static let seeAlso = ["load"]
  static let traits: CommandTraits = [.readsFiles, .isSource, .asksMachine]

  @Argument("File pattern.") var pattern: Glob

  func run(_ context: Context) throws -> [Path] {
    let found = context.files(matching: pattern)
    if found.isEmpty { context.note("no file matches \(pattern.pattern)") }
    // Their names are private as those of files that are read.
    for path in found { context.remember(StepFile(role: .listed, name: path.text, isArgument: false, byteCount: 0) { nil }) }
    return found
  }
}
