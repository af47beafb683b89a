import ImageOps
import Plotting
import SegLang
import SegModel

/// `save`: writes a value to a file.
struct SaveCommand: Command {
  enum RecipePlace: String, Choice {
    case embedded, nameless, none
    var choiceHelp: String {
      switch self {
      case .embedded: "in a PNG or SVG itself, beside a CSV as `NAME.csv.recipe.json`"
      case .nameless: "there too, without the names of the input files even while phi=show"
      case .none: "nowhere"
      }
    }
  }

  static let category = Category.files
  static let summary = "Writes pictures as PNG, JPEG, TIFF or NPY, plots as SVG, figures as CSV or JSON, annotations."
  static let discussion = """
    The file appears whole or not at all, and replaces one of the same name; but a picture that the value was made from is only replaced with \
    overwrite=true. Intensities are saved as they are: PNG holds whole numbers from 0 to 65535, in 16 bits where 8 are too few; TIFF and NPY hold fractions, \
    negative and larger values too. What PNG would distort is refused, except that fractions of a range of 100 or more are rounded. JPEG is lossy and has 8 bits. \
    A mask is saved as 0 and 255, labels as their numbers, a probability in a PNG as 0 to 65535. A note reports what a file does not keep, such as the pixel \
    spacing (Docs/reference/Saving.md lists it). PNG and SVG carry their recipe, and a CSV has it beside it: the lines \
    that made them, the program's version, and the digests of the input files and the model, so that `segsh replay FILE --verify` can make them \
    again. A segmentation becomes annotations, which load-annotations reads: LabelMe as .json, COCO as .coco.json, labels as .png (1 right lung, 2 left lung, 4 \
    more for opacity), a DICOM segmentation as .dcm where the X-ray was DICOM; a mask does with form=, as the opacity in the lungs that it was made \
    with. Names and folders of the files that were read may identify a patient: while phi=hide, the standard, stand-ins such as input1.png take \
    their place in tables, texts and recipes, unless names=true. Burnt-in text is searched for too, if Tesseract is installed, and reported as a doubt. A CSV has one header line, intervals as .low and .high columns, and an apostrophe before \
    text that a spreadsheet would run as a formula.
    """
  static let examples = [
    Example("phantom | segment | overlay | save overlay.png", "Saves a picture."),
    Example("phantom | segment | severity | save severity.json", "Saves figures."),
    Example("phantom | segment | save case.json", "Saves lungs and opacity for LabelMe, the picture inside."),
    Example("phantom | segment | save case.coco.json regions=rle", "Saves them as COCO with run lengths."),
  ]
  static let seeAlso = ["load", "load-annotations", "overlay", "regions"]
  static let keywords = ["export", "write", "download", "store", "output", "dicom", "seg", "annotate"]

  @Input("What is written.") var value: AnyValue
  @Argument("File to write.", extensions: ["png", "jpg", "tif", "npy", "svg", "csv", "json", "dcm"]) var path: Path
  @Option("Whether a picture that the value was made from may be replaced.") var overwrite = false
  @Option("Where the recipe goes.") var recipe = RecipePlace.embedded
  @Option("Name the files that were read. Default: as the setting phi says.") var names: Bool?
  @Option(
    "Bits per pixel of a gray PNG or TIFF, 8 or 16; values that need more are spread over them. Default: as many as the values need.",
    in: 8...16)
  var depth: Int?
  @Option("Quality of a JPEG.", in: 1...100) var quality = 92
  @Option("Search the image for burnt-in text while phi=hide, which takes about 1 s. Default: true.") var checkText = true
  @Option("Form of annotations, where the ending does not say it.") var form: AnnotationForm?
  @Option("How a COCO file writes regions; polygons where nothing is said.") var regions: RegionCoding?
  @Option("Whether a LabelMe file holds the picture; only where there is no picture file to name, where nothing is said.") var embed: Bool?
  @Option("Keep patient and study details of the X-ray in a DICOM segmentation. Default: false.") var patient: Bool?

  func run(_ context: Context) throws {
    let target = context.resolved(path)
    let folder = String(path.text.dropLast(path.name.count))
    if !folder.isEmpty, !FilePaths.exists(context.resolved(Path(folder))) { throw CommandProblem.noSuchFolder(folder) }
    try refuseToReplaceInput(target, context)
    let annotations = try annotations(context)
    if checkText, names != true, showsPixels { try context.noteBurntInText(in: context.shownImages(of: value.value), writtenTo: path) }
    var remarks: [String] = []
    switch path.fileExtension.lowercased() {
    case _ where annotations != nil: try context.output(annotations ?? [], to: path)
    case "csv": try saveTable(context)
    case "json":
      try context.output(Array((nameless(value.value.json, context).text + "\n").utf8), to: path)
      remarks = SavedValues.remarks(json: value.value)
    case "svg": try saveDrawing(context)
    default: remarks = try savePicture(context)
    }
    context.note("saved \(path.text)")
    for remark in remarks { context.note(remark) }
  }

  /// Whether the file shows the X-ray: an image, a sheet of images, or annotations that hold it.
  private var showsPixels: Bool {
    switch path.fileExtension.lowercased() {
    case "csv", "dcm": false
    case "json": value.value is Segmentation && embed != false && form != .coco
    default: form == nil && !(value.value is Segmentation)
    }
  }

  /// The bytes of a file of annotations; nil for what is saved in another way, labels as a picture among it.
  private func annotations(_ context: Context) throws -> [UInt8]? {
    let form = form ?? (value.value is Segmentation ? AnnotationForm(fileName: path.name) : nil)
    if regions != nil, form != .coco { throw CommandProblem.wantsAlso("regions", "form=coco") }
    if embed != nil, form != .labelme { throw CommandProblem.wantsAlso("embed", "form=labelme") }
    if patient != nil, form != .seg { throw CommandProblem.wantsAlso("patient", "form=seg") }
    guard let form, form != .labels || self.form != nil else { return nil }
    guard let segmentation = try segmentation(context) else {
      throw CommandProblem.cannotSave(described, ending: path.fileExtension, hint: "a segmentation or a mask becomes annotations")
    }
    let writing = AnnotationWriting(segmentation: segmentation, path: path, context: context)
    switch form {
    case .labelme: return try writing.labelMe(embeds: embed, hidesName: hidesNames(context))
    case .coco: return try writing.coco(regions ?? .polygons, hidesName: hidesNames(context))
    case .seg: return try writing.dicom(namesPatient: patient ?? false)
    case .labels:
      guard let format = PictureFormat(fileExtension: path.fileExtension), format.canBeWritten else {
        throw CommandProblem.cannotSave(described, ending: path.fileExtension, hint: "labels are a .png, .tif or .npy")
      }
      return try encoded(writing.labels, format, EncodingOptions())
    }
  }

  /// A segmentation itself, or a mask as the opacity in its lungs.
  private func segmentation(_ context: Context) throws -> Segmentation? {
    if let segmentation = value.value as? Segmentation { return segmentation }
    guard let mask = value.value as? Mask else { return nil }
    var annotation = Annotation(size: mask.size, opacity: mask)
    if let lungs = context.lungs(of: mask.size) {
      annotation.rightLung = lungs.mask(of: LabelImage.rightLung)
      annotation.leftLung = lungs.mask(of: LabelImage.leftLung)
    }
    return try annotation.segmentation(spacing: mask.spacing).segmentation
  }

  private func saveDrawing(_ context: Context) throws {
    guard Self.isDrawing(value.value) else {
      throw CommandProblem.cannotSave(described, ending: "svg", hint: "only a plot, or the sheet of a sweep, is lines and text")
    }
    let recipe = writtenRecipe(context)?.text
    guard let drawing = try Self.drawing(of: drawn(context), note: recipe) else { throw CommandProblem.noContactSheet }
    try context.output(Array(drawing.utf8), to: path)
  }

  private static func isDrawing(_ value: any Value) -> Bool { value is Plot || value is Sweep }

  /// The SVG of what is drawn: a plot, or the pictures of a sweep; nil for anything else.
  static func drawing(of value: any Value, note: String? = nil) throws -> String? {
    switch value {
    case let plot as Plot: try plot.figure.svg(note: note)
    case let sweep as Sweep: try sweep.contactSheet().svg(title: sweep.oneLine, note: note)
    default: nil
    }
  }

  /// The recipe to write; nil where none is wanted or the lines cannot be written down.
  private func writtenRecipe(_ context: Context) -> Recipe? {
    guard recipe != .none else { return nil }
    let text = Recipe(of: value.value, context, hidesNames: recipe == .nameless || hidesNames(context))
    if text == nil { context.note("\(path.text) carries no recipe: its lines cannot be written down, or are longer than 1 MiB") }
    return text
  }

  // MARK: Names of files

  private func hidesNames(_ context: Context) -> Bool { names.map { !$0 } ?? context.hidesNames }

  /// A plot with stand-ins in its texts; anything else as it is.
  private func drawn(_ context: Context) throws -> any Value {
    guard let plot = value.value as? Plot, hidesNames(context) else { return value.value }
    let names = context.fileNames(shown: false)
    return try Plot(plot.figure.withTexts { names.hidden($0) }, kind: plot.kind)
  }

  private func nameless(_ json: JSONValue, _ context: Context) -> JSONValue {
    guard hidesNames(context) else { return json.replacingTexts(SystemPath.shown) }
    let names = context.fileNames(shown: false)
    let nameless = json.replacingTexts { names.hidden($0) }
    noteHidden(nameless.text != json.text, context)
    return nameless
  }

  private func noteHidden(_ isHidden: Bool, _ context: Context) {
    if isHidden { context.note("\(path.text) leaves out the names of the files that were read (phi=hide); names=true writes them") }
  }

  // MARK: Tables

  /// The table, and its recipe in a file beside it; a recipe of an earlier table of that name does not stay.
  private func saveTable(_ context: Context) throws {
    let table = try table()
    var written = table
    if hidesNames(context), let nameless = context.fileNames(shown: false).hiding(table) as? Table {
      written = nameless
      noteHidden(nameless.csv != table.csv, context)
    }
    let bytes = Array(written.csv.utf8)
    try context.output(bytes, to: path)
    let sidecar = Path(Recipe.sidecar(of: path.text))
    if let recipe = writtenRecipe(context) {
      try context.output(recipe.sidecar(of: bytes), to: sidecar)
    } else {
      try context.remove(sidecar)
    }
  }

  private func table() throws -> Table {
    if let table = try Table(rowsOf: value.value) { return table }
    throw CommandProblem.cannotSave(described, ending: "csv", hint: "a table, a record or a list of records can")
  }

  /// Writes an image file.
  /// - Returns: what it does not keep, in sentences.
  private func savePicture(_ context: Context) throws -> [String] {
    let ending = path.fileExtension
    guard let format = PictureFormat(fileExtension: ending), format.canBeWritten else {
      let endings = "the ending of the name says how: .png .jpg .tif .npy for pictures, .svg .png for plots, .csv .json for figures"
      throw CommandProblem.cannotSave(described, ending: ending, hint: endings)
    }
    guard let picture = try Self.picture(of: drawn(context)) else {
      throw CommandProblem.cannotSave(described, ending: ending, hint: "use .csv or .json")
    }
    if let depth, depth != 8, depth != 16 { throw CommandProblem.outOfRange("depth", String(depth), "8 or 16") }
    var options = EncodingOptions(depth: depth.map { $0 == 8 ? .eight : .sixteen } ?? .automatic, keepsValues: true, jpegQuality: quality)
    if format == .png { options.text = writtenRecipe(context)?.notes ?? [] }
    if value.value is Plot { options.dotsPerInch = Figure.dotsPerInch }
    let mapping: SampleMapping
    do { mapping = try picture.mapping(for: format, options: options) } catch {
      if case .cannotHold(_, let what) = error { throw CommandProblem.cannotHoldIntensities(path.text, what) }
      throw CodecError.unwritable(name: path.text, error)
    }
    try context.output(encoded(picture, format, options), to: path)
    return SavedValues.remarks(picture, format, mapping)
  }

  private func encoded(_ picture: any EncodablePicture, _ format: PictureFormat, _ options: EncodingOptions) throws -> [UInt8] {
    do { return try picture.encoded(as: format, options: options) } catch { throw CodecError.unwritable(name: path.text, error.problem) }
  }

  /// What of a value can be a picture file.
  static func picture(of value: any Value) throws -> (any EncodablePicture)? {
    if let phantom = value as? Phantom { return phantom.image }
    if let segmentation = value as? Segmentation { return LabelPicture.encoded(Annotation(segmentation)) }
    if let difference = value as? Difference { return difference.picture }
    return try value as? any EncodablePicture ?? value.converted(to: ColorImage.self)
  }

  private var described: String {
    let name = type(of: value.value).typeName
    return ("AEIOU".contains(name.first ?? "x") ? "an " : "a ") + name
  }

  /// The file at the target may be one that the value was made from, by whatever path: its digest tells.
  private func refuseToReplaceInput(_ target: String, _ context: Context) throws {
    guard !overwrite, FilePaths.exists(target) else { return }
    let inputs = context.origins.flatMap(\.ancestry).flatMap(\.files).filter { $0.role == .input }
    guard !inputs.isEmpty, let bytes = try? FileBytes.read(target) else { return }
    let sameSize = inputs.filter { $0.byteCount == bytes.count }
    guard !sameSize.isEmpty else { return }
    let digest = SHA256.hexDigest(of: bytes)
    if sameSize.contains(where: { $0.sha256 == digest }) { throw CommandProblem.wouldReplaceInput(path.text) }
  }
}
