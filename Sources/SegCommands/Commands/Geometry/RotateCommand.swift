import Glibc
import ImageOps
import SegLang

/// `rotate`: a turn about the centre.
struct RotateCommand: Command, StatesMemory {
  static let category = Category.geometry
  static let summary = "Turns a picture counter-clockwise about its centre."
  static let discussion = """
    A multiple of 90deg moves pixels without changing any and exchanges width and height; any other angle computes new pixels, and keeps the size \
    unless expand=true makes room for the corners. Negative angles turn clockwise.
    """
  static let examples = [
    Example("phantom | rotate 90deg", "Turns the picture on its side."),
    Example("phantom | rotate 3.5deg expand=true", "Straightens a tilted picture."),
  ]
  static let seeAlso = ["flip"]
  static let keywords = ["turn"]

  @Input("Picture to turn.") var picture: AnyPicture
  @Argument("Angle, counter-clockwise.", in: -3600...3600) var angle: Angle
  @Option("Whether the result grows so that no corner is lost.") var expand = false
  @Option("How new pixels are computed; masks and labels take the nearest.") var method = Interpolation.bilinear
  @Option("Intensity of what comes from outside.") var fill = 0.0

  static func outputType(for input: ValueType?) -> ValueType { AnyPicture.kept(input) }

  func run(_ context: Context) throws -> AnyPicture {
    let degrees = angle.degrees
    if degrees.remainder(dividingBy: 90) == 0 {
      return try picture.transformed(by: QuarterTurns(count: Int(degrees / 90)), polling: context.cancellation)
    }
    let cancellation = context.cancellation
    switch picture {
    case .image(let image):
      return .image(try image.rotated(degrees: degrees, using: method, fill: Float(fill), expanding: expand, polling: cancellation))
    case .probability(let map):
      return .probability(try map.rotated(degrees: degrees, using: method, expanding: expand, polling: cancellation))
    case .mask(let mask): return .mask(try mask.rotated(degrees: degrees, expanding: expand, polling: cancellation))
    case .labels(let labels): return .labels(try labels.rotated(degrees: degrees, expanding: expand, polling: cancellation))
    }
  }

  /// The result twice; an expanded one is as large as the box around the turned image.
  func workingBytes(_ context: Context) throws -> Int {
    let (width, height) = (Double(picture.size.width), Double(picture.size.height))
    let turn = angle.degrees * .pi / 180
    let (cosine, sine) = (abs(cos(turn)), abs(sin(turn)))
    let target = expand ? (width * cosine + height * sine + 1) * (width * sine + height * cosine + 1) : width * height
    // What no image can be is refused by its size.
    return target.isFinite && target <= Double(Size.maximumCount) ? 8 * Int(target) : 0
  }

  private struct QuarterTurns: GridTransformation {
    let count: Int
    func apply<Grid: PixelGrid>(to grid: Grid, polling cancellation: Cancellation) throws -> Grid {
      try grid.rotated(quarterTurns: count, polling: cancellation)
    }
  }
}
