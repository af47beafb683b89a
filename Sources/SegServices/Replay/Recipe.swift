import Basics
import ImageOps
internal import Platform
import Plotting
import SegLang
import SegModel

/// How a value was made, to travel inside the file that holds it: the lines in canonical form, with the files that they read and the program's version as
/// comments. It is a script that runs as it stands where its inputs are.
///
/// ```
/// seglang 1
/// # segsh 0.1.0
/// # input {"name": "p01.png", "sha256": "3f2a…", "bytes": 104322}
/// # model {"name": "default", "sha256": "9c1e…", "bytes": 11220992}
/// image_1 = load p01.png
/// ```
///
/// A cohort keeps its members, in a line such as `# cases {"name": "cases1", "members": [1, 2]}`, so that files which came later do not join it.
public struct Recipe: Sendable, Equatable {
  /// The whole text.
  public let text: String
  public let program: String?
  public let inputs: [RecordedFile]
  public let models: [RecordedFile]
  /// The files of each `load-cases`.
  public let batches: [RecordedBatch]

  /// Longer recipes are neither written nor read.
  public static let limit = 1 << 20
  /// The name of the note in a PNG file.
  public static let key = "Recipe"

  public enum Problem: Error, Hashable, CustomStringConvertible {
    case tooLong(Int)
    /// The line, and what is wrong there.
    case damaged(line: Int, String)
    /// A PNG has a note of that name whose bytes do not fit together.
    case damagedNote(String)
    case damagedSidecar

    public var description: String {
      switch self {
      case .tooLong(let bytes): "the recipe has \(bytes) bytes; the limit is \(Recipe.limit)"
      case .damaged(let line, let reason): "the recipe is damaged: line \(line) \(reason)"
      case .damagedNote(let name):
        "the recipe in \(name) is damaged: its PNG chunk has a wrong checksum or bad compression, or is longer than 8 MiB"
      case .damagedSidecar: "the recipe file of the table is damaged: it is not JSON as segsh writes it; save the table again"
      }
    }
  }

  /// The recipe of the value that a command was given.
  ///
  /// - Parameter hidesNames: Whether the names of the inputs are replaced.
  /// - Returns: Nil when the lines cannot be written down: they hold what has no literal, or are too long.
  package init?(of value: any Value, _ context: Context, hidesNames: Bool) {
    guard let last = context.inputStep else {
      guard let literal = value.literal, !(value is Path), !(value is Glob) else { return nil }
      self.init(lines: ["value = \(literal)"], files: RecordedFiles())
      return
    }
    let omits = Self.omitted(in: last, context.registry)
    guard Self.canFold(last, omits) else { return nil }
    let ancestry = last.ancestry
    // Names of files that were only listed stand in texts.
    var names = FileNames(of: ancestry, hidesAll: hidesNames, context.registry)
    var files = RecordedFiles()
    for step in ancestry where !omits.contains(step.id) { files.add(step, &names) }
    let known = names
    let whole = last.script(
      in: context.registry,
      naming: { file in
        var names = known
        return names.name(of: file)
      },
      listing: { step in
        var names = known
        return names.batchName(of: step)
      }, omitting: { omits.contains($0.id) })
    // A block that measures may save on the way; what it measures does not depend on that.
    let script = names.hiddenScript(SyntaxTree.withoutEffects(whole, in: context.registry))
    self.init(lines: script.split(separator: "\n").dropFirst().map(String.init), files: files)
    if text.utf8.count > Self.limit { return nil }
  }

  private init(lines: [String], files: RecordedFiles) {
    let head = ["seglang 1", "# segsh \(ProgramVersion.text)"]
    let comments =
      files.inputs.map { "# input \($0.json.text)" } + files.batches.map { "# cases \($0.json.text)" }
      + files.models.map { "# model \($0.json.text)" }
    text = (head + comments + lines).map { $0 + "\n" }.joined()
    (program, inputs, models, batches) = (ProgramVersion.text, files.inputs, files.models, files.batches)
  }

  /// Steps whose commands ask the machine rather than their arguments, and the expressions that are made of them alone: what they gave is written down.
  private static func omitted(in last: Step, _ registry: Registry) -> Set<Int> {
    var omitted = Set<Int>()
    for step in last.ancestry {
      if let command = step.command {
        if registry[command].map({ !$0.command.isReplayable }) ?? false { omitted.insert(step.id) }
      } else if !step.parents.isEmpty, step.parents.allSatisfy({ omitted.contains($0.id) }), step !== last {
        omitted.insert(step.id)
      }
    }
    return omitted
  }

  /// Whether what omitted steps gave to others can be written down in their place.
  private static func canFold(_ last: Step, _ omits: Set<Int>) -> Bool {
    guard !omits.contains(last.id) else { return false }
    func isLiteral(_ value: (any Value)?) -> Bool { value.map { $0.literal != nil && !($0 is List) && !($0 is Record) } ?? false }
    return last.ancestry.allSatisfy { step in
      if omits.contains(step.id) || step.inputFile != nil { return true }
      guard step.command == nil else { return step.parents.allSatisfy { !omits.contains($0.id) || isLiteral($0.value) } }
      return step.operands.allSatisfy { !omits.contains($0.step.id) || isLiteral($0.value) }
    }
  }

  /// Reads a recipe that was found in a file. Nothing in it is trusted: it is checked before it runs, and runs with ``RecipeRun``'s bounds.
  /// - Throws: `Problem`.
  public init(parsing text: String) throws(Problem) {
    guard text.utf8.count <= Self.limit else { throw .tooLong(text.utf8.count) }
    self.text = text
    var program: String?
    var inputs: [RecordedFile] = []
    var models: [RecordedFile] = []
    var batches: [RecordedBatch] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index == 0, line != "seglang 1" { throw .damaged(line: 1, "is not `seglang 1`") }
      func file(after mark: String) throws(Problem) -> RecordedFile? {
        guard line.hasPrefix(mark) else { return nil }
        guard let json = try? JSON(parsing: String(line.dropFirst(mark.count))), let file = RecordedFile(json) else {
          throw .damaged(line: index + 1, "does not describe a file: name, size and SHA-256 are needed")
        }
        return file
      }
      if line.hasPrefix("# segsh ") { program = String(line.dropFirst("# segsh ".count).prefix(40)) }
      if let input = try file(after: "# input ") { inputs.append(input) }
      if let model = try file(after: "# model ") { models.append(model) }
      if line.hasPrefix("# cases ") {
        guard let json = try? JSON(parsing: String(line.dropFirst("# cases ".count))), let batch = RecordedBatch(json, inputs: inputs.count)
        else { throw .damaged(line: index + 1, "does not describe cases: its numbers do not refer to the inputs above") }
        batches.append(batch)
      }
    }
    (self.program, self.inputs, self.models, self.batches) = (program, inputs, models, batches)
  }

  /// The notes of a PNG file that one line of the language makes.
  public static func notes(line: String) -> [ImageText] { Recipe(lines: [line], files: RecordedFiles()).notes }

  /// As notes of a PNG file.
  package var notes: [ImageText] {
    [ImageText(key: "Software", value: "segsh \(ProgramVersion.text)"), ImageText(key: Self.key, value: text)]
  }

  // MARK: Beside a table

  /// The file beside a table that holds its recipe, so that the table itself is nothing but values.
  public static func sidecar(of table: String) -> String { table + ".recipe.json" }

  /// The recipe as such a file: its lines, and what they are the recipe of.
  package func sidecar(of table: [UInt8]) -> [UInt8] {
    let lines = text.split(separator: "\n").map { "    \(JSON.string(String($0)).text)" }.joined(separator: ",\n")
    return Array("{\n  \"segsh_recipe\": 1,\n  \"sha256\": \"\(SHA256.hexDigest(of: table))\",\n  \"recipe\": [\n\(lines)\n  ]\n}\n".utf8)
  }

  /// - Throws: `Problem`.
  package init(sidecar bytes: [UInt8]) throws(Problem) {
    guard bytes.count <= 2 * Self.limit else { throw .tooLong(bytes.count) }
    guard let json = try? JSON(parsing: bytes), json["segsh_recipe"]?.integerValue == 1, let lines = json["recipe"]?.arrayValue,
      case let texts = lines.compactMap(\.stringValue), texts.count == lines.count
    else { throw .damagedSidecar }
    try self.init(parsing: texts.map { $0 + "\n" }.joined())
  }

  /// The recipe of a file that segsh wrote; nil when it has none.
  /// - Throws: `Problem`; `CodecError` for a PNG that cannot be read.
  public static func read(from bytes: [UInt8], name: String) throws -> Recipe? {
    if bytes.withUnsafeBytes({ ImageFormat(signatureOf: $0) }) == .png {
      // A keyword is never compressed, so that a file without it needs no decoding.
      guard bytes.contains("\(key)\0") else { return nil }
      let notes = try ImageText.decode(bytes, name: name)
      if let note = notes.first(where: { $0.key == key }) { return try Recipe(parsing: note.value) }
      // The library passes over a damaged note without a word.
      let isThere = ["iTXt", "tEXt", "zTXt"].contains { bytes.contains("\($0)\(key)\0") }
      if isThere { throw Problem.damagedNote(name) }
      return nil
    }
    if bytes.starts(with: Array("<svg ".utf8)) {
      return try Figure.note(inSVG: String(decoding: bytes, as: UTF8.self)).map { try Recipe(parsing: $0) }
    }
    let lines = bytes.prefix(limit + 4 << 10).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .prefix { $0.starts(with: Array("# ".utf8)) }
    guard !lines.isEmpty else { return nil }
    return try Recipe(parsing: lines.map { String(decoding: $0.dropFirst(2), as: UTF8.self) + "\n" }.joined())
  }
}

extension [UInt8] {
  /// Whether the bytes of a text occur; as fast as the C library finds its first byte.
  fileprivate func contains(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard let first = wanted.first else { return true }
    return withUnsafeBytes { bytes in
      var rest = bytes[...]
      while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count >= wanted.count {
        guard let found = memchr(start, Int32(first), rest.count) else { return false }
        rest = rest.dropFirst(found - UnsafeMutableRawPointer(mutating: start))
        if rest.starts(with: wanted) { return true }
        rest = rest.dropFirst()
      }
      return false
    }
  }
}
