import ImageOps
import SegLang

/// `register`: a follow-up onto a prior picture.
struct RegisterCommand: Command {
  static let category = Category.geometry
  static let summary = "Brings a follow-up picture onto a prior one, so that both can be compared."
  static let discussion = """
    The move that gives the most mutual information, so that exposure and window may differ: translation, rigid (turned too) or affine (enlarged and \
    sheared too). The result has the prior's size and spacing; what came along is noted. A projection of another pose is no affine picture of the first: \
    look before comparing.
    """
  static let examples = [
    Example("p = phantom; p | rotate 4deg | register p", "Turns the picture back."),
    Example("p = phantom; p | affine scale=1.05 across=6px | register p model=affine | diff p", "Says what remains different."),
  ]
  static let seeAlso = ["affine", "match-histogram", "compare-pictures"]
  static let keywords = ["align", "registration", "followup", "follow-up", "prior"]

  @Input("Follow-up picture.") var image: GrayImage
  @Argument("Prior picture.") var prior: GrayImage
  @Option("What may change.") var model = RegistrationModel.rigid
  @Option("How new pixels are computed.") var method = Interpolation.bilinear

  func run(_ context: Context) throws -> GrayImage {
    context.notePadding(of: image, prior)
    let found = try image.registered(to: prior, allowing: model, polling: context.cancellation)
    let center = found.map.place(row: Double(prior.size.height - 1) / 2, column: Double(prior.size.width - 1) / 2)
    let (down, across) = (Double(image.size.height - 1) / 2 - center.row, Double(image.size.width - 1) / 2 - center.column)
    context.noteOfCase(
      "moved \(NumberFormat.short(down, 1)) px down, \(NumberFormat.short(across, 1)) px across, turned "
        + "\(NumberFormat.short(found.degrees, 2)) deg; information \(NumberFormat.short(found.information, 3))")
    var result = try image.warped(by: found.map, to: prior.size, using: method, polling: context.cancellation)
    result.spacing = prior.spacing
    return result
  }
}
