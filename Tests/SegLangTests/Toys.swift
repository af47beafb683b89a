import SegLang

/// An image small enough to read: gray levels in rows.
struct Picture: Value, Equatable {
  var rows: [[Double]]
  var pitch: Double?
  static let typeName = "Image"
  static let isImageLike = true
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
  static let isImageLike = true
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
  static let isImageLike = true
  var oneLine: String { "lungs \(lungs.area) px, opacity \(opacity.area) px" }
  static var properties: [Property] {
    [
      Property("lungs", "The lungs.") { (parts: Parts) in parts.lungs },
      Property("opacity", "The opacity.") { (parts: Parts) in parts.opacity },
    ]
  }
  static var conversions: [Conversion] { [Conversion(losing: "the lungs") { (parts: Parts) in parts.opacity }] }
}

enum Shape: String, Choice { case disk, square, tallDiamond }
enum Method: String, Choice { case otsu, li, triangle, yen }

extension Category {
  static let files = Category("Files", rank: 1)
  static let masks = Category("Masks", rank: 2)
  static let lists = Category("Lists", rank: 3)
}

struct LoadCommand: Command {
  static let category = Category.files
  static let summary = "Reads a picture."
  static let examples = [Example("load a.png", "Reads a file.")]
  static let spacing = SpacingEffect.reads(from: "path", silent: ["png"], unless: "spacing")
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

struct EachCommand: Command {
  static let category = Category.lists
  static let summary = "Runs a block for every item."
  static let examples = [Example("1..3 | each { it + 1 }", "Counts on.")]
  @Input("Items.") var items: Items
  @Argument("What is done with each.") var body: Closure
  @Option("Whether a failing item is left out.") var tolerant = false
  static func outputType(for input: ValueType?, block: ValueType) -> ValueType { block == .nothing ? .nothing : .list(block) }
  func run(_ context: Context) throws -> AnyValue? {
    let elements = try items.elements.elements()
    var results: [any Value] = []
    for index in 0..<elements.count {
      let step = context.origins.first
      do {
        let it = Traced(try elements[index], itemOf: step, at: index)
        if let result = try context.call(body, it: it) { results.append(result.value) }
      } catch let failure as Diagnostic where tolerant && failure.problem != .cancelled { context.leaveOut(failure) }
    }
    return body.givesNothing || (results.isEmpty && elements.count > 0) ? nil : AnyValue(List(results))
  }
}

struct WhereCommand: Command {
  static let category = Category.lists
  static let summary = "Keeps items."
  static let examples = [Example("1..3 | where { it > 1 }", "Keeps two.")]
  @Input("Items.") var items: Items
  @Argument("Whether an item stays.", gives: .of(Bool.self)) var condition: Closure
  func run(_ context: Context) throws -> List {
    let elements = try items.elements.elements()
    return List(
      try (0..<elements.count).compactMap { index in
        let item = try elements[index]
        return try context.call(condition, it: Traced(item, step: nil))?.value as? Bool == true ? item : nil
      })
  }
}

struct SweepCommand: Command {
  static let category = Category.lists
  static let summary = "Tries values."
  static let examples = [Example("load a.png | sweep level=1..3 { it > level }", "Tries three levels.")]
  @Input("What it works on.") var input: AnyValue
  @Binding("Values to try.") var values: Items
  @Argument("What is tried.") var body: Closure
  static func blockInput(for input: ValueType?) -> ValueType { input ?? .anything }
  func run(_ context: Context) throws -> Trials {
    let elements = try values.elements.elements()
    let it = Traced(input.value, step: context.origins.first)
    return Trials(
      results: try (0..<elements.count).compactMap { try context.call(body, it: it, variables: [($values, elements[$0])]) })
  }
}

struct PickCommand: Command {
  static let category = Category.lists
  static let summary = "Takes one that was tried."
  static let examples = [Example("load a.png | sweep level=1..3 { it > level } | pick 2", "Takes the second.")]
  @Input("What was tried.") var trials: Trials
  @Argument("Which.", in: 1...100) var number: Int
  func run(_ context: Context) throws -> Traced {
    guard trials.results.indices.contains(number - 1) else { throw ToyProblem.noSuchTrial }
    return trials.results[number - 1]
  }
}

/// Results of a sweep.
struct Trials: Value {
  let results: [Traced]
  static let typeName = "Trials"
  static let isImageLike = true
  var oneLine: String { results.map(\.value.oneLine).joined(separator: "; ") }
}

/// A list or a range.
enum Items: Union {
  case list(List)
  case steps(Steps)

  static let unionCases = [UnionCase(Self.steps), UnionCase(Self.list)]
  var elements: any Sequential {
    switch self {
    case .list(let list): list
    case .steps(let steps): steps
    }
  }
}

enum ToyProblem: Error, CustomStringConvertible {
  case rawOnly
  case noSuchTrial
  var description: String { self == .rawOnly ? "only raw levels work here" : "it was not tried" }
}

let toys = Registry(commands: [
  LoadCommand.self, SegmentCommand.self, ThresholdCommand.self, MorphOpenCommand.self, OverlayCommand.self, SaveCommand.self,
  CountCommand.self, EachCommand.self, WhereCommand.self, SweepCommand.self, PickCommand.self,
])
