import ImageOps
import SegLang
import SegModel

/// `save`: writes a value to a file.
struct SaveCommand: Command {
  enum RecipePlace: String, Choice {
    case embedded, none
    var choiceHelp: String {
      switch self {
      case .embedded: "in the PNG file itself"
      case .none: "nowhere"
      }
    }
  }

  static let category = Category.files
  static let summary = "Writes a picture as PNG, JPEG, TIFF or NPY, and figures as CSV or JSON, by the ending of the name."
  static let discussion = """
    The file appears whole or not at all, and replaces one of the same name; but a picture that the value was made from is only replaced with \
    overwrite=true. A mask is saved as 0 and 255, labels as their numbers, a probability spread over the full depth. A PNG carries the lines that made it, \
    the program's version and the digests of the input files, unless recipe=none; the names of input files, which may tell of a patient, are left out.
    """
  static let examples = [
    Example("phantom | segment | overlay | save overlay.png", "Saves a picture."),
    Example("phantom | segment | severity | save severity.json", "Saves figures."),
  ]
  static let seeAlso = ["load", "overlay", "regions"]

  @Input("What is written.") var value: AnyValue
  @Argument("File to write.", extensions: ["png", "jpg", "tif", "npy", "csv", "json"]) var path: Path
  @Option("Whether a picture that the value was made from may be replaced.") var overwrite = false
  @Option("Where the recipe goes.") var recipe = RecipePlace.embedded
  @Option("Bits a pixel of a gray PNG or TIFF, 8 or 16; as many as the source has where none are given.", in: 8...16) var depth: Int?
  @Option("Quality of a JPEG.", in: 1...100) var quality = 92

  func run(_ context: Context) throws {
    let target = context.resolved(path)
    let folder = String(path.text.dropLast(path.name.count))
    if !folder.isEmpty, !FilePaths.exists(context.resolved(Path(folder))) { throw CommandProblem.noSuchFolder(folder) }
    try refuseToReplaceInput(target, context)
    switch path.fileExtension.lowercased() {
    case "csv": try write(Array(table().csv.utf8), to: target, context)
    case "json": try write(Array((value.value.json.text + "\n").utf8), to: target, context)
    default: try savePicture(to: target, context)
    }
    context.note("saved \(path.text)")
  }

  private func write(_ bytes: [UInt8], to target: String, _ context: Context) throws {
    // A line that was stopped may have been left behind while it encoded.
    try context.checkCancellation()
    try FileBytes.write(bytes, to: target)
  }

  private func table() throws -> Table {
    switch value.value {
    case let table as Table: return table
    case let record as Record: return Table(records: [record])
    case let value as any Recordable: return Table(records: [value.record])
    case let list as List:
      let records = list.items.compactMap { $0 as? Record ?? ($0 as? any Recordable)?.record }
      if records.count == list.items.count, !records.isEmpty { return Table(records: records) }
    default: if let table = try value.value.converted(to: Table.self) { return table }
    }
    throw CommandProblem.cannotSave(described, ending: "csv", hint: "a table, a record or a list of records can")
  }

  private func savePicture(to target: String, _ context: Context) throws {
    let ending = path.fileExtension
    guard let format = PictureFormat(fileExtension: ending), format.canBeWritten else {
      let endings = "the ending of the name says how: .png .jpg .tif .npy for pictures, .csv .json for figures"
      throw CommandProblem.cannotSave(described, ending: ending, hint: endings)
    }
    guard let picture = try picture() else {
      let hint = value.value is Segmentation ? "save its lungs, its opacity, or an overlay of it" : "use .csv or .json"
      throw CommandProblem.cannotSave(described, ending: ending, hint: hint)
    }
    if let depth, depth != 8, depth != 16 { throw CommandProblem.outOfRange("depth", String(depth), "8 or 16") }
    var options = EncodingOptions(depth: depth.map { $0 == 8 ? .eight : .sixteen } ?? .automatic, jpegQuality: quality)
    if recipe == .embedded, format == .png { options.text = Recipe(of: context).notes }
    do {
      try write(picture.encoded(as: format, options: options), to: target, context)
    } catch let error as CodecError { throw CodecError.unwritable(name: target, error.problem) }
  }

  private func picture() throws -> (any EncodablePicture)? {
    if let phantom = value.value as? Phantom { return phantom.image }
    return try value.value as? any EncodablePicture ?? value.value.converted(to: ColorImage.self)
  }

  private var described: String {
    let name = type(of: value.value).typeName
    return ("AEIOU".contains(name.first ?? "x") ? "an " : "a ") + name
  }

  /// The file at the target may be one that the value was made from, by whatever path: its digest tells.
  private func refuseToReplaceInput(_ target: String, _ context: Context) throws {
    guard !overwrite, FilePaths.exists(target) else { return }
    let inputs = Recipe.sources(of: context)
    guard !inputs.isEmpty, let bytes = try? FileBytes.read(target) else { return }
    let digest = SHA256.hexDigest(of: bytes)
    if inputs.contains(where: { $0.sha256 == digest }) { throw CommandProblem.wouldReplaceInput(path.text) }
  }
}
