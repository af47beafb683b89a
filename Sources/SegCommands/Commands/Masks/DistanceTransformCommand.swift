import ImageOps
import SegLang

/// `distance-transform`: how deep inside a mask each pixel lies.
struct DistanceTransformCommand: Command, StatesMemory {
  static let category = Category.masks
  static let summary = "Computes the distance of each mask pixel to the background."
  static let discussion = """
    Exact Euclidean distances in px, 0 outside the mask. The area beyond the image border does not count as background. Definition: SciPy \
    distance_transform_edt.
    """
  static let examples = [
    Example("phantom | segment | distance-transform", "Shows the thickness of the opacity."),
    Example(
      "p = phantom; inner = (p.lungs | distance-transform) > 10; inner.area", "Measures the area deeper than 10 px inside the lungs."),
  ]
  static let seeAlso = ["morph-erode"]

  @Input("Mask to measure.") var mask: Mask

  func workingBytes(_ context: Context) -> Int { 8 * mask.size.count }

  func run(_ context: Context) throws -> GrayImage {
    guard mask.count < mask.size.count else { throw ImageError.nothingOutside }
    return try mask.distanceTransform()
  }
}
