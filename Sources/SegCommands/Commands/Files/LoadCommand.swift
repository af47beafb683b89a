import ImageOps
import SegLang

/// `load`: reads a picture.
struct LoadCommand: Command {
  static let category = Category.files
  static let summary = "Reads a picture: PNG, JPEG, TIFF, NPY or DICOM."
  static let discussion = """
    The kind of file is told by its content. DICOM intensities are rescaled, and MONOCHROME1 is turned so that bone is bright. PixelSpacing counts as \
    calibrated, ImagerPixelSpacing holds at the detector; any other file has no spacing unless spacing= states it. Nothing about the patient is kept.
    """
  static let examples = [
    Example("phantom | save chest.png; load chest.png", "Reads a file."),
    Example("phantom | save chest.png; load chest.png spacing=0.3mm", "Reads a file and states the side of a pixel."),
  ]
  static let seeAlso = ["load-mask", "load-labels", "save", "glob"]
  static let extensions = PictureFormat.allCases.flatMap(\.fileExtensions)

  static let spacing = SpacingEffect.reads(from: "path", silent: ["png", "jpg", "jpeg", "npy", "tif", "tiff"], unless: "spacing")

  @Argument("File to read.", extensions: extensions) var path: Path
  @Option("Side of a pixel, where it is known and the file does not say it.") var spacing: Length?

  func run(_ context: Context) throws -> GrayImage {
    var image = try context.read(path) { try GrayImage.decode($0, name: $1) }
    if let spacing {
      if image.spacing != .unknown { context.note("the file says \(image.spacing.oneLine); spacing=\(spacing.oneLine) is taken") }
      image.spacing = try spacing.pixelSpacing(atDetector: false)
    }
    return image
  }
}
