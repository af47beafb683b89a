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
    Removes the region around a clicked point (at=, see include), a region by its number in the table of regions, a zone of the lungs, the pixels \
    of a mask, or what a shape covers. Takes the same points and shapes as include, except that fill removes the whole 8-connected region under \
    each point. Removing part of a lung also removes the opacity inside it.
    """
  static let examples = [
    Example("phantom seed=7 | segment | exclude at=\"230,130\"", "Removes the region around a click."),
    Example("phantom seed=7 | segment | exclude region=2 | severity", "Removes the second region of the opacity and measures again."),
    Example("phantom seed=7 | segment | exclude zone=F", "Removes the opacity of the left lower zone."),
    Example(
      "phantom seed=2 | segment | exclude rectangle [[0, 0], [511, 255]] | severity",
      "Removes the opacity of the right lung and measures again."),
    Example("p = phantom; p.lungs.right | exclude fill [[250, 150]]", "Removes the region under a point."),
  ]
  static let seeAlso = ["include", "paint", "regions", "severity", "save"]
  static let keywords = ["remove", "delete", "erase", "false-positive", "correct", "correction", "edit"]
  static let traits: CommandTraits = [.corrects]

  @Input("Segmentation or mask to correct.") var corrected: SegmentationOrMask
  @Argument("Shape that the points define.") var shape: CorrectionShape?
  @Argument("Points as [row, column] in px.") var points: Places?
  @Option("Points that a region grows from.") var at: Places?
  @Option("Points that the grown region leaves out.") var outside: Places?
  @Option("Number of the region to remove, as regions lists it.", in: 1...1_000_000) var region: Int?
  @Option("Lung zone to clear: A to C are the upper, middle and lower third of the right lung, D to F of the left.") var zone: LungZone?
  @Option("Mask of the pixels to remove.") var mask: Mask?
  @Option("Part of the segmentation to correct.") var layer = CorrectionLayer.opacity

  static func outputType(for input: ValueType?) -> ValueType { Correction.outputType(for: input) }

  func run(_ context: Context) throws -> SegmentationOrMask {
    let target = try CorrectionTarget(
      shape, points, at: at, outside: outside, region: region, zone: zone, mask: mask,
      words: ["at=", "a shape with points", "region=", "zone=", "mask="])
    return try Correction(corrected, layer, removes: true, context).applied(target)
  }
}
