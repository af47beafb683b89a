import ImageOps
import SegLang

/// `keep-largest`: the largest regions of a mask.
struct KeepLargestCommand: Command {
  static let category = Category.masks
  static let summary = "Keeps the largest regions of a mask."
  static let discussion = """
    Regions are 8-connected. Of regions of equal area, the uppermost is kept.
    """
  static let examples = [
    Example("phantom | segment | keep-largest", "Keeps the largest opacity."),
    Example("phantom | threshold 30% | keep-largest 2", "Keeps the two largest bright regions."),
  ]
  static let seeAlso = ["remove-small", "regions"]
  static let keywords = ["biggest", "largest", "component"]

  @Input("Mask to process.") var mask: Mask
  @Argument("Number of regions to keep.", in: 1...1000) var count = 1

  func run(_ context: Context) throws -> Mask { try mask.keepingLargest(count) }
}
