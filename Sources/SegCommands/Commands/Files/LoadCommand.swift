import ImageOps
import SegLang

/// `load`: reads a picture.
struct LoadCommand: Command {
  static let category = Category.files
  static let summary = "Reads a picture: PNG, JPEG, TIFF, NPY or DICOM."
  static let discussion = """
    The file format is recognized by content. DICOM intensities are rescaled, and MONOCHROME1 is inverted so that bone is bright. PixelSpacing counts as \
    calibrated, ImagerPixelSpacing holds at the detector; any other file has no spacing unless spacing= states it. Of several frames or pages the first is \
    read. Padding pixels are left out of statistics and automatic thresholds. A note names whatever was changed or ignored. Nothing about the patient is kept.
    """
  static let examples = [
    Example("phantom | save chest.png; load chest.png", "Reads a file."),
    Example("phantom | save chest.png; load chest.png spacing=0.3mm", "Reads a file and states the side of a pixel."),
  ]
  static let seeAlso = ["load-mask", "load-labels", "save", "glob"]
  static let keywords = ["open", "import", "read", "file", "xray", "x-ray", "radiograph", "dicom"]
  static let extensions = PictureFormat.allCases.flatMap(\.fileExtensions)

  static let spacing = SpacingEffect.reads(from: "path", silent: ["png", "jpg", "jpeg", "npy", "tif", "tiff"], unless: "spacing")

  @Argument("File to read.", extensions: extensions) var path: Path
  @Option("Side of a pixel, where it is known and the file does not say it.") var spacing: Length?

  func run(_ context: Context) throws -> GrayImage {
    var image = try context.read(path) { try GrayImage.decode($0, name: $1) }
    for remark in image.remarks { context.note("\(remark)", about: path.name) }
    if let spacing {
      if image.spacing != .unknown { context.note("the file says \(image.spacing.oneLine); spacing=\(spacing.oneLine) is taken") }
      image.spacing = try spacing.pixelSpacing(atDetector: false)
    }
    return image
  }
}
