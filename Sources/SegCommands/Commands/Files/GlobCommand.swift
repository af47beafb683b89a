import SegLang

/// `glob`: the files that match a pattern.
struct GlobCommand: Command {
  static let category = Category.files
  static let summary = "Lists the files that match a pattern, in natural order."
  static let discussion = """
    In a pattern * stands for any characters, ? for one, [abc] for one of these, and ** for any folders: "xrays/**/*.png". case-2 comes before case-10. No \
    match gives an empty list.
    """
  static let examples = [
    Example("phantom | save case-1.png; for f in (glob case-*.png) { print (f.name) }", "Goes through files."),
    Example("phantom | save a-1.png; (glob a-?.png).count", "Counts the files that match."),
  ]
  static let seeAlso = ["load"]
  static let isReplayable = false

  @Argument("Pattern of the files.") var pattern: Glob

  func run(_ context: Context) throws -> [Path] {
    let found = context.files(matching: pattern)
    if found.isEmpty { context.note("no file matches \(pattern.pattern)") }
    // Their names are private as those of files that are read.
    for path in found { context.remember(StepFile(role: .listed, name: path.text, isArgument: false, byteCount: 0) { nil }) }
    return found
  }
}
