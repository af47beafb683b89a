import ImageOps
import SegLang

/// `distance`: how deep inside a mask each pixel lies.
struct DistanceCommand: Command, StatesMemory {
  static let category = Category.masks
  static let summary = "Gives for each pixel of a mask its distance to the nearest pixel outside."
  static let discussion = "Exact Euclidean distances in px, 0 outside; what lies beyond the picture does not count as outside."
  static let examples = [
    Example("phantom | segment | distance", "Shows how thick the opacity is."),
    Example("p = phantom; inner = (p.lungs | distance) > 10; inner.area", "Counts the pixels deeper than 10 px inside the lungs."),
  ]
  static let seeAlso = ["morph-erode"]

  @Input("Mask to measure in.") var mask: Mask

  func workingBytes(_ context: Context) -> Int { 8 * mask.size.count }

  func run(_ context: Context) throws -> GrayImage {
    guard mask.count < mask.size.count else { throw PictureError.nothingOutside }
    return try mask.distanceTransform(polling: context.cancellation)
  }
}
