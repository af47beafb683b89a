import Archive
import Basics
import ImageOps
import SegLang
import SegValues

/// `load-cases`: many images, read one at a time.
struct LoadCasesCommand: Command {
  static let category = Category.files
  static let summary = "Lists the images of a folder or pattern as cases, which are read one at a time."
  static let discussion = """
    Cases are in natural order: case-2 before case-10. In a pattern, * matches any characters, ? one character, [abc] one of these, and ** any \
    folders: "xrays/**/*.png" searches xrays and all folders inside it. dicomweb:URL/studies/UID and \
    dimse:AETITLE@host:port/studies/UID are the CR and DX images of a study in an archive. Images are recognized by extension, otherwise by content; other files \
    are skipped and counted. Only one image is in memory at a time, so a cohort may be larger than memory. Use it with each, where and for.
    """
  static let examples = [
    Example(
      "for k in 1..2 { phantom size=64 seed=k | save \"case-{k}.png\" }; load-cases case-*.png | each { it.mean }",
      "Measures the mean intensity of each image."
    ),
    Example("phantom size=64 | save chest.png; cases = load-cases .; cases[0]", "Opens the first image of a folder."),
  ]
  static let seeAlso = ["each", "where", "glob", "load"]
  static let keywords = ["batch", "cohort", "folder", "directory", "study", "many", "files", "dataset"]
  static let traits: CommandTraits = [.readsFiles, .isSource]

  @Argument("Folder, file pattern, or address of a study or series in an archive.", extensions: LoadCommand.extensions) var pattern: Glob
  @Option("Pixel spacing, if it is known and the files do not state it.") var spacing: Length?

  func run(_ context: Context) throws -> Cases {
    _ = try spacing?.pixelSpacing(atDetector: false)
    if ArchiveAddress.isOne(pattern.pattern) { return try archivedCases(context) }
    let found: () -> [(name: String, path: String)] = {
      CaseListing(pattern, context).images.map { ($0.text, context.resolved($0)) }
    }
    if let access = context[FileAccessService.self], let members = try access.listing(pattern.pattern, found) {
      return cases(members.map { (Path($0.name), $0.path) }, context)
    }
    let listing = CaseListing(pattern, context)
    guard !listing.images.isEmpty else { throw CommandProblem.noImages(pattern.pattern, skipped: listing.skipped.count) }
    if let note = listing.note { context.note(note) }
    return cases(listing.images.map { ($0, context.resolved($0)) }, context)
  }

  /// The images of a study or series in an archive.
  private func archivedCases(_ context: Context) throws -> Cases {
    if let access = context[FileAccessService.self] {
      let found: () -> [(name: String, path: String)] = {
        let images = (try? ArchiveFiles.images(of: pattern.pattern) { context.note($0) }) ?? []
        return images.map { ($0, (try? ArchiveFiles.place(of: $0)) ?? $0) }
      }
      if let members = try access.listing(pattern.pattern, found) { return cases(members.map { (Path($0.name), $0.path) }, context) }
    }
    return cases(try ArchiveFiles.images(of: pattern.pattern) { context.note($0) }.map { (Path($0), $0) }, context)
  }

  private func cases(_ files: [(path: Path, file: String)], _ context: Context) -> Cases {
    context.rememberInputs(files.map(\.path), at: files.map(\.file))
    return Cases(
      pattern: pattern.pattern, paths: files.map(\.path), files: files.map(\.file), spacing: spacing, loading: Signature(LoadCommand.self))
  }
}
