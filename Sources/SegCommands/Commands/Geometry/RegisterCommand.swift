import Basics
import ImageOps
import SegLang

/// `register`: a follow-up onto a prior image.
struct RegisterCommand: Command {
  static let category = Category.geometry
  static let summary = "Registers a follow-up image to a prior image."
  static let discussion = """
    Maximizes normalized mutual information, so that exposure and window may differ. The transform is a translation, rigid (with rotation) or \
    affine (with scaling and shear). The result has the size and spacing of the prior; a note reports the transform. A projection with another \
    pose is not an affine image of the first: review the result before comparing.
    """
  static let examples = [
    Example("p = phantom; p | rotate 4deg | register p", "Aligns a rotated image."),
    Example("p = phantom; p | affine scale=1.05 right=6px | register p transform=affine | diff p", "Shows the remaining difference."),
  ]
  static let seeAlso = ["affine", "match-histogram", "compare-images"]
  static let keywords = ["align", "registration", "followup", "follow-up", "prior"]

  @Input("Follow-up image.") var image: GrayImage
  @Argument("Prior image.") var prior: GrayImage
  @Option("Type of transform.") var transform = RegistrationModel.rigid
  @Option("Interpolation between pixels.") var interpolation = Interpolation.bilinear

  func run(_ context: Context) throws -> GrayImage {
    context.notePadding(of: image, prior)
    let found = try image.registered(to: prior, allowing: transform)
    let center = found.map.place(row: Double(prior.size.height - 1) / 2, column: Double(prior.size.width - 1) / 2)
    let (down, across) = (Double(image.size.height - 1) / 2 - center.row, Double(image.size.width - 1) / 2 - center.column)
    context.noteOfCase(
      "moved \(NumberFormat.short(down, 1)) px down, \(NumberFormat.short(across, 1)) px across, turned "
        + "\(NumberFormat.short(found.degrees, 2)) deg; information \(NumberFormat.short(found.information, 3))")
    var result = try image.warped(by: found.map, to: prior.size, using: interpolation)
    result.spacing = prior.spacing
    return result
  }
}
