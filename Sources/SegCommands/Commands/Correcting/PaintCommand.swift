import ImageOps
import SegLang
import SegModel

/// `paint`: a brush.
struct PaintCommand: Command {
  static let category = Category.correcting
  static let summary = "Paints opacity, a lung or a mask with a round brush along a line, or erases it."
  static let discussion = """
    A pixel is painted when its centre is at most radius from the line through the points; one point gives a disc. Points are those of include. With \
    edges=true the brush follows the picture: of these pixels it takes those that a path from the line reaches at a cost of at most 1.1 radii, where \
    crossing an edge of the smoothed picture costs more than all of the way (Docs/reference/Annotations.md has the formula).
    """
  static let examples = [
    Example("phantom | segment | paint [[300, 150], [340, 170]] radius=12px | severity", "Paints opacity with a stroke."),
    Example("phantom | segment | paint [[250, 150]] radius=40px erase=true", "Erases a disc."),
    Example("phantom | segment | paint [[420, 120], [440, 160]] radius=20px edges=true layer=right-lung", "Extends a lung up to its edge."),
  ]
  static let seeAlso = ["include", "exclude", "severity", "save"]
  static let keywords = ["brush", "draw", "erase", "correct", "correction", "edit"]

  @Input("Segmentation or mask to correct.") var region: SegmentationOrMask
  @Argument("Points of the line in pixels.") var points: Places
  @Option("Radius of the brush.", in: 0.5...500) var radius: Length = .pixels(8)
  @Option("Whether the brush takes away.") var erase = false
  @Option("Whether the brush stops at edges of the picture.") var edges = false
  @Option("Part of a segmentation that is corrected.") var layer = CorrectionLayer.opacity

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
      return try Mask(
        size: correction.size, strokeThrough: places, radius: radius, spacing: correction.spacing, polling: context.cancellation)
    }
    guard let picture = context.ancestor(GrayImage.self) else { throw CommandProblem.noPicture("edges=true") }
    guard picture.size == correction.size else {
      throw CommandProblem.sizesDiffer("what is painted", correction.size, "the picture", picture.size)
    }
    return try picture.edgeStroke(through: places, radius: radius, polling: context.cancellation)
  }
}
