import Basics
import ImageOps
import SegLang
import SegValues

/// The cases of a run: the images of a folder or a pattern, or those that a list names.
package struct CohortCases: Sendable {
  /// What reads them.
  package let elements: Elements
  package let paths: [Path]
  package let files: [String]
  /// What a list calls them; nil: by their file names.
  private let listed: [String]?
  /// Values of the script's params that a list gives for each case; empty where it gives none.
  private let arguments: [[String: String]]
  /// What was skipped or is not used.
  package let notes: [String]
  /// SHA-256 of their names and of what a list says of them.
  package let digest: String

  package var count: Int { paths.count }

  /// - Parameters:
  ///   - place: A folder, a pattern, or a CSV file with a column `file` and perhaps `case`; its paths start at its folder.
  ///   - parameters: The script's params, which columns of a list may give.
  ///   - loading: The command that loads one image.
  /// - Throws: `CohortProblem`, `CommandProblem.noImages`, `CSVError`, `FileError`.
  package init(at place: String, spacing: Length?, parameters: [String], loading: Signature, _ context: Context) throws {
    if let list = Self.list(place, context) {
      try self.init(list: list, spacing: spacing, parameters: parameters, loading: loading, context)
      return
    }
    let isPattern = place.contains { "*?[".contains($0) }
    guard isPattern || FilePaths.exists(context.resolved(Path(place))) else { throw CohortProblem.noSuchFolder(place) }
    let listing = CaseListing(Glob(place), context)
    guard !listing.images.isEmpty else { throw CommandProblem.noImages(place, skipped: listing.skipped.count) }
    let prefix = place.hasSuffix("/") ? place : place + "/"
    let names = listing.images.map { $0.text.hasPrefix(prefix) ? String($0.text.dropFirst(prefix.count)) : $0.text }
    self.init(
      listing.images, listing.images.map(context.resolved), listed: nil, arguments: [], notes: listing.note.map { [$0] } ?? [],
      digest: Self.digest(names), pattern: place, spacing: spacing, loading: loading)
  }

  private init(
    _ paths: [Path], _ files: [String], listed: [String]?, arguments: [[String: String]], notes: [String], digest: String, pattern: String,
    spacing: Length?, loading: Signature
  ) {
    let cases = Cases(pattern: pattern, paths: paths, files: files, spacing: spacing, loading: loading)
    elements = cases.elements()
    (self.paths, self.files, self.listed, self.arguments) = (paths, files, listed, arguments)
    (self.notes, self.digest) = (notes, digest)
  }

  /// What a case is called where names are shown.
  /// - Parameter number: From 1.
  package func name(_ number: Int) -> String { listed?[number - 1] ?? elements.name(of: number - 1) ?? "\(number)" }

  /// What a list gives for the script's params.
  package func arguments(_ number: Int) -> [String: String] { arguments.isEmpty ? [:] : arguments[number - 1] }

  /// The script's params that a list gives a value for in each row.
  package var argumentNames: Set<String> {
    arguments.dropFirst().reduce(arguments.first.map { Set($0.keys) } ?? []) { $0.intersection($1.keys) }
  }

  private static func digest(_ lines: [String]) -> String {
    var bytes: [UInt8] = []
    for line in lines { bytes += Array(line.utf8) + [0] }
    return SHA256.hexDigest(of: bytes)
  }

  // MARK: Lists

  private static func list(_ place: String, _ context: Context) -> String? {
    Path(place).fileExtension.lowercased() == "csv" && FilePaths.isRegularFile(context.resolved(Path(place))) ? place : nil
  }

  private init(list: String, spacing: Length?, parameters: [String], loading: Signature, _ context: Context) throws {
    let table = try CSVTable(path: context.resolved(Path(list)), requiring: ["file"])
    guard !table.rows.isEmpty else { throw CohortProblem.emptyList(list) }
    let folder = list.lastIndex(of: "/").map { String(list[...$0]) } ?? ""
    let hasNames = table.columns.contains("case")
    let given = table.columns.filter { $0 != "file" && $0 != "case" && parameters.contains($0) }
    let unused = table.columns.filter { $0 != "file" && $0 != "case" && !parameters.contains($0) }
    var (paths, names, arguments, lines): ([Path], [String], [[String: String]], [String]) = ([], [], [], [])
    var known = Set<String>()
    for row in table.rows {
      let file = row["file"]
      if file.isEmpty { throw CohortProblem.missingFile(row["case"], list: list, line: row.line) }
      paths.append(Path(file.hasPrefix("/") || file.hasPrefix("~") ? file : folder + file))
      if hasNames {
        let name = row["case"].isEmpty ? Path(file).name : row["case"]
        guard known.insert(name).inserted else { throw CohortProblem.duplicateCase(name, list: list) }
        names.append(name)
      }
      if !given.isEmpty { arguments.append(Dictionary(given.filter { !row[$0].isEmpty }.map { ($0, row[$0]) }) { first, _ in first }) }
      lines.append(([file, row["case"]] + given.map { row[$0] }).joined(separator: "\u{1}"))
    }
    let columns =
      unused.count == 1 ? "the column \(unused[0]) of \(list) is" : "the columns \(unused.joined(separator: ", ")) of \(list) are"
    self.init(
      paths, paths.map(context.resolved), listed: hasNames ? names : nil, arguments: arguments,
      notes: unused.isEmpty ? [] : ["\(columns) not used: join the list to the results by case"], digest: Self.digest(lines), pattern: list,
      spacing: spacing, loading: loading)
  }
}
