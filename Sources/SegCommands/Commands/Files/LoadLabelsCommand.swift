import ImageOps
import SegLang

/// `load-labels`: reads a label image.
struct LoadLabelsCommand: Command {
  static let category = Category.files
  static let summary = "Reads a picture of labels, the numbers as they are stored."
  static let discussion = """
    From a PNG, TIFF or NPY file. Of lungs, 1 is the patient's right lung and 2 the left; with lungs=true the labels get these names.
    """
  static let examples = [
    Example("p = phantom; p.lungs | save lungs.png; load-labels lungs.png lungs=true", "Reads right and left lung back."),
    Example(
      "phantom | threshold otsu | components | save parts.png; load-labels parts.png | regions largest=3",
      "Measures regions that were saved."),
  ]
  static let seeAlso = ["load", "load-mask", "components"]

  static let spacing = SpacingEffect.reads(from: "path", silent: ["png", "tif", "tiff", "npy"], unless: "")

  @Argument("File to read.", extensions: ["png", "tif", "tiff", "npy"]) var path: Path
  @Option("Whether labels 1 and 2 are the right and the left lung.") var lungs = false

  func run(_ context: Context) throws -> LabelImage {
    var remarks: [ReadingRemark] = []
    var labels = try context.read(path) { try LabelImage.decode($0, name: $1, remarks: &remarks) }
    for remark in remarks { context.note("\(remark)", about: path.name) }
    if lungs { labels.names = LabelImage.lungNames }
    return labels
  }
}
