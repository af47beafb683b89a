import ImageOps
import SegLang

/// `load-mask`: reads a mask.
struct LoadMaskCommand: Command {
  static let category = Category.files
  static let summary = "Reads a mask: every pixel that is not 0 lies inside."
  static let discussion = "From a PNG, TIFF or NPY file; the losses of JPEG would change a mask, so it is refused."
  static let examples = [
    Example("p = phantom; p.lungs | save lungs.png; load-mask lungs.png", "Reads a mask back."),
    Example(
      "phantom | threshold otsu | save drawn.png; p = phantom; load-mask drawn.png | compare (p.lungs)",
      "Judges a mask that was drawn elsewhere."),
  ]
  static let seeAlso = ["load", "load-labels", "compare"]

  static let spacing = SpacingEffect.reads(from: "path", silent: ["png", "tif", "tiff", "npy"], unless: "")

  @Argument("File to read.", extensions: ["png", "tif", "tiff", "npy"]) var path: Path

  func run(_ context: Context) throws -> Mask {
    var remarks: [ReadingRemark] = []
    let mask = try context.read(path) { try Mask.decode($0, name: $1, remarks: &remarks) }
    for remark in remarks { context.note("\(remark)", about: path.name) }
    return mask
  }
}
