import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// `register`: a follow-up onto a prior image, and what was found on it.
struct RegisterCommand: Command {
  static let category = Category.geometry
  static let summary = "Registers a follow-up image, or a mask or segmentation of it, to a prior image."
  static let discussion = """
    Maximizes normalized mutual information, so that exposure and window may differ. The transform is a translation, rigid (with rotation) or \
    affine (with scaling and shear). The result has the size and spacing of the prior; a note reports the transform. A mask, labels, a \
    probability map or a segmentation moves by the transform of its X-ray: the one it was made from, or by=. Masks and labels take the nearest \
    pixel. A moved segmentation has no probabilities and no intervals: measure the severity before moving it. A projection with another pose is \
    not an affine image of the first: review the result before comparing.
    """
  static let examples = [
    Example("p = phantom; p | rotate 4deg | register p", "Aligns a rotated image."),
    Example("p = phantom; p | affine scale=1.05 right=6px | register p transform=affine | diff p", "Shows the remaining difference."),
    Example(
      "p = phantom size=256; later = p | rotate 4deg; (later | segment).opacity | register p", "Moves a mask by the transform of its X-ray."
    ),
  ]
  static let seeAlso = ["follow-up", "affine", "match-histogram", "compare-images"]
  static let keywords = ["align", "registration", "followup", "follow-up", "prior"]

  @Input("Follow-up image, or mask, labels, probability map or segmentation of it.") var image: MovingImage
  @Argument("Prior image.") var prior: GrayImage
  @Option("X-ray whose transform moves the input. Default: the input, or the X-ray it was made from.") var by: GrayImage?
  @Option("Type of transform.") var transform = RegistrationModel.rigid
  @Option("Interpolation between pixels; masks and labels always use nearest.") var interpolation = Interpolation.bilinear

  static func outputType(for input: ValueType?) -> ValueType { MovingImage.kept(input) }

  func run(_ context: Context) throws -> MovingImage {
    let moving = try moving(context)
    context.notePadding(of: moving, prior)
    let found = try moving.registered(to: prior, allowing: transform)
    let center = found.map.place(row: Double(prior.size.height - 1) / 2, column: Double(prior.size.width - 1) / 2)
    let (down, across) = (Double(moving.size.height - 1) / 2 - center.row, Double(moving.size.width - 1) / 2 - center.column)
    context.noteOfCase(
      "moved \(NumberFormat.short(down, 1)) px down, \(NumberFormat.short(across, 1)) px across, turned "
        + "\(NumberFormat.short(found.degrees, 2)) deg; information \(NumberFormat.short(found.information, 3))")
    return try image.warped(by: found.map, to: prior.size, using: interpolation, spacing: prior.spacing)
  }

  /// The X-ray that the transform is found on.
  private func moving(_ context: Context) throws -> GrayImage {
    if by == nil, case .image(let image) = image { return image }
    guard let found = by ?? context.inputStep?.xray(of: image.size)?.image else {
      throw CommandProblem.wantsAlso(CommandWord.register, "by=, the X-ray that the input belongs to")
    }
    guard found.size == image.size else { throw CommandProblem.sizesDiffer("the input", image.size, "its X-ray", found.size) }
    return found
  }
}
