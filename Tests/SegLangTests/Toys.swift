import SegLang

/// A picture small enough to read: gray levels in rows.
struct Picture: Value, Equatable {
  var rows: [[Double]]
  var pitch: Double?
  static let typeName = "Image"
  static let isPictureLike = true
  var oneLine: String { "\(rows.first?.count ?? 0)x\(rows.count)" }
  static var properties: [Property] {
    [
      Property("width", "Width in pixels.") { (picture: Picture) in picture.rows.first?.count ?? 0 },
      Property("height", "Height in pixels.") { (picture: Picture) in picture.rows.count },
    ]
  }
  static var operations: [Operation] {
    [
      Operation(.greater) { (picture: Picture, level: Double, _) in Stencil(rows: picture.rows.map { $0.map { $0 > level } }) },
      Operation(.add) { (picture: Picture, level: Double, _) in
        Picture(rows: picture.rows.map { $0.map { $0 + level } }, pitch: picture.pitch)
      },
    ]
  }
}

/// A set of pixels.
struct Stencil: Value, Equatable {
  var rows: [[Bool]]
  static let typeName = "Mask"
  static let isPictureLike = true
  var area: Int { rows.joined().filter { $0 }.count }
  var oneLine: String { "\(area) px" }
  static var properties: [Property] { [Property("area", "Number of pixels inside.") { (mask: Stencil) in mask.area }] }
  static var operations: [Operation] {
    [
      Operation(.and) { (a: Stencil, b: Stencil, _) in a.combined(with: b) { $0 && $1 } },
      Operation(.minus) { (a: Stencil, b: Stencil, _) in a.combined(with: b) { $0 && !$1 } },
      Operation(prefix: .not) { (a: Stencil, _) in Stencil(rows: a.rows.map { $0.map { !$0 } }) },
    ]
  }
  func combined(with other: Stencil, _ body: (Bool, Bool) -> Bool) -> Stencil {
    Stencil(rows: zip(rows, other.rows).map { zip($0, $1).map(body) })
  }
}

/// Two stencils that belong together.
struct Parts: Value {
  var lungs: Stencil
  var opacity: Stencil
  static let typeName = "Segmentation"
  static let isPictureLike = true
  var oneLine: String { "lungs \(lungs.area) px, opacity \(opacity.area) px" }
  static var properties: [Property] {
    [
      Property("lungs", "The lungs.") { (parts: Parts) in parts.lungs },
      Property("opacity", "The opacity.") { (parts: Parts) in parts.opacity },
    ]
  }
  static var conversions: [Conversion] { [Conversion { (parts: Parts) in parts.opacity }] }
}

enum Shape: String, Choice { case disk, square, tallDiamond }
enum Method: String, Choice { case otsu, li, triangle, yen }

extension Category {
  static let files = Category("Files", rank: 1)
  static let masks = Category("Masks", rank: 2)
}

struct LoadCommand: Command {
  static let category = Category.files
  static let summary = "Reads a picture."
  static let examples = [Example("load a.png", "Reads a file.")]
  @Argument("File to read.", extensions: ["png", "dcm"]) var path: Path
  func run(_ context: Context) throws -> Picture { Picture(rows: [[1, 2, 3], [4, 5, 6]]) }
}

struct SegmentCommand: Command {
  static let category = Category.masks
  static let summary = "Finds lungs and opacity."
  static let examples = [Example("load a.png | segment", "Segments a picture.")]
  @Input("Picture to segment.") var image: Picture
  func run(_ context: Context) throws -> Parts {
    Parts(
      lungs: Stencil(rows: image.rows.map { $0.map { $0 > 1 } }), opacity: Stencil(rows: image.rows.map { $0.map { $0 > 4 } }))
  }
}

struct ThresholdCommand: Command {
  static let category = Category.masks
  static let summary = "Keeps the pixels above a level."
  static let examples = [Example("load a.png | threshold 3", "Keeps what is brighter than 3.")]
  @Input("Picture to cut.") var image: Picture
  @Argument("Level.") var level: Intensity = .raw(2)
  @Argument("How the level is found.") var method: Method?
  @Option("Where to look.") var within: Stencil?
  func run(_ context: Context) throws -> Stencil {
    guard case .raw(let level) = level else { throw ToyProblem.rawOnly }
    return Stencil(rows: image.rows.map { $0.map { $0 > level } })
  }
}

struct MorphOpenCommand: Command {
  static let category = Category.masks
  static let summary = "Removes mask regions that the footprint does not fit into."
  static let examples = [Example("load a.png | threshold 3 | morph-open radius=3px", "Drops specks.")]
  @Input("Mask to open.") var mask: Stencil
  @Option("Radius of the footprint.", in: 0.5...500) var radius: Length = .pixels(1)
  @Option("Shape of the footprint.") var shape = Shape.disk
  @Option("Number of times.", in: 1...9) var times = 1
  func run(_ context: Context) throws -> Stencil { mask }
}

struct OverlayCommand: Command {
  static let category = Category.masks
  static let summary = "Draws a mask over a picture."
  static let examples = [Example("load a.png | threshold 3 | overlay opacity=40%", "Draws.")]
  @Input("Mask to draw.") var mask: Stencil
  @Ancestor("Picture underneath.") var background: Picture
  @Option("How strong.", in: 0...1) var opacity = 0.5
  @Option("Line only.") var outline = false
  func run(_ context: Context) throws -> Picture { background }
}

struct SaveCommand: Command {
  static let category = Category.files
  static let summary = "Writes a value to a file."
  static let examples = [Example("load a.png | save b.png", "Copies.")]
  @Input("What to write.") var value: AnyValue
  @Argument("File to write.", extensions: ["png"]) var path: Path
  func run(_ context: Context) throws { context.write("saved \(path.text)\n") }
}

struct CountCommand: Command {
  static let category = Category.files
  static let summary = "Counts files."
  static let examples = [Example("count *.png", "Counts pictures.")]
  @Argument("Pattern of the files.") var pattern: Glob
  func run(_ context: Context) throws -> Int { 3 }
}

enum ToyProblem: Error, CustomStringConvertible {
  case rawOnly
  var description: String { "only raw levels work here" }
}

let toys = Registry(commands: [
  LoadCommand.self, SegmentCommand.self, ThresholdCommand.self, MorphOpenCommand.self, OverlayCommand.self, SaveCommand.self,
  CountCommand.self,
])
