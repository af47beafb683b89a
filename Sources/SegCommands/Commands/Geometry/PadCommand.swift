import Basics
import ImageOps
import SegLang
import SegValues

/// `pad`: rows and columns around an image.
struct PadCommand: Command, StatesMemory {
  enum Mode: String, Choice {
    case constant, edge, reflect, symmetric
    var choiceHelp: String {
      switch self {
      case .constant: "0; outside of masks, no label"
      case .edge: "repeats the border pixel"
      case .reflect: "mirrors about the border pixel"
      case .symmetric: "mirrors about the image edge"
      }
    }
  }

  static let category = Category.geometry
  static let summary = "Pads an image with rows and columns."
  static let examples = [
    Example("phantom | pad 32px", "Adds 32 px on every side."),
    Example("phantom | pad top=64px mode=edge", "Repeats the first row above the image."),
  ]
  static let seeAlso = ["crop"]

  @Input("Image, mask or labels to pad.") var image: AnyImage
  @Argument("Padding on each side without its own value.", in: 0...65_535) var amount: Length = .pixels(0)
  @Option("Padding at the top.", in: 0...65_535) var top: Length?
  @Option("Padding at the bottom.", in: 0...65_535) var bottom: Length?
  @Option("Padding on the left.", in: 0...65_535) var left: Length?
  @Option("Padding on the right.", in: 0...65_535) var right: Length?
  @Option("Values of the added pixels.") var mode = Mode.constant

  static func outputType(for input: ValueType?) -> ValueType { AnyImage.kept(input) }

  func run(_ context: Context) throws -> AnyImage {
    func pixels(_ length: Length?, _ name: String) throws -> Int {
      try context.wholePixels(length ?? amount, on: image.spacing, for: name)
    }
    return try image.transformed(
      by: Pad(
        top: pixels(top, "top"), bottom: pixels(bottom, "bottom"), left: pixels(left, "left"), right: pixels(right, "right"), mode: mode))
  }

  func workingBytes(_ context: Context) throws -> Int {
    func pixels(_ length: Length?, _ name: String) throws -> Int {
      try context.wholePixels(length ?? amount, on: image.spacing, for: name)
    }
    let target = try Size(
      width: image.size.width + pixels(left, "left") + pixels(right, "right"),
      height: image.size.height + pixels(top, "top") + pixels(bottom, "bottom"))
    return target.isValid ? 4 * target.count : 0
  }

  private struct Pad: GridTransformation {
    let top: Int
    let bottom: Int
    let left: Int
    let right: Int
    let mode: Mode
    func apply<Grid: PixelGrid>(to grid: Grid) throws -> Grid {
      let padding: Padding<Grid.Pixel> =
        switch mode {
        case .constant: .constant(Grid.background)
        case .edge: .edge
        case .reflect: .reflect
        case .symmetric: .symmetric
        }
      return try grid.padded(top: top, bottom: bottom, left: left, right: right, with: padding)
    }
  }
}
