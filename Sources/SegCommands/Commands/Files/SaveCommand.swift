import Basics
import ImageOps
import Plotting
import SegLang
import SegModel
import SegServices
import SegValues

/// `save`: writes a value to a file.
struct SaveCommand: Command {
  enum RecipePlace: String, Choice {
    case embedded, anonymous, none
    var choiceHelp: String {
      switch self {
      case .embedded: "embedded in PNG and SVG, or in `NAME.csv.recipe.json` for CSV"
      case .anonymous: "the same, without names of input files, even with phi=show"
      case .none: "no recipe"
      }
    }
  }

  enum StreamedType: String, Choice {
    case png, jpg, tif, npy, svg, csv, json
    var choiceHelp: String {
      switch self {
      case .png: "image or plot, with a recipe"
      case .jpg: "lossy image"
      case .tif: "image with fractions"
      case .npy: "NumPy array: float32 for images and probabilities, uint8 for masks, unsigned whole numbers for labels"
      case .svg: "plot as a drawing"
      case .csv: "table"
      case .json: "record, annotations, or description"
      }
    }
  }

  static let category = Category.files
  static let summary = "Writes images, plots, tables, records and annotations to a file."
  static let discussion = """
    The file extension selects the format: .png, .jpg, .tif, .npy, .nii, .nii.gz and .nrrd for images, .svg and .png for plots, .csv and .json for \
    tables and records. \
    Files are written atomically and replace a file of the same name, but an image that the value was computed from is replaced only with \
    overwrite=true. PNG stores whole numbers from 0 to 65535, with 16 bits if 8 are too few. TIFF, NPY, NIfTI and NRRD also store fractions, negative and \
    larger values. Values that PNG would distort are refused, except that fractions in a range of 100 or more are rounded. JPEG is lossy, with 8 \
    bits. A mask is stored as 0 and 255, labels as their numbers, a probability in PNG as 0 to 65535. A note reports what a format does not \
    store, such as pixel spacing (list in Docs/reference/Saving.md). PNG and SVG embed a recipe, CSV has it in a second file: the commands, the program \
    version, and SHA-256 digests of inputs and model, so that `segsh replay FILE --verify` can reproduce the result. A segmentation can be saved \
    as annotations for load-annotations: LabelMe as .json, COCO as .coco.json, labels as .png (1 right lung, 2 left lung, plus 4 for opacity), \
    and DICOM SEG as .dcm if the X-ray was DICOM. Segmentations, masks and label images can also be saved for ImageJ (.zip, a ROI set), QuPath \
    (.geojson), 3D Slicer (.seg.nrrd), YOLO (.txt, with classes.txt; encoding=boxes for detection) and as Pascal VOC boxes (.xml). A gray image as .dcm becomes a secondary capture without a patient. A mask is stored as the opacity of its lungs, with format= if the \
    extension is that of an image. File and folder names \
    can identify a patient: with the default setting phi=hide, tables, texts and recipes contain stand-ins such as input1.png unless names=true. \
    The path - is standard output, for pipes, with segsh -c and segsh run; filetype= selects the format there. \
    Burned-in text is detected if Tesseract is installed, and reported with a warning. CSV has one header row, intervals as .low and .high columns, \
    and an apostrophe before text that a spreadsheet would run as a formula.
    """
  static let examples = [
    Example("phantom | segment | overlay | save overlay.png", "Saves an overlay."),
    Example("phantom | segment | severity | save severity.json", "Saves a severity as JSON."),
    Example("phantom | segment | save case.json", "Saves lungs and opacity for LabelMe, with the image embedded."),
    Example("phantom | segment | save case.coco.json encoding=rle", "Saves them as COCO with run-length encoding."),
    Example("phantom | segment | save case.json simplify=1px", "Saves polygons that a person can edit."),
    Example("phantom | segment | save case.geojson", "Saves them for QuPath."),
  ]
  static let seeAlso = ["load", "load-annotations", "overlay", "regions"]
  static let keywords = [
    "export", "write", "download", "store", "output", "dicom", "seg", "annotate", "imagej", "fiji", "roi", "qupath", "geojson", "nifti",
    "nrrd",
    "slicer", "yolo", "voc",
  ]
  static let traits: CommandTraits = [.writesFiles, .keepsInput]

  @Input("Value to write.") var value: AnyValue
  static let extensions = [
    "png", "jpg", "tif", "npy", "svg", "csv", "json", "dcm", "nii", "nii.gz", "nrrd", "zip", "geojson", "txt", "xml",
  ]

  @Argument("File to write.", extensions: extensions) var path: Path
  @Option("Allow replacing an image that the value was computed from.") var overwrite = false
  @Option("Location of the recipe.") var recipe = RecipePlace.embedded
  @Option("Write the names of input files. Default: the setting phi.") var names: Bool?
  @Option(
    "Bit depth of a gray PNG or TIFF: 8 or 16. Values that need more are rescaled to fit. Default: as many bits as the values need.",
    in: 8...16)
  var depth: Int?
  @Option("File type on standard output (the path `-`). Default: png for images, svg for plots, csv for tables, json for the rest.")
  var filetype: StreamedType?
  @Option("JPEG quality.", in: 1...100) var quality = 92
  @Option("Search the image for burned-in text while phi=hide; takes about 1 s.") var checkText = true
  @Option("Annotation format. Default: from the file extension.") var format: AnnotationForm?
  @Option("Region encoding in a COCO or YOLO file. Default: polygons.") var encoding: RegionCoding?
  @Option(
    "Largest distance between outlines and simplified polygons in LabelMe, COCO and YOLO files. Default: 0, polygons keep every pixel.",
    in: 0...100)
  var simplify: Length?
  @Option("Embed the image in a LabelMe file. Default: only if there is no image file to refer to.") var embed: Bool?
  @Option("Keep patient and study details of the X-ray in a DICOM SEG. Default: false.") var patient: Bool?

  func run(_ context: Context) throws {
    let folder = String(path.text.dropLast(path.name.count))
    if !folder.isEmpty, !FilePaths.exists(context.resolved(Path(folder))) { throw CommandProblem.noSuchFolder(folder) }
    if filetype != nil, !path.isStandardStream { throw CommandProblem.wantsAlso("filetype", "the path -") }
    if !overwrite, !path.isStandardStream { try context.refuseToReplaceInput(path) }
    let annotations = try annotations(context)
    if checkText, names != true, showsPixels { try context.noteBurnedInText(in: context.shownImages(of: value.value), writtenTo: path) }
    var remarks: [String] = []
    switch ending.lowercased() {
    case _ where annotations != nil: try context.output(annotations ?? [], to: path)
    case "csv": try saveTable(context)
    case "json":
      try context.output(Array((nameless(value.value.json, context).text + "\n").utf8), to: path)
      remarks = SavedValues.remarks(json: value.value)
    case "svg": try saveDrawing(context)
    case "dcm" where value.value is GrayImage || value.value is Phantom: try saveDICOM(context)
    default: remarks = try saveImage(context)
    }
    context.note(path.isStandardStream ? "wrote \(ending) to standard output" : "saved \(path.text)")
    if let lost = lostStructures { remarks.append(lost) }
    for remark in remarks { context.note(remark) }
  }

  /// What a label image does not keep of a segmentation: it has numbers for lungs and opacity alone.
  private var lostStructures: String? {
    guard let segmentation = value.value as? Segmentation, (format ?? standardForm) == .labels else { return nil }
    return segmentation.structuresRemark("a label image does not keep")
  }

  /// The file extension, or the file type on standard output.
  private var ending: String {
    if path.isStandardStream { return (filetype ?? standardType).rawValue }
    return ImageFormat.isCompressed(path.name) ? "nii.gz" : path.fileExtension
  }

  private var standardType: StreamedType {
    if Self.isDrawing(value.value) { return .svg }
    if value.value is Table { return .csv }
    return type(of: value.value).isImageLike ? .png : .json
  }

  /// Whether the file shows the X-ray: an image, a sheet of images, or annotations that hold it.
  private var showsPixels: Bool {
    switch ending.lowercased() {
    case "csv": false
    case "json": value.value is Segmentation && embed != false && format != .coco
    default: format == nil && standardForm == nil && !(value.value is Segmentation)
    }
  }

  /// The bytes of a file of annotations; nil for what is saved in another way, labels as an image among it.
  private func annotations(_ context: Context) throws -> [UInt8]? {
    let form = format ?? standardForm
    if encoding != nil, form != .coco, form != .yolo { throw CommandProblem.wantsAlso("encoding", "format=coco or yolo") }
    if embed != nil, form != .labelme { throw CommandProblem.wantsAlso("embed", "format=labelme") }
    if patient != nil, form != .seg { throw CommandProblem.wantsAlso("patient", "format=seg") }
    if simplify != nil, !(form?.canBeSimplified ?? false) || ![nil, .polygons].contains(encoding) {
      throw CommandProblem.wantsAlso("simplify", "polygons: format=labelme, coco or yolo")
    }
    guard let form, form != .labels || self.format != nil else { return nil }
    if form.holdsAnyLabel { return try regions(as: form, context) }
    guard let segmentation = try segmentation(context) else {
      throw CommandProblem.cannotSave(
        described, ending: ending, hint: "only a segmentation or a mask can be saved as annotations of this format")
    }
    let writing = AnnotationWriting(Annotation(segmentation), path: path, context: context)
    switch form {
    case .labelme:
      return try writing.labelMe(embeds: embed, hidesName: hidesNames(context), simplifiedWithin: tolerance(segmentation.spacing, context))
    case .coco:
      guard let coding = (encoding ?? .polygons).coco else { throw CommandProblem.wantsAlso("encoding=boxes", "format=yolo") }
      return try writing.coco(coding, hidesName: hidesNames(context), simplifiedWithin: tolerance(segmentation.spacing, context))
    case .seg: return try writing.dicom(namesPatient: patient ?? false)
    default:
      guard let format = ImageFormat(fileExtension: ending), format.canBeWritten else {
        throw CommandProblem.cannotSave(described, ending: ending, hint: "save labels as .png, .tif, .npy, .nii.gz or .nrrd")
      }
      var labels = writing.labels
      if format.holdsSpacing { labels.spacing = segmentation.spacing }
      return try encoded(labels, format, EncodingOptions())
    }
  }

  /// What the file extension alone says; nil for an image, for a mask whose file may be an image, and for values without regions.
  private var standardForm: AnnotationForm? {
    let form = AnnotationForm(fileName: path.isStandardStream ? "-.\(ending)" : path.name)
    if value.value is Segmentation { return form }
    let hasRegions = value.value is Mask || value.value is LabelImage
    return form.flatMap { $0.holdsAnyLabel && hasRegions || $0 == .slicer ? $0 : nil }
  }

  /// A file of regions of any name.
  private func regions(as form: AnnotationForm, _ context: Context) throws -> [UInt8] {
    if let encoding, ![.polygons, .boxes].contains(encoding) {
      throw CommandProblem.wantsAlso("encoding=\(encoding.rawValue)", "format=coco")
    }
    if form == .yolo, path.isStandardStream || path.name.lowercased() == YOLOFile.classesName {
      throw CommandProblem.wantsAlso("format=yolo", "a file of another name than classes.txt, which holds the names of the classes")
    }
    do {
      let masks: LabeledMasks
      let annotation: Annotation
      if let labels = value.value as? LabelImage {
        (masks, annotation) = (try LabeledMasks(labels), Annotation(size: labels.size))
      } else if let segmentation = try segmentation(context) {
        annotation = Annotation(segmentation)
        masks = LabeledMasks(annotation, spacing: segmentation.spacing)
      } else {
        throw CommandProblem.cannotSave(described, ending: ending, hint: "only a segmentation, a mask or a label image has regions")
      }
      let writing = AnnotationWriting(annotation, path: path, context: context)
      return try writing.regions(
        masks, as: form, boxes: encoding == .boxes, hidesName: hidesNames(context), simplifiedWithin: tolerance(masks.spacing, context))
    } catch let error as AnnotationError {
      throw CommandProblem.cannotSave(described, ending: ending, hint: "\(error)")
    } catch let error as CodecError { throw CodecError.unwritable(name: path.text, error.problem) }
  }

  /// The largest distance between outlines and polygons, in px.
  private func tolerance(_ spacing: Spacing, _ context: Context) throws -> Double {
    try simplify.map { try context.pixels($0, on: spacing) } ?? 0
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
      throw CommandProblem.cannotSave(described, ending: "svg", hint: "only plots and the contact sheet of a sweep can be saved as SVG")
    }
    let recipe = writtenRecipe(context)?.text
    guard let drawing = try SavedForm.drawing(of: drawn(context), note: recipe) else { throw CommandProblem.noContactSheet }
    try context.output(Array(drawing.utf8), to: path)
  }

  private static func isDrawing(_ value: any Value) -> Bool { value is Plot || value is Sweep }

  /// The recipe to write; nil where none is wanted or the lines cannot be written down.
  private func writtenRecipe(_ context: Context) -> Recipe? {
    guard recipe != .none else { return nil }
    let text = Recipe(of: value.value, context, hidesNames: recipe == .anonymous || hidesNames(context))
    if text == nil { context.note("\(path.text) has no recipe: its commands cannot be recorded, or exceed 1 MiB") }
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

  private func nameless(_ json: JSON, _ context: Context) -> JSON {
    guard hidesNames(context) else { return json.replacingTexts(SystemPath.shown) }
    let names = context.fileNames(shown: false)
    let nameless = json.replacingTexts { names.hidden($0) }
    noteHidden(nameless.text != json.text, context)
    return nameless
  }

  private func noteHidden(_ isHidden: Bool, _ context: Context) {
    if isHidden { context.note("\(path.text) omits the names of input files (phi=hide); names=true includes them") }
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
    if path.isStandardStream { return }
    let sidecar = Path(Recipe.sidecar(of: path.text))
    if let recipe = writtenRecipe(context) {
      try context.output(recipe.sidecar(of: bytes), to: sidecar)
    } else {
      try context.remove(sidecar)
    }
  }

  private func table() throws -> Table {
    if let table = try Table(rowsOf: value.value) { return table }
    throw CommandProblem.cannotSave(described, ending: "csv", hint: "only a table, a record or a list of records can be saved as CSV")
  }

  /// Writes an image file.
  /// - Returns: what it does not keep, in sentences.
  private func saveImage(_ context: Context) throws -> [String] {
    let ending = self.ending
    guard let format = ImageFormat(fileExtension: ending), format.canBeWritten else {
      let endings =
        "the file extension selects the format: .png .jpg .tif .npy .nii.gz .nrrd for images, .svg .png for plots, .csv .json for tables and records"
      throw CommandProblem.cannotSave(described, ending: ending, hint: endings)
    }
    guard let picture = try SavedForm.picture(of: drawn(context), keepsSpacing: format.holdsSpacing) else {
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

  /// An image as a secondary capture without a patient.
  private func saveDICOM(_ context: Context) throws {
    let phantom = value.value as? Phantom
    guard let image = phantom?.image ?? value.value as? GrayImage else { return }
    let isSynthetic = phantom != nil || context.inputStep?.mainLine.contains { $0.value is Phantom } ?? false
    do {
      let bytes = try DICOMObject.image(
        image, isSynthetic: isSynthetic, title: isSynthetic ? "Computed phantom, no patient" : "Image written by segsh",
        version: ProgramVersion.text)
      try context.output(bytes, to: path)
    } catch let error as CodecError {
      if case .cannotHold(_, let what) = error.problem { throw CommandProblem.cannotHoldIntensities(path.text, what) }
      throw CodecError.unwritable(name: path.text, error.problem)
    }
    if image.source?.format == .dicom {
      context.note("\(path.text) begins a study without a patient; patient, study and acquisition of the X-ray's file are not kept")
    }
  }

  private func encoded(_ picture: any EncodableImage, _ format: ImageFormat, _ options: EncodingOptions) throws -> [UInt8] {
    var options = options
    options.isCompressed = ImageFormat.isCompressed(path.name)
    do { return try picture.encoded(as: format, options: options) } catch { throw CodecError.unwritable(name: path.text, error.problem) }
  }

  private var described: String {
    let name = type(of: value.value).typeName
    return ("AEIOU".contains(name.first ?? "x") ? "an " : "a ") + name
  }
}
