import ImageOps
import SegLang
import SegModel
import SegServices
import SegValues

/// `exclude`: removes a false-positive region.
struct ExcludeCommand: Command {
  static let category = Category.correcting
  static let summary = "Removes a false-positive region from the opacity, a lung or a mask."
  static let discussion = """
    Takes the same points and shapes as include, except that fill removes the whole 8-connected region under each point. Removing part of a lung \
    also removes the opacity inside it.
    """
  static let examples = [
    Example(
      "phantom seed=2 | segment | exclude rectangle [[0, 0], [511, 255]] | severity",
      "Removes the opacity of the right lung and measures again."),
    Example("p = phantom; p.lungs.right | exclude fill [[250, 150]]", "Removes the region under a point."),
  ]
  static let seeAlso = ["include", "paint", "severity", "save"]
  static let keywords = ["remove", "delete", "erase", "false-positive", "correct", "correction", "edit"]
  static let traits: CommandTraits = [.corrects]

  @Input("Segmentation or mask to correct.") var region: SegmentationOrMask
  @Argument("Shape that the points define.") var shape: CorrectionShape
  @Argument("Points as [row, column] in px.") var points: Places
  @Option("Part of the segmentation to correct.") var layer = CorrectionLayer.opacity

  static func outputType(for input: ValueType?) -> ValueType { Correction.outputType(for: input) }

  func run(_ context: Context) throws -> SegmentationOrMask {
    try Correction(region, layer, removes: true, context).applied(shape, through: points.finePoints)
  }
}
