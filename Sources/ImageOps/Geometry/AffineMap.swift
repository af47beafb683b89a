internal import Platform

/// An affine map from the pixels of a result to positions in its source, both counted from 0.
public struct AffineMap: Sendable, Hashable {
  /// How far one row down in the result moves in the source.
  public var down: Step
  /// How far one column to the right in the result moves in the source.
  public var across: Step
  /// The source position of result pixel (0, 0).
  public var origin: Step

  /// A position or a displacement in rows and columns, in pixels.
  public struct Step: Sendable, Hashable {
    /// Rows, downward.
    public var row: Double
    /// Columns, to the right.
    public var column: Double
    /// Creates a position or a displacement.
    public init(row: Double, column: Double) { (self.row, self.column) = (row, column) }
  }

  /// Creates a map from its columns and its translation.
  public init(down: Step, across: Step, origin: Step) { (self.down, self.across, self.origin) = (down, across, origin) }

  /// The identity map.
  public static let identity = AffineMap(
    down: Step(row: 1, column: 0), across: Step(row: 0, column: 1), origin: Step(row: 0, column: 0))

  /// Creates the map that scales an image of this size by `scale`, shears it by `shear` degrees along its rows, rotates it counterclockwise by
  /// `degrees`, all about its center, and then translates it by `offset` px.
  /// - Throws: `ImageError.invalidParameter` unless scales are 0.001...1000, the shear is -80...80 degrees, the angle is -36,000...36,000 degrees and
  ///   offsets are -1e6...1e6 px.
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

  /// Returns the source position of a result position.
  public func place(row: Double, column: Double) -> Step {
    Step(
      row: origin.row + across.row * column + down.row * row, column: origin.column + across.column * column + down.column * row)
  }
}
