import ImageOps
import SegLang
import SegModel
import SegServices
import SegValues

/// `include`: a region that was missed.
struct IncludeCommand: Command {
  static let category = Category.correcting
  static let summary = "Adds a missed region to the opacity, a lung or a mask."
  static let discussion = """
    One or more clicked points (at=) grow a region as far as the intensities of the X-ray and the probability of the network carry it \
    (definition in Docs/reference/Annotations.md); outside= states points that it leaves out. Otherwise a shape states the pixels. Points are [row, \
    column] in px and may be fractional; (0, 0) is the center of the top left pixel. Give them as a list or as a text: in "120,88 +20+3 -1+0", the \
    first point is absolute and each further one is an offset from the point before. Coordinates are rounded to 0.01 px and may lie outside the \
    image. A pixel belongs to a polygon or rectangle if its center lies inside or on the edge (even-odd rule), and to an ellipse if its center lies \
    inside. fill takes the 4-connected gap or hole that a point lies in. Opacity stays inside the lungs: a note reports what was drawn outside. A \
    pixel given to one lung is taken from the other.
    """
  static let examples = [
    Example(
      "phantom | segment | include polygon [[300, 150], [300, 190], [340, 190], [340, 150]] | severity",
      "Adds a missed opacity and measures again."),
    Example("phantom | segment | include at=\"190,110\"", "Adds the region around a click."),
    Example("s = phantom | segment; s | include ellipse [[380, 80], [460, 220]] layer=right-lung", "Extends the right lung."),
    Example("phantom | segment | include polygon \"300,150 +0+40 +40+0\"", "Gives the points as a text."),
    Example("p = phantom; p | segment | include mask=p.opacity", "Adds the pixels of a mask."),
  ]
  static let seeAlso = ["exclude", "paint", "severity", "save"]
  static let keywords = ["add", "missed", "false-negative", "correct", "correction", "edit", "draw"]
  static let traits: CommandTraits = [.corrects]

  @Input("Segmentation or mask to correct.") var region: SegmentationOrMask
  @Argument("Shape that the points define.") var shape: CorrectionShape?
  @Argument("Points as [row, column] in px.") var points: Places?
  @Option("Points that a region grows from.") var at: Places?
  @Option("Points that the grown region leaves out.") var outside: Places?
  @Option("Mask of the pixels to add, instead of a shape.") var mask: Mask?
  @Option("Part of the segmentation to correct.") var layer = CorrectionLayer.opacity

  static func outputType(for input: ValueType?) -> ValueType { Correction.outputType(for: input) }

  func run(_ context: Context) throws -> SegmentationOrMask {
    let target = try CorrectionTarget(
      shape, points, at: at, outside: outside, mask: mask, words: ["at=", "a shape with points", "mask="])
    return try Correction(region, layer, removes: false, context).applied(target)
  }
}
