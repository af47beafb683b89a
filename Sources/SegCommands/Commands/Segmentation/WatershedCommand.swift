import ImageOps
import SegLang
import SegValues

/// `watershed`: floods that meet.
struct WatershedCommand: Command, StatesMemory {
  static let category = Category.segmentation
  static let summary = "Splits touching regions, or segments an image from markers, by watershed."
  static let discussion = """
    A mask is split along the watershed lines of its distance transform; a split requires a constriction that is narrower than both sides by \
    depth. A gray image with markers= is flooded from the lowest intensities. Definition: scikit-image watershed.
    """
  static let examples = [
    Example("p = phantom; p.lungs.all | morph-dilate radius=12px | watershed depth=4px", "Separates touching lungs."),
    Example(
      "p = phantom; p | gradient | watershed markers=(p | threshold-multiotsu classes=3 | connected-components)",
      "Grows markers up to the edges around them."),
  ]
  static let seeAlso = ["connected-components", "region-growing", "h-maxima"]
  static let keywords = ["split", "touching", "separate"]

  @Input("Mask to split, or gray image to segment.") var image: MaskOrImage
  @Option("Labeled markers for a gray image.") var markers: LabelImage?
  @Option("Smallest depth of a constriction.", in: 0.1...10_000) var depth: Length = .pixels(1)
  @Option("Mask that limits the flooding of a gray image. Default: the whole image.") var within: Mask?

  /// Distances, their negative, labels and the queue.
  func workingBytes(_ context: Context) -> Int {
    switch image {
    case .mask(let mask): 24 * mask.size.count
    case .image(let image): 12 * image.size.count
    }
  }

  func run(_ context: Context) throws -> LabelImage {
    switch image {
    case .mask(let mask):
      return try mask.split(atConstrictionsOfDepth: context.pixels(depth, on: mask.spacing))
    case .image(let image):
      guard let markers else { throw CommandProblem.wantsAlso("a gray image", "markers") }
      return try image.watershed(from: markers, within: within)
    }
  }
}
