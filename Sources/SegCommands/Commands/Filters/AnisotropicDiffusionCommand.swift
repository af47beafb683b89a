import ImageOps
import SegLang

/// `anisotropic-diffusion`: anisotropic diffusion.
struct AnisotropicDiffusionCommand: Command {
  static let category = Category.filters
  static let summary = "Smooths within regions and preserves edges, by Perona-Malik diffusion."
  static let discussion = """
    In each iteration, intensity flows between neighboring pixels, and less where they differ by more than kappa. Exponential conductance favors \
    high-contrast edges, quadratic conductance favors wide regions.
    """
  static let examples = [
    Example("phantom | anisotropic-diffusion", "Smooths with ten iterations."),
    Example("phantom | anisotropic-diffusion iterations=30 kappa=8% conductance=quadratic", "Smooths into wide regions."),
  ]
  static let seeAlso = ["bilateral-filter", "gaussian-filter"]

  @Input("Image to smooth.") var image: GrayImage
  @Option("Number of iterations.", in: 0...1000) var iterations = 10
  @Option("Intensity difference that reduces the flow: an intensity, or a fraction of the range.") var kappa: Intensity = .share(0.05)
  @Option("Time step per iteration.", in: 0.001...0.25) var timeStep = 0.2
  @Option("Conductance function.") var conductance = DiffusionConductance.exponential

  func run(_ context: Context) throws -> GrayImage {
    try image.diffused(kappa: try image.difference(kappa, "kappa"), steps: iterations, rate: timeStep, conductance: conductance)
  }
}
