import ImageOps
import SegLang

/// `diffuse`: anisotropic diffusion.
struct DiffuseCommand: Command {
  static let category = Category.filters
  static let summary = "Smooths within regions step by step, and hardly across edges."
  static let discussion = """
    Perona and Malik's diffusion: what flows between neighbours falls off where they differ by more than contrast. The exponential rule \
    favours strong edges, the quadratic one wide regions.
    """
  static let examples = [
    Example("phantom | diffuse", "Smooths in ten steps."),
    Example("phantom | diffuse steps=30 contrast=8% rule=quadratic", "Smooths into wide regions."),
  ]
  static let seeAlso = ["bilateral-filter", "smooth"]

  @Input("Picture to smooth.") var image: GrayImage
  @Option("Number of steps.", in: 0...1000) var steps = 10
  @Option("Difference at which the flow slackens: an intensity, or a share of the range.") var contrast: Intensity = .share(0.05)
  @Option("Size of a step.", in: 0.001...0.25) var rate = 0.2
  @Option("How the flow falls off.") var rule = DiffusionConductance.exponential

  func run(_ context: Context) throws -> GrayImage {
    try image.diffused(
      kappa: try image.difference(contrast, "contrast"), steps: steps, rate: rate, conductance: rule, polling: context.cancellation)
  }
}
