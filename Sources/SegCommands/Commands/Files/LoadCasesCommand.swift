import ImageOps
import SegLang

/// `load-cases`: many pictures, each read when its turn comes.
struct LoadCasesCommand: Command {
  static let category = Category.files
  static let summary = "Names the pictures of a folder, or those that a pattern matches; each is read when its turn comes."
  static let discussion = """
    Sorted by name. In a pattern * stands for any characters, ? for one, and [abc] for one of these. Only one picture is in memory at a time, so a \
    cohort may be larger than the memory. Use it with each, where and for.
    """
  static let examples = [
    Example(
      "for k in 1..2 { phantom size=64 seed=k | save \"case-{k}.png\" }; load-cases case-*.png | each { it.mean }", "Measures two pictures."
    ),
    Example("phantom size=64 | save chest.png; cases = load-cases .; cases[0]", "Takes the first picture of a folder."),
  ]
  static let seeAlso = ["each", "where", "glob", "load"]

  @Argument("Folder, or pattern of the files.", extensions: LoadCommand.extensions) var pattern: Glob
  @Option("Side of a pixel, where it is known and the files do not say it.") var spacing: Length?

  func run(_ context: Context) throws -> Cases {
    _ = try spacing?.pixelSpacing(atDetector: false)
    if let access = context[FileAccessService.self], let names = access.listing(pattern.pattern) {
      let files = try names.map { name in
        let path = context.resolved(Path(name))
        return try access.reading(name, path) ?? path
      }
      context.rememberInputs(names.map { Path($0) }, at: files)
      return Cases(paths: names.map { Path($0) }, files: files, spacing: spacing)
    }
    let folder = context.resolved(Path(pattern.pattern))
    let paths: [Path]
    if FilePaths.isFolder(folder) {
      let prefix = pattern.pattern.hasSuffix("/") ? pattern.pattern : pattern.pattern + "/"
      let names = FilePaths.names(in: folder).filter { LoadCommand.extensions.contains(Path($0).fileExtension.lowercased()) }
      paths = names.map { Path(prefix == "./" ? $0 : prefix + $0) }
    } else {
      paths = context.files(matching: pattern).filter { !FilePaths.isFolder(context.resolved($0)) }
    }
    guard !paths.isEmpty else { throw CommandProblem.noPictures(pattern.pattern) }
    let files = paths.map { context.resolved($0) }
    context.rememberInputs(paths, at: files)
    return Cases(paths: paths, files: files, spacing: spacing)
  }
}
