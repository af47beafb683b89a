import ImageOps
import SegLang

/// `reconstruct`: spreading within limits.
struct ReconstructCommand: Command {
  static let category = Category.masks
  static let summary = "Spreads a marker within a mask or a gray picture until nothing changes."
  static let discussion = """
    Of a mask, the regions that the marker touches stay. Of a gray picture, the marker is dilated and cut to the picture again and \
    again, which levels peaks that it does not touch. Definition: scikit-image's reconstruction, 8 neighbours.
    """
  static let examples = [
    Example(
      "p = phantom; m = p | threshold p60; m | reconstruct (m | morph-erode radius=6px)", "Keeps the regions with a thick part, whole."),
    Example("p = phantom; p | reconstruct (p - 20)", "Cuts peaks down by 20."),
  ]
  static let seeAlso = ["peaks", "morph-open"]

  @Input("Mask or picture to spread in.") var picture: MaskOrImage
  @Argument("Where it begins, of the same kind.") var marker: MaskOrImage

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    switch (picture, marker) {
    case (.mask(let mask), .mask(let marker)): return .mask(try mask.reconstructed(from: marker, polling: context.cancellation))
    case (.image(let image), .image(let marker)): return .image(try image.reconstructed(from: marker, polling: context.cancellation))
    default: throw CommandProblem.outOfRange("marker", marker.described, "of the same kind as what it spreads in")
    }
  }
}

extension MaskOrImage {
  fileprivate var described: String {
    switch self {
    case .mask: "a mask"
    case .image: "a picture"
    }
  }
}
