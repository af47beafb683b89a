import ImageOps
import SegLang

/// `watershed`: floods that meet.
struct WatershedCommand: Command, StatesMemory {
  static let category = Category.segmentation
  static let summary = "Parts a mask at its necks, or floods a picture from markers."
  static let discussion = """
    Of a mask, its distances to the outside are flooded from their peaks, which parts regions that touch; depth says how much narrower \
    than both sides a neck must be. Of a gray picture, with markers=, the lowest intensity is flooded first. Definition: scikit-image's \
    watershed.
    """
  static let examples = [
    Example("p = phantom; p.lungs.all | morph-dilate radius=12px | watershed depth=4px", "Parts lungs that have grown together."),
    Example(
      "p = phantom; p | gradient | watershed markers=(p | threshold-multi classes=3 | components)", "Grows seeds to the edges around them."),
  ]
  static let seeAlso = ["components", "grow", "peaks"]
  static let keywords = ["split", "touching", "separate"]

  @Input("Mask to part, or picture to flood.") var picture: MaskOrImage
  @Option("Numbered regions from which a picture is flooded.") var markers: LabelImage?
  @Option("How deep a neck must be.", in: 0.1...10_000) var depth: Length = .pixels(1)
  @Option("Mask in which a picture is flooded.") var within: Mask?

  /// Distances, their negative, labels and the queue.
  func workingBytes(_ context: Context) -> Int {
    switch picture {
    case .mask(let mask): 24 * mask.size.count
    case .image(let image): 12 * image.size.count
    }
  }

  func run(_ context: Context) throws -> LabelImage {
    switch picture {
    case .mask(let mask):
      return try mask.split(atNecksOfDepth: context.pixels(depth, on: mask.spacing), polling: context.cancellation)
    case .image(let image):
      guard let markers else { throw CommandProblem.wantsAlso("a gray picture", "markers") }
      return try image.watershed(from: markers, within: within, polling: context.cancellation)
    }
  }
}
