import ImageOps
import SegLang

/// `load`: reads an image.
struct LoadCommand: Command {
  static let category = Category.files
  static let summary = "Reads an image: PNG, JPEG, TIFF, NPY, NIfTI, NRRD or DICOM."
  static let discussion = """
    The format is detected from the content. DICOM intensities are rescaled, and MONOCHROME1 is inverted so that bone is bright. PixelSpacing \
    counts as calibrated; ImagerPixelSpacing applies at the detector. Other files have no spacing unless spacing= states it. From several frames \
    or pages, the first is read, unless frame= selects another one of a DICOM file. `window preset=` applies a window of the file by name. \
    dicomweb:URL/studies/UID/series/UID/instances/UID is an image in an archive, also as \
    dimse:AETITLE@host:port/studies/…; a study or series is enough if it has one CR or DX image. \
    Padding pixels are excluded from statistics and automatic thresholds. A note reports everything that was changed or ignored. No patient \
    data are kept. The path - is standard input, with segsh -c and segsh run.
    """
  static let examples = [
    Example("phantom | save chest.png; load chest.png", "Reads an image."),
    Example("phantom | save chest.png; load chest.png spacing=0.3mm", "Reads an image and states its pixel spacing."),
  ]
  static let seeAlso = ["load-mask", "load-labels", "save", "glob"]
  static let keywords = [
    "open", "import", "read", "file", "xray", "x-ray", "radiograph", "dicom", "pacs", "archive", "dicomweb", "wado", "dimse", "c-get",
  ]
  static let traits: CommandTraits = [.readsFiles, .isSource]
  static let extensions = ImageFormat.allCases.flatMap(\.fileExtensions)

  static let spacing = SpacingEffect.reads(from: "path", silent: ["png", "jpg", "jpeg", "npy", "tif", "tiff"], unless: "spacing")

  @Argument("File to read, or its address in an archive.", extensions: extensions) var path: Path
  @Option("Pixel spacing, if it is known and the file does not state it.") var spacing: Length?

  @Option("Number of the frame of a DICOM file, from 1.", in: 1...1_000_000) var frame: Int?

  func run(_ context: Context) throws -> GrayImage {
    var image = try context.read(path) { try GrayImage.decode($0, name: $1, frame: frame) }
    for remark in image.remarks { context.note("\(remark)", about: path.name) }
    if let spacing {
      if image.spacing != .unknown { context.note("the file says \(image.spacing.oneLine); spacing=\(spacing.oneLine) is taken") }
      image.spacing = try spacing.pixelSpacing(atDetector: false)
    }
    return image
  }
}
