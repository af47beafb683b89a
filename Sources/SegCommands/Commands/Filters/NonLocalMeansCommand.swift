import ImageOps
import SegLang

/// `non-local-means`: denoising by like patches.
struct NonLocalMeansCommand: Command {
  static let category = Category.filters
  static let summary = "Takes noise out by averaging pixels whose surroundings look alike."
  static let discussion = """
    Patches are squares of radius patch, looked for within radius search; strength says how unlike they may be, noise is the standard \
    deviation of the noise where it is known. Patches are whole, also at the border, which is mirrored; all their pixels count alike, as in \
    scikit-image's fast mode. Slow: the time grows with the search window.
    """
  static let examples = [
    Example("phantom size=128 noise=2 | non-local-means search=5px", "Takes grain out and keeps ribs."),
    Example("phantom size=128 | non-local-means strength=4% patch=2px search=4px", "Averages what is more unlike."),
  ]
  static let seeAlso = ["bilateral-filter", "median-filter"]
  static let keywords = ["denoise", "noise"]

  @Input("Picture to denoise.") var image: GrayImage
  @Option("How unlike patches may be: an intensity, or a share of the range.") var strength: Intensity = .share(0.03)
  @Option("Standard deviation of the noise, in units of intensity.", in: 0...1e6) var noise = 0.0
  @Option("Radius of a patch.", in: 0...15) var patch: Length = .pixels(3)
  @Option("Radius in which patches are looked for.", in: 0...50) var search: Length = .pixels(11)

  func run(_ context: Context) throws -> GrayImage {
    let patch = try context.wholePixels(patch, on: image.spacing, for: "patch")
    let search = try context.wholePixels(search, on: image.spacing, for: "search")
    return try image.nonLocalMeansFiltered(
      strength: try image.difference(strength, "strength"), noise: noise, patchRadius: patch, searchRadius: search,
      polling: context.cancellation)
  }
}
