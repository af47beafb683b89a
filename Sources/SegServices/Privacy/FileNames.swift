import ImageOps
import SegLang
import SegModel
import SegValues

/// Whether what segsh writes into files may name the images that it read: the setting `phi`.
public enum NamePrivacy: String, Sendable, CaseIterable {
  case hide, show

  /// The whole rule, for the prompt, the help and the documentation.
  public static var rule: String {
    "With phi=hide, no file that segsh writes (including its history) contains the name or folder of an input file."
      + (TextSearch.installed == nil
        ? " Burned-in text in the pixels is not checked; install tesseract-ocr to detect it."
        : " Saved and reported images are checked for burned-in text; it is reported, not removed.")
  }
}

/// The setting that the program lends; names are hidden where it lends none.
public enum NamePrivacyService: ServiceKey {
  public static var fallback: NamePrivacy { .hide }
}

extension Context {
  package var hidesNames: Bool { self[NamePrivacyService.self] == .hide }

  /// Names for the files that the input was made from.
  /// - Parameter shown: Whether the user asks for the names, or asks for none; nil: as the setting says.
  package func fileNames(shown: Bool? = nil) -> FileNames {
    FileNames(of: origins.flatMap(\.ancestry).sorted { $0.id < $1.id }, hidesAll: shown.map { !$0 } ?? hidesNames, registry)
  }
}

/// What the files of a lineage are called in what is written: their own names, or stand-ins such as `input1.png`, since a name, a folder or what was
/// made of them may identify a patient.
///
/// A text is searched for each file's path, its folders, its name and its name without the ending. Words of the language are never replaced, so a
/// value such as `severe` stays what it is although a file is called `severe.png`.
public struct FileNames: Sendable {
  /// Whether names are replaced at all.
  package let hidesAll: Bool
  package private(set) var standIns: [String: String] = [:]
  private var folders: [String: String] = [:]
  /// What the files of a `load-cases` are called together, by its pattern and members.
  private var batches: [[String]: String] = [:]
  private let registry: Registry
  private var texts: TextReplacement
  /// Names without their endings, for columns that hold nothing but names.
  private var stems: [String: String] = [:]
  /// What the stand-in of a file is called without its ending, by the number of stand-ins before it.
  private let stem: @Sendable (Int) -> String

  /// - Parameter registry: The commands and types whose words stay.
  package init(hidesAll: Bool = true, _ registry: Registry) {
    self.init(hidesAll: hidesAll, registry) { "input\($0 + 1)" }
  }

  private init(hidesAll: Bool, _ registry: Registry, stem: @escaping @Sendable (Int) -> String) {
    (self.hidesAll, self.registry, self.stem, texts) = (hidesAll, registry, stem, TextReplacement(sparing: registry))
  }

  /// Names for one case of a cohort: its own file is `input17.png`, others that a script reads for it `input17-2.png`, ….
  /// - Parameter number: From 1.
  package init(ofCase number: Int, file: StepFile, hidesAll: Bool, _ registry: Registry) {
    self.init(hidesAll: hidesAll, registry) { $0 == 0 ? "input\(number)" : "input\(number)-\($0 + 1)" }
    _ = name(of: file)
  }

  /// - Parameter steps: in the order in which their files are numbered.
  package init(of steps: [Step], hidesAll: Bool, _ registry: Registry) {
    self.init(hidesAll: hidesAll, registry)
    var seen = Set<Int>()
    guard hidesAll else { return }
    for step in steps where seen.insert(step.id).inserted { learn(step) }
  }

  package mutating func learn(_ step: Step) {
    for file in step.files { _ = name(of: file) }
    _ = batchName(of: step)
  }

  /// What the files that a step lists are called together: its pattern, or a stand-in such as `cases1`; nil for a step that lists none.
  package mutating func batchName(of step: Step) -> String? {
    let files = step.listedInputs
    guard !files.isEmpty else { return nil }
    let pattern = (step.value as? Cases)?.pattern
    let key = [pattern ?? ""] + files.map(\.name)
    if let known = batches[key] { return known }
    let isTaken = pattern.map { batches.values.contains($0) } ?? true
    let name = hidesAll || isTaken ? "cases\(batches.count + 1)" : pattern ?? ""
    batches[key] = name
    if let pattern { texts.add(pattern, as: name) }
    return name
  }

  package mutating func name(of file: StepFile) -> String {
    guard file.role == .input || file.role == .listed, hidesAll else { return file.name }
    if let known = standIns[file.name] { return known }
    let ending = Path(file.name).fileExtension.lowercased()
    // The ending of a name without one, such as 1.2.840.113619, is a part of the name.
    let shown = ImageFormat(fileExtension: ending) != nil ? ending : file.isDICOM ? "dcm" : ""
    let stem = stem(standIns.count)
    let name = stem + (shown.isEmpty ? "" : "." + shown)
    standIns[file.name] = name
    stems[Path(file.name).stem] = stems[Path(file.name).stem] ?? stem
    texts.add(path: file.name, as: name, stem: stem) { folder in
      let standIn = folders[folder] ?? "folder\(folders.count + 1)"
      folders[folder] = standIn
      return standIn
    }
    return name
  }

  /// What a script's param was given: a stand-in for a file or a pattern that was read; any other value as it is.
  package func argument(_ text: String) -> String {
    if let name = standIns[text] ?? batches.first(where: { $0.key.first == text })?.value { return name }
    return text.contains("/") || ImageFormat(fileExtension: Path(text).fileExtension) != nil ? hidden(text) : text
  }

  /// A text for the screen with the names in place of stand-ins.
  public func revealed(_ text: String) -> String {
    var texts = TextReplacement(sparing: registry)
    for (name, standIn) in standIns { texts.add(standIn, as: name) }
    for (key, standIn) in batches { if let pattern = key.first, !pattern.isEmpty { texts.add(standIn, as: pattern) } }
    return texts.replaced(in: text)
  }

  /// The text with stand-ins in place of what names a file.
  package func hidden(_ text: String) -> String { hidesAll ? texts.replaced(in: text) : text }

  /// Whether the name of another file, such as `p1-overlay.png`, gives away the name of an input: it holds that name, or that without its ending as a word
  /// or, from four characters on, anywhere.
  package func areGivenAway(by file: String) -> Bool {
    guard hidesAll else { return false }
    return hidden(file) != file
      || stems.keys.contains { stem in
        !stem.isEmpty
          && file.ranges(of: stem).contains { range in
            func isWord(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber } ?? false }
            return stem.count > 3 || !(isWord(file[..<range.lowerBound].last) || isWord(file[range.upperBound...].first))
          }
      }
  }

  /// A value with stand-ins in its texts; values that hold none stay as they are.
  package func hiding(_ value: any Value) -> any Value {
    guard hidesAll else { return value }
    switch value {
    case let text as String: return hidden(text)
    case let path as Path: return Path(hidden(path.text))
    case let list as List: return List(list.items.map { hiding($0) })
    case let record as Record: return Record(record.fields.map { ($0.name, hiding($0.value, named: $0.name)) })
    case let table as Table:
      return Table(
        columns: table.columns, rows: table.rows.map { zip(table.columns, $0).map { name, cell in cell.map { hiding($0, named: name) } } },
        rowName: table.rowName, unreadable: table.unreadable)
    default: return value
    }
  }

  /// As `hiding`, of a field or cell. Where the name says that it holds a name, a word of the language is one too: the stem of `otsu.png`.
  package func hiding(_ value: any Value, named name: String) -> any Value {
    let last = name.split(separator: ".").last.map(String.init) ?? name
    // A file without an ending is called by its name as a whole, which comes first.
    if let text = value as? String, hidesAll, let stem = stems[text], hidden(text) == text,
      ["stem", "name", "case", "file", "id", "patient"].contains(last)
    {
      return stem
    }
    return hiding(value)
  }

  /// A script with stand-ins in its quoted texts; the language's own words and names of variables stay.
  package func hiddenScript(_ script: String) -> String {
    guard hidesAll else { return script }
    let tree = SyntaxTree(parsing: SourceText(script)) { registry[$0] != nil }
    return tree.tokens.map { token in
      let written = tree.source[token.span]
      return token.kind == .text || (token.kind == .word && written.contains { "./".contains($0) }) ? hidden(written) : written
    }.joined()
  }
}
