import ImageOps
import SegLang

/// `phantom`: a synthetic chest X-ray.
struct PhantomCommand: Command, StatesMemory {
  static let category = Category.files
  static let summary = "Simulates a chest X-ray with known lungs, opacity and heart."
  static let discussion = """
    Traces rays through a random anatomy; the seed determines anatomy, opacity and noise. The examples use it instead of patient data. The true \
    masks are its properties lungs, opacity and heart.
    """
  static let examples = [
    Example("phantom", "Simulates an X-ray."),
    Example("p = phantom seed=7 opacity=30%; p.opacity", "Simulates an X-ray with 30 % of the lungs opaque."),
  ]
  static let seeAlso = ["load", "segment", "compare"]
  static let keywords = ["example", "sample", "synthetic", "test", "demo"]
  static let traits: CommandTraits = [.isSource]

  static let spacing = SpacingEffect.gives

  @Option("Random seed of anatomy, opacity and noise.", in: 0...1e15) var seed = 1
  @Option("Number of rows and of columns, in px.", in: 32...4096) var size = 512
  @Option("Opaque fraction of the lungs. Default: drawn from the seed.", in: 0...1) var opacity: Double?
  @Option("Bit depth.", in: 8...16) var depth = 8
  @Option("Noise level relative to a typical X-ray.", in: 0...10) var noise = 1.0

  /// Projections of soft tissue, bones, vessels and opacity, and the result.
  func workingBytes(_ context: Context) -> Int { 24 * size * size }

  func run(_ context: Context) throws -> Phantom {
    try Phantom.make(seed: UInt64(clamping: seed), size: Size(width: size, height: size), opacity: opacity, bitDepth: depth, noise: noise)
  }
}
