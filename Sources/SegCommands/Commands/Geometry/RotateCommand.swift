import Basics
import ImageOps
internal import Platform
import SegLang
import SegValues

/// `rotate`: a turn about the center.
struct RotateCommand: Command, StatesMemory {
  static let category = Category.geometry
  static let summary = "Rotates an image counterclockwise about its center."
  static let discussion = """
    Multiples of 90deg rearrange pixels without resampling and exchange width and height. Other angles resample and keep the size unless \
    expand=true. Negative angles rotate clockwise.
    """
  static let examples = [
    Example("phantom | rotate 90deg", "Rotates by a quarter turn."),
    Example("phantom | rotate 3.5deg expand=true", "Straightens a tilted image."),
  ]
  static let seeAlso = ["flip"]
  static let keywords = ["turn"]

  @Input("Image, mask or labels to rotate.") var image: AnyImage
  @Argument("Rotation angle, counterclockwise.", in: -3600...3600) var angle: Angle
  @Option("Enlarge the result so that no corner is cut off.") var expand = false
  @Option("Interpolation between pixels; masks and labels always use nearest.") var interpolation = Interpolation.bilinear
  @Option("Intensity of pixels that come from outside the image.") var fill = 0.0

  static func outputType(for input: ValueType?) -> ValueType { AnyImage.kept(input) }

  func run(_ context: Context) throws -> AnyImage {
    let degrees = angle.degrees
    if degrees.remainder(dividingBy: 90) == 0 {
      return try image.transformed(by: QuarterTurns(count: Int(degrees / 90)))
    }
    switch image {
    case .image(let image):
      return .image(try image.rotated(degrees: degrees, using: interpolation, fill: Float(fill), expanding: expand))
    case .probability(let map):
      return .probability(try map.rotated(degrees: degrees, using: interpolation, expanding: expand))
    case .mask(let mask): return .mask(try mask.rotated(degrees: degrees, expanding: expand))
    case .labels(let labels): return .labels(try labels.rotated(degrees: degrees, expanding: expand))
    }
  }

  /// The result twice; an expanded one is as large as the box around the turned image.
  func workingBytes(_ context: Context) throws -> Int {
    let (width, height) = (Double(image.size.width), Double(image.size.height))
    let turn = angle.degrees * .pi / 180
    let (cosine, sine) = (abs(cos(turn)), abs(sin(turn)))
    let target = expand ? (width * cosine + height * sine + 1) * (width * sine + height * cosine + 1) : width * height
    // What no image can be is refused by its size.
    return target.isFinite && target <= Double(Size.maximumCount) ? 8 * Int(target) : 0
  }

  private struct QuarterTurns: GridTransformation {
    let count: Int
    func apply<Grid: PixelGrid>(to grid: Grid) throws -> Grid {
      try grid.rotated(quarterTurns: count)
    }
  }
}
