import ImageOps
import SegLang

/// `pad`: rows and columns around a picture.
struct PadCommand: Command, StatesMemory {
  enum Rule: String, Choice {
    case black, edge, reflect, symmetric
    var choiceHelp: String {
      switch self {
      case .black: "0, outside or no label"
      case .edge: "the nearest pixel"
      case .reflect: "mirrored about the outermost pixels"
      case .symmetric: "mirrored about the picture's edge"
      }
    }
  }

  static let category = Category.geometry
  static let summary = "Adds rows and columns around a picture."
  static let examples = [
    Example("phantom | pad 32px", "Adds 32 pixels on every side."),
    Example("phantom | pad top=64px rule=edge", "Repeats the first row above it."),
  ]
  static let seeAlso = ["crop"]

  @Input("Picture to add to.") var picture: AnyPicture
  @Argument("How much is added on each side that has no length of its own.", in: 0...65_535) var around: Length = .pixels(0)
  @Option("How much is added above.", in: 0...65_535) var top: Length?
  @Option("How much is added below.", in: 0...65_535) var bottom: Length?
  @Option("How much is added on the left of the picture.", in: 0...65_535) var left: Length?
  @Option("How much is added on the right of the picture.", in: 0...65_535) var right: Length?
  @Option("What is added.") var rule = Rule.black

  static func outputType(for input: ValueType?) -> ValueType { AnyPicture.kept(input) }

  func run(_ context: Context) throws -> AnyPicture {
    func pixels(_ length: Length?, _ name: String) throws -> Int {
      try context.wholePixels(length ?? around, on: picture.spacing, for: name)
    }
    return try picture.transformed(
      by: Pad(
        top: pixels(top, "top"), bottom: pixels(bottom, "bottom"), left: pixels(left, "left"), right: pixels(right, "right"), rule: rule),
      polling: context.cancellation)
  }

  func workingBytes(_ context: Context) throws -> Int {
    func pixels(_ length: Length?, _ name: String) throws -> Int {
      try context.wholePixels(length ?? around, on: picture.spacing, for: name)
    }
    let target = try Size(
      width: picture.size.width + pixels(left, "left") + pixels(right, "right"),
      height: picture.size.height + pixels(top, "top") + pixels(bottom, "bottom"))
    return target.isValid ? 4 * target.count : 0
  }

  private struct Pad: GridTransformation {
    let top: Int
    let bottom: Int
    let left: Int
    let right: Int
    let rule: Rule
    func apply<Grid: PixelGrid>(to grid: Grid, polling cancellation: Cancellation) throws -> Grid {
      let padding: Padding<Grid.Pixel> =
        switch rule {
        case .black: .constant(Grid.background)
        case .edge: .edge
        case .reflect: .reflect
        case .symmetric: .symmetric
        }
      return try grid.padded(top: top, bottom: bottom, left: left, right: right, with: padding, polling: cancellation)
    }
  }
}
