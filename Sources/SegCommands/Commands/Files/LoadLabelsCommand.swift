import ImageOps
import SegLang
import SegModel

/// `load-labels`: reads a label image.
struct LoadLabelsCommand: Command {
  static let category = Category.files
  static let summary = "Reads a label image, with the labels as stored."
  static let discussion = """
    Reads PNG, TIFF, NPY, or NIfTI or NRRD of one slice. In lung labels, 1 is the patient's right lung and 2 the left; lungs=true names them so.
    """
  static let examples = [
    Example("p = phantom; p.lungs | save lungs.png; load-labels lungs.png lungs=true", "Reads back the right and left lung."),
    Example(
      "phantom | threshold otsu | connected-components | save parts.png; load-labels parts.png | regions largest=3",
      "Measures regions that were saved."),
  ]
  static let seeAlso = ["load", "load-mask", "connected-components"]
  static let traits: CommandTraits = [.readsFiles, .isSource]

  static let spacing = SpacingEffect.reads(from: "path", silent: ["png", "tif", "tiff", "npy"], unless: "")

  @Argument("File to read.", extensions: ["png", "tif", "tiff", "npy", "nii", "nii.gz", "nrrd"]) var path: Path
  @Option("Name labels 1 and 2 right and left lung.") var lungs = false

  func run(_ context: Context) throws -> LabelImage {
    var remarks: [ReadingRemark] = []
    var labels = try context.read(path) { try LabelImage.decode($0, name: $1, remarks: &remarks) }
    for remark in remarks { context.note("\(remark)", about: path.name) }
    if lungs { labels.names = LabelImage.lungNames }
    return labels
  }
}
