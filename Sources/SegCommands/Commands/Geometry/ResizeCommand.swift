import ImageOps
import SegLang

/// `resize`: another number of pixels.
struct ResizeCommand: Command, StatesMemory {
  static let category = Category.geometry
  static let summary = "Gives a picture another number of pixels."
  static let discussion = """
    One of longest, scale and spacing, or width and height, says how large the result is; of width and height alone the other follows. Masks and labels \
    take the nearest pixel. The spacing follows the size.
    """
  static let examples = [
    Example("phantom | resize longest=512px", "Makes the longer side 512 pixels."),
    Example("phantom | resize scale=50%", "Halves both sides."),
  ]
  static let seeAlso = ["crop", "pad"]
  static let keywords = ["scale", "resample", "interpolate"]

  @Input("Picture to resize.") var picture: AnyPicture
  @Option("Longer side of the result.", in: 1...65_535) var longest: Length?
  @Option("Factor for both sides.", in: 0.0001...1000) var scale: Double?
  @Option("Width of the result.", in: 1...65_535) var width: Length?
  @Option("Height of the result.", in: 1...65_535) var height: Length?
  @Option("Side of a pixel of the result, in mm.") var spacing: Length?
  @Option("How new pixels are computed; area when shrinking and bicubic when growing, where nothing is said.") var method: ResamplingMethod?

  static func outputType(for input: ValueType?) -> ValueType { AnyPicture.kept(input) }

  func run(_ context: Context) throws -> AnyPicture {
    let target = try size(context)
    guard target.isValid else { throw PictureError.invalidSize(target) }
    let shrinks = target.width * target.height <= picture.size.count
    let method = method ?? (shrinks ? .area : .bicubic)
    let cancellation = context.cancellation
    switch picture {
    case .image(let image): return .image(try image.resampled(to: target, using: method, polling: cancellation))
    case .probability(let map): return .probability(try map.resampled(to: target, using: method, polling: cancellation))
    case .mask(let mask): return .mask(try mask.resampled(to: target, using: .nearest, polling: cancellation))
    case .labels(let labels): return .labels(try labels.resampled(to: target, polling: cancellation))
    }
  }

  /// The result twice, and a copy between where columns shrink more than rows, which then go first.
  func workingBytes(_ context: Context) throws -> Int {
    let target = try size(context)
    guard target.isValid else { return 0 }
    switch picture {
    case .image, .probability:
      let old = picture.size
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
    let old = picture.size
    if let spacing {
      guard let (row, column) = picture.spacing.millimetres else { throw CommandProblem.spacingUnknown(spacing.oneLine) }
      guard spacing.unit != .px, let side = spacing.pixels(millimetresPerPixel: 1), side > 0 else {
        throw CommandProblem.outOfRange("spacing", spacing.oneLine, "a length in mm above 0")
      }
      return Self.scaled(old, rows: row / side, columns: column / side)
    }
    if let scale { return Self.scaled(old, rows: scale, columns: scale) }
    if let longest {
      let side = try context.pixels(longest, on: picture.spacing)
      let factor = side / Double(max(old.width, old.height))
      return Self.scaled(old, rows: factor, columns: factor)
    }
    let columns = try width.map { try context.pixels($0, on: picture.spacing) / Double(old.width) }
    let rows = try height.map { try context.pixels($0, on: picture.spacing) / Double(old.height) }
    return Self.scaled(old, rows: rows ?? columns ?? 1, columns: columns ?? rows ?? 1)
  }

  private static func scaled(_ size: Size, rows: Double, columns: Double) -> Size {
    func side(_ count: Int, _ factor: Double) -> Int { Int(min(max((Double(count) * factor).rounded(), 1), 1e6)) }
    return Size(width: side(size.width, columns), height: side(size.height, rows))
  }
}
