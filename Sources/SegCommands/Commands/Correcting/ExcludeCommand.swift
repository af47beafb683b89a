import ImageOps
import SegLang
import SegModel

/// `exclude`: a region that is none.
struct ExcludeCommand: Command {
  static let category = Category.correcting
  static let summary = "Takes a region that is none away from the opacity, from a lung or from a mask."
  static let discussion = """
    Points and shapes are those of include, but fill takes the whole region that a point lies in (pixels touch at sides and corners). Opacity goes with the \
    part of a lung that is taken away.
    """
  static let examples = [
    Example(
      "phantom seed=2 | segment | exclude rectangle [[0, 0], [511, 255]] | severity",
      "Says that there is no opacity in the right lung, and how the severity moves."),
    Example("p = phantom; p.lungs.right | exclude fill [[250, 150]]", "Removes the region under a point."),
  ]
  static let seeAlso = ["include", "paint", "severity", "save"]
  static let keywords = ["remove", "delete", "erase", "false-positive", "correct", "correction", "edit"]

  @Input("Segmentation or mask to correct.") var region: SegmentationOrMask
  @Argument("How the points become a region.") var shape: CorrectionShape
  @Argument("Points in pixels.") var points: Places
  @Option("Part of a segmentation that is corrected.") var layer = CorrectionLayer.opacity

  static func outputType(for input: ValueType?) -> ValueType { Correction.outputType(for: input) }

  func run(_ context: Context) throws -> SegmentationOrMask {
    try Correction(region, layer, removes: true, context).applied(shape, through: points.finePoints)
  }
}
