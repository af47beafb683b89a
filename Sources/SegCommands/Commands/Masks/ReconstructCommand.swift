import ImageOps
import SegLang
import SegValues

/// `reconstruct`: spreading within limits.
struct ReconstructCommand: Command {
  static let category = Category.masks
  static let summary = "Applies a morphological reconstruction from a marker."
  static let discussion = """
    In a mask, keeps the regions that the marker touches. In a gray image, dilates the marker repeatedly under the image until nothing changes, \
    which flattens peaks that it does not touch. Definition: scikit-image reconstruction, 8-connected.
    """
  static let examples = [
    Example(
      "p = phantom; m = p | threshold p60; m | reconstruct (m | morph-erode radius=6px)", "Keeps the regions that contain a thick part."),
    Example("p = phantom; p | reconstruct (p - 20)", "Flattens peaks by 20."),
  ]
  static let seeAlso = ["h-maxima", "morph-open"]

  @Input("Mask or gray image that limits the marker.") var image: MaskOrImage
  @Argument("Marker of the same type.") var marker: MaskOrImage

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    switch (image, marker) {
    case (.mask(let mask), .mask(let marker)): return .mask(try mask.reconstructed(from: marker))
    case (.image(let image), .image(let marker)): return .image(try image.reconstructed(from: marker))
    default: throw CommandProblem.outOfRange("marker", marker.described, "of the same type as the input")
    }
  }
}

extension MaskOrImage {
  fileprivate var described: String {
    switch self {
    case .mask: "a mask"
    case .image: "an image"
    }
  }
}
