import ImageOps
import SegLang

/// `keep-largest`: the largest regions of a mask.
struct KeepLargestCommand: Command {
  static let category = Category.masks
  static let summary = "Keeps the largest regions of a mask and drops the rest."
  static let discussion = "Pixels that touch at a side or a corner belong to one region. Of equal regions the one nearer to the top stays."
  static let examples = [
    Example("phantom | segment | keep-largest", "Keeps the largest opacity."),
    Example("phantom | threshold 30% | keep-largest 2", "Keeps the two largest bright regions."),
  ]
  static let seeAlso = ["remove-small", "regions"]
  static let keywords = ["biggest", "largest", "component"]

  @Input("Mask to sift.") var mask: Mask
  @Argument("How many regions stay.", in: 1...1000) var count = 1

  func run(_ context: Context) throws -> Mask { try mask.keepingLargest(count, polling: context.cancellation) }
}
