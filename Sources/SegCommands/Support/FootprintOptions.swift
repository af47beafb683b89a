import ImageOps
import SegLang

/// What the commands of morphology share: a footprint, and what it is applied to.
struct FootprintOptions: ParameterGroup {
  @Option("Radius of the footprint.", in: 0...500) var radius: Length = .pixels(1)
  @Option("Shape of the footprint.") var shape = Footprint.Shape.disk

  /// What the commands' discussions end in.
  static let discussion = """
    Outside the picture nothing is added and nothing removed. A disk holds the pixels within the radius, a square those up to the radius along rows and \
    columns, a diamond those that as many steps reach.
    """

  /// Applies the operation of its kind to a mask or a gray picture.
  func apply(
    to picture: MaskOrImage, _ context: Context, mask operation: (Mask, Footprint) throws -> Mask,
    image pixelwise: (GrayImage, Footprint) throws -> GrayImage
  ) throws -> MaskOrImage {
    let footprint = Footprint(shape, radius: try context.pixels(radius, on: picture.spacing))
    switch picture {
    case .mask(let mask): return .mask(try operation(mask, footprint))
    case .image(let image): return .image(try pixelwise(image, footprint))
    }
  }
}
