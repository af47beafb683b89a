import ImageOps
import SegLang

/// `phantom`: a synthetic chest X-ray.
struct PhantomCommand: Command, StatesMemory {
  static let category = Category.files
  static let summary = "Makes a synthetic chest X-ray whose true lungs and opacity are known."
  static let discussion = """
    Rays are followed through a made-up person; the seed decides anatomy, opacity and grain. It stands in for a picture in every example and needs no \
    patient. The truth is in its properties lungs and opacity.
    """
  static let examples = [
    Example("phantom", "Makes an X-ray."),
    Example("p = phantom seed=7 opacity=30%; p.opacity", "Makes another with 30 % of the lungs opaque."),
  ]
  static let seeAlso = ["load", "segment", "compare"]
  static let keywords = ["example", "sample", "synthetic", "test", "demo"]

  static let spacing = SpacingEffect.gives

  @Option("Decides anatomy, opacity and grain.", in: 0...1e15) var seed = 1
  @Option("Number of rows and columns.", in: 32...4096) var size = 512
  @Option("Share of the lungs that is opaque; the seed decides where none is given.", in: 0...1) var opacity: Double?
  @Option("Bits of intensity.", in: 8...16) var depth = 8
  @Option("Grain, relative to the usual.", in: 0...10) var noise = 1.0

  /// Projections of soft tissue, bones, vessels and opacity, and the result.
  func workingBytes(_ context: Context) -> Int { 24 * size * size }

  func run(_ context: Context) throws -> Phantom {
    try Phantom.make(
      seed: UInt64(clamping: seed), size: Size(width: size, height: size), opacity: opacity, bitDepth: depth, noise: noise,
      polling: context.cancellation)
  }
}
