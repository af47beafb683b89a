import Glibc

/// A map from the pixels of a result to places in its source, both counted from 0: row and column there are straight functions of row and column here.
public struct AffineMap: Sendable, Hashable {
  /// What a step down here is there.
  public var down: Step
  /// What a step to the right here is there.
  public var across: Step
  /// The place of pixel (0, 0).
  public var origin: Step

  /// Rows and columns.
  public struct Step: Sendable, Hashable {
    public var row: Double
    public var column: Double
    public init(row: Double, column: Double) { (self.row, self.column) = (row, column) }
  }

  public init(down: Step, across: Step, origin: Step) { (self.down, self.across, self.origin) = (down, across, origin) }

  /// Leaves everything where it is.
  public static let identity = AffineMap(
    down: Step(row: 1, column: 0), across: Step(row: 0, column: 1), origin: Step(row: 0, column: 0))

  /// The map under which an image of this size is enlarged by `scale`, sheared (rows move along by `shear` degrees), turned counterclockwise by `degrees`,
  /// all about its center, and then moved by `offset`.
  /// - Throws: `ImageError.invalidParameter` unless numbers are finite, scales above 0 and the shear between -80 and 80 degrees.
  public init(
    about size: Size, scale: Step = Step(row: 1, column: 1), shear: Double = 0, degrees: Double = 0, offset: Step = Step(row: 0, column: 0)
  ) throws {
    for (name, value) in [("scale", scale.row), ("scale", scale.column)] { try ImageError.require(name, value, in: 1e-3...1000) }
    try ImageError.require("shear", shear, in: -80...80, unit: " degrees")
    try ImageError.require("angle", degrees, in: -36_000...36_000, unit: " degrees")
    for value in [offset.row, offset.column] { try ImageError.require("offset", value, in: -1e6...1e6, unit: " px") }
    let angle = degrees * .pi / 180
    let (cosine, sine, slope) = (cos(angle), sin(angle), tan(shear * .pi / 180))
    // Back: turned clockwise, sheared back, made smaller.
    func back(row: Double, column: Double) -> Step {
      let (y, x) = (cosine * row + sine * column, cosine * column - sine * row)
      return Step(row: y / scale.row, column: (x - slope * y) / scale.column)
    }
    let (centerRow, centerColumn) = (Double(size.height - 1) / 2, Double(size.width - 1) / 2)
    down = back(row: 1, column: 0)
    across = back(row: 0, column: 1)
    let start = back(row: -centerRow - offset.row, column: -centerColumn - offset.column)
    origin = Step(row: start.row + centerRow, column: start.column + centerColumn)
  }

  /// Where a pixel of the result lies in the source.
  public func place(row: Double, column: Double) -> Step {
    Step(
      row: origin.row + across.row * column + down.row * row, column: origin.column + across.column * column + down.column * row)
  }
}
