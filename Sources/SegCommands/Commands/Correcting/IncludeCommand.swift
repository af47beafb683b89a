import ImageOps
import SegLang
import SegModel

/// `include`: a region that was missed.
struct IncludeCommand: Command {
  static let category = Category.correcting
  static let summary = "Adds a region that was missed to the opacity, to a lung or to a mask."
  static let discussion = """
    Points are [row, column] in pixels, fractions allowed; (0, 0) is the centre of the top left pixel. A list holds them, or a text: "120,88 +20+3 -1+0" \
    stands for a first point and others counted from the point before, which keeps long outlines short. They are rounded to hundredths of a pixel and may \
    lie outside of the picture. A pixel belongs to a polygon or rectangle when its centre lies inside or on the edge (even-odd where a polygon crosses \
    itself), and to an ellipse when it lies inside. fill takes the gap or hole that a point lies in, which hangs together at sides. Opacity stays inside \
    the lungs: what is drawn outside does not count, and a note says so. A pixel given to one lung is taken from the other.
    """
  static let examples = [
    Example(
      "phantom | segment | include polygon [[300, 150], [300, 190], [340, 190], [340, 150]] | severity",
      "Says that there is opacity, and how the severity moves."),
    Example("s = phantom | segment; s | include ellipse [[380, 80], [460, 220]] layer=right-lung", "Extends a lung."),
    Example("phantom | segment | include polygon \"300,150 +0+40 +40+0\"", "Takes the points of a long outline as a text."),
  ]
  static let seeAlso = ["exclude", "paint", "severity", "save"]
  static let keywords = ["add", "missed", "false-negative", "correct", "correction", "edit", "draw"]

  @Input("Segmentation or mask to correct.") var region: SegmentationOrMask
  @Argument("How the points become a region.") var shape: CorrectionShape
  @Argument("Points in pixels.") var points: Places
  @Option("Part of a segmentation that is corrected.") var layer = CorrectionLayer.opacity

  static func outputType(for input: ValueType?) -> ValueType { Correction.outputType(for: input) }

  func run(_ context: Context) throws -> SegmentationOrMask {
    try Correction(region, layer, removes: false, context).applied(shape, through: points.finePoints)
  }
}
