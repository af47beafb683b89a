import Basics
import ImageOps
import SegLang
import SegValues

/// The footprint of a morphological command.
struct FootprintOptions: ParameterGroup {
  static let labelDiscussion = "Each label is processed separately. Labels grow only into the background, lower numbers first."
  static let discussion = """
    A disk contains all pixels within the radius, a square those within the radius along rows and columns, a diamond those within that many steps, a line \
    those along one direction; footprint= uses the pixels of a mask around its center. Outside the image nothing is added and nothing removed.
    """

  @Option("Radius of the footprint.", in: 0...500) var radius: Length = .pixels(1)
  @Option("Shape of the footprint.") var shape = Footprint.Shape.disk
  @Option("Direction of a line, counterclockwise from horizontal. Default: horizontal.", in: -360...360) var angle: Angle?
  @Option("Mask to use as the footprint, instead of a shape.") var footprint: Mask?

  func footprint(on spacing: Spacing, _ context: Context) throws -> Footprint {
    if angle != nil, shape != .line || footprint != nil { throw CommandProblem.wantsAlso("angle", "shape=line") }
    if let pattern = footprint {
      guard pattern.count <= 10_000 else { throw CommandProblem.outOfRange("footprint", "\(pattern.count) pixels", "at most 10000") }
      return Footprint(pixelsOf: pattern)
    }
    return Footprint(shape, radius: try context.pixels(radius, on: spacing), degrees: angle?.degrees ?? 0)
  }
}

/// A command that gives the mask or gray image it was given back, changed under a footprint.
protocol FootprintCommand: Command where Output == MaskOrImage {
  var image: MaskOrImage { get }
  var footprint: FootprintOptions { get }
  func apply(to mask: Mask, _ footprint: Footprint) throws -> Mask
  func apply(to image: GrayImage, _ footprint: Footprint) throws -> GrayImage
}

extension FootprintCommand {
  static var category: Category { .masks }
  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    let footprint = try footprint.footprint(on: image.spacing, context)
    switch image {
    case .mask(let mask): return .mask(try apply(to: mask, footprint))
    case .image(let image): return .image(try apply(to: image, footprint))
    }
  }
}

/// A command that does the same with every label, too.
protocol RegionFootprintCommand: Command where Output == RegionsOrImage {
  var image: RegionsOrImage { get }
  var footprint: FootprintOptions { get }
  func apply(to mask: Mask, _ footprint: Footprint) throws -> Mask
  func apply(to labels: LabelImage, _ footprint: Footprint) throws -> LabelImage
  func apply(to image: GrayImage, _ footprint: Footprint) throws -> GrayImage
}

extension RegionFootprintCommand {
  static var category: Category { .masks }
  static func outputType(for input: ValueType?) -> ValueType { RegionsOrImage.kept(input) }

  func run(_ context: Context) throws -> RegionsOrImage {
    let footprint = try footprint.footprint(on: image.spacing, context)
    switch image {
    case .mask(let mask): return .mask(try apply(to: mask, footprint))
    case .labels(let labels): return .labels(try apply(to: labels, footprint))
    case .image(let image): return .image(try apply(to: image, footprint))
    }
  }
}
