import ImageOps
import SegLang

/// `load-mask`: reads a mask.
struct LoadMaskCommand: Command {
  static let category = Category.files
  static let summary = "Reads a mask: nonzero pixels are inside."
  static let discussion = """
    Reads PNG, TIFF, NPY, or NIfTI or NRRD of one slice. JPEG is refused because its lossy compression would change the mask.
    """
  static let examples = [
    Example("p = phantom; p.lungs | save lungs.png; load-mask lungs.png", "Reads back a mask."),
    Example(
      "phantom | threshold otsu | save drawn.png; p = phantom; load-mask drawn.png | compare (p.lungs)",
      "Compares a mask drawn elsewhere with the true lungs."),
  ]
  static let seeAlso = ["load", "load-labels", "compare"]
  static let traits: CommandTraits = [.readsFiles, .isSource]

  static let spacing = SpacingEffect.reads(from: "path", silent: ["png", "tif", "tiff", "npy"], unless: "")

  @Argument("File to read.", extensions: ["png", "tif", "tiff", "npy", "nii", "nii.gz", "nrrd"]) var path: Path

  func run(_ context: Context) throws -> Mask {
    var remarks: [ReadingRemark] = []
    let mask = try context.read(path) { try Mask.decode($0, name: $1, remarks: &remarks) }
    for remark in remarks { context.note("\(remark)", about: path.name) }
    return mask
  }
}
