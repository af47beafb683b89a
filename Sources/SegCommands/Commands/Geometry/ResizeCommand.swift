import ImageOps
import SegLang
import SegValues

/// `resize`: another number of pixels.
struct ResizeCommand: Command, StatesMemory {
  static let category = Category.geometry
  static let summary = "Resamples an image to another size."
  static let discussion = """
    Give one of longest, scale and spacing, or width and height. If only width or height is given, the other keeps the aspect ratio. Masks and \
    labels use nearest-neighbor resampling. The pixel spacing is adapted to the new size.
    """
  static let examples = [
    Example("phantom | resize longest=512px", "Resizes the longer side to 512 px."),
    Example("phantom | resize scale=50%", "Halves both sides."),
  ]
  static let seeAlso = ["crop", "pad"]
  static let keywords = ["scale", "resample", "interpolate"]

  @Input("Image, mask or labels to resize.") var image: AnyImage
  @Option("Longer side of the result.", in: 1...65_535) var longest: Length?
  @Option("Scale factor of both sides.", in: 0.0001...1000) var scale: Double?
  @Option("Width of the result.", in: 1...65_535) var width: Length?
  @Option("Height of the result.", in: 1...65_535) var height: Length?
  @Option("Pixel spacing of the result, in mm.") var spacing: Length?
  @Option("Resampling method. Default: area for downsampling, bicubic for upsampling.") var interpolation: ResamplingMethod?

  static func outputType(for input: ValueType?) -> ValueType { AnyImage.kept(input) }

  func run(_ context: Context) throws -> AnyImage {
    let target = try size(context)
    guard target.isValid else { throw ImageError.invalidSize(target) }
    let shrinks = target.width * target.height <= image.size.count
    let method = interpolation ?? (shrinks ? .area : .bicubic)
    switch image {
    case .image(let image): return .image(try image.resampled(to: target, using: method))
    case .probability(let map): return .probability(try map.resampled(to: target, using: method))
    case .mask(let mask): return .mask(try mask.resampled(to: target, using: .nearest))
    case .labels(let labels): return .labels(try labels.resampled(to: target))
    }
  }

  /// The result twice, and a copy between where columns shrink more than rows, which then go first.
  func workingBytes(_ context: Context) throws -> Int {
    let target = try size(context)
    guard target.isValid else { return 0 }
    switch image {
    case .image, .probability:
      let old = image.size
      let between = old.height * target.width < target.height * old.width ? target.width * old.height : 0
      return 4 * between + 8 * target.count
    case .mask, .labels: return 4 * target.count
    }
  }

  private func size(_ context: Context) throws -> Size {
    let given = [longest != nil, scale != nil, width != nil || height != nil, spacing != nil].count { $0 }
    let ways = ["longest", "scale", "width and height", "spacing"]
    guard given > 0 else { throw CommandProblem.wantsOneOf(ways) }
    guard given == 1 else { throw CommandProblem.tooMany(ways) }
    let old = image.size
    if let spacing {
      guard let (row, column) = image.spacing.millimeters else { throw CommandProblem.spacingUnknown(spacing.oneLine) }
      guard spacing.unit != .px, let side = spacing.pixels(millimetersPerPixel: 1), side > 0 else {
        throw CommandProblem.outOfRange("spacing", spacing.oneLine, "a length in mm above 0")
      }
      return Self.scaled(old, rows: row / side, columns: column / side)
    }
    if let scale { return Self.scaled(old, rows: scale, columns: scale) }
    if let longest {
      let side = try context.pixels(longest, on: image.spacing)
      let factor = side / Double(max(old.width, old.height))
      return Self.scaled(old, rows: factor, columns: factor)
    }
    let columns = try width.map { try context.pixels($0, on: image.spacing) / Double(old.width) }
    let rows = try height.map { try context.pixels($0, on: image.spacing) / Double(old.height) }
    return Self.scaled(old, rows: rows ?? columns ?? 1, columns: columns ?? rows ?? 1)
  }

  private static func scaled(_ size: Size, rows: Double, columns: Double) -> Size {
    func side(_ count: Int, _ factor: Double) -> Int { Int(min(max((Double(count) * factor).rounded(), 1), 1e6)) }
    return Size(width: side(size.width, columns), height: side(size.height, rows))
  }
}
