import ImageOps
import SegLang
import SegModel
import SegServices
import SegValues

/// `paint`: a brush.
struct PaintCommand: Command {
  static let category = Category.correcting
  static let summary = "Paints or erases opacity, a lung or a mask with a round brush."
  static let discussion = """
    Paints the pixels whose centers lie within radius of the line through the points; one point paints a disk. Points have the same form as for \
    include. With edges=true the brush stops at edges: it paints the pixels that a path from the line reaches at a cost of at most 1.1 radii, \
    where crossing an edge of the smoothed image is expensive (formula in Docs/reference/Annotations.md).
    """
  static let examples = [
    Example("phantom | segment | paint [[300, 150], [340, 170]] radius=12px | severity", "Paints opacity with one stroke."),
    Example("phantom | segment | paint [[250, 150]] radius=40px erase=true", "Erases a disk."),
    Example(
      "phantom | segment | paint [[420, 120], [440, 160]] radius=20px edges=true layer=right-lung", "Extends the right lung up to its edge."
    ),
  ]
  static let seeAlso = ["include", "exclude", "severity", "save"]
  static let keywords = ["brush", "draw", "erase", "correct", "correction", "edit"]
  static let traits: CommandTraits = [.corrects]

  @Input("Segmentation or mask to correct.") var region: SegmentationOrMask
  @Argument("Points of the stroke as [row, column] in px.") var points: Places
  @Option("Radius of the brush.", in: 0.5...500) var radius: Length = .pixels(8)
  @Option("Erase instead of painting.") var erase = false
  @Option("Stop the brush at edges of the image.") var edges = false
  @Option("Part of the segmentation to correct.") var layer = CorrectionLayer.opacity

  static func outputType(for input: ValueType?) -> ValueType { Correction.outputType(for: input) }

  func run(_ context: Context) throws -> SegmentationOrMask {
    let correction = try Correction(region, layer, removes: erase, context)
    let places = try points.finePoints
    guard !places.isEmpty else { throw CommandProblem.wrongPointCount("a stroke", wanted: "1 point or more", given: 0) }
    let pixels = try context.pixels(radius, on: correction.spacing)
    guard (0.5...500).contains(pixels) else { throw CommandProblem.outOfRange("radius", radius.oneLine, "0.5 to 500 px") }
    return try correction.applied(try covered(places, pixels, correction, context), "the stroke")
  }

  private func covered(_ places: [FinePoint], _ radius: Double, _ correction: Correction, _ context: Context) throws -> Mask {
    guard edges else {
      return try Mask(size: correction.size, strokeThrough: places, radius: radius, spacing: correction.spacing)
    }
    guard let picture = context.ancestor(GrayImage.self) else { throw CommandProblem.noXRay("edges=true") }
    guard picture.size == correction.size else {
      throw CommandProblem.sizesDiffer("the value", correction.size, "the image", picture.size)
    }
    return try picture.edgeStroke(through: places, radius: radius)
  }
}
