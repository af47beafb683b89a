import ImageOps
import SegLang

/// `non-local-means`: denoising by like patches.
struct NonLocalMeansCommand: Command {
  static let category = Category.filters
  static let summary = "Removes noise by averaging similar patches (non-local means)."
  static let discussion = """
    Compares square patches within the search radius and averages those that are similar. Borders are mirrored, and all pixels of a patch have \
    the same weight, as in the fast mode of scikit-image denoise_nl_means. The run time grows with the square of search_radius.
    """
  static let examples = [
    Example("phantom size=128 noise=2 | non-local-means search_radius=5px", "Removes noise and keeps ribs."),
    Example(
      "phantom size=128 | non-local-means strength=4% patch_radius=2px search_radius=4px",
      "Averages less similar patches, over a smaller search window."),
  ]
  static let seeAlso = ["bilateral-filter", "median-filter"]
  static let keywords = ["denoise", "noise"]

  @Input("Image to denoise.") var image: GrayImage
  @Option("Filter strength h: an intensity, or a fraction of the range.") var strength: Intensity = .share(0.03)
  @Option("Standard deviation of the noise, in units of intensity.", in: 0...1e6) var sigma = 0.0
  @Option("Radius of a patch.", in: 0...15) var patchRadius: Length = .pixels(3)
  @Option("Radius of the search window.", in: 0...50) var searchRadius: Length = .pixels(11)

  func run(_ context: Context) throws -> GrayImage {
    let patch = try context.wholePixels(patchRadius, on: image.spacing, for: "patch_radius")
    let search = try context.wholePixels(searchRadius, on: image.spacing, for: "search_radius")
    return try image.nonLocalMeansFiltered(
      strength: try image.difference(strength, "strength"), noise: sigma, patchRadius: patch, searchRadius: search)
  }
}
