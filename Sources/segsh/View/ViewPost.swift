import Basics
import ImageOps
import SegCommands
import SegLang
import SegModel
import SegServices

/// What a page may ask for: to look at another step, to take a line back, or one of a few commands, whose every word is made here from numbers and choices.
/// No text of a page becomes part of a line, except the comment on a case, which is quoted, and the name of a structure: letters a-z, digits and underscores.
indirect enum ViewPost: Equatable, Sendable {
  /// Nil: the newest.
  case look(step: Int?)
  case undo, redo
  case worklist(WorklistPost)
  case threshold(step: Int, level: Double)
  case severity(step: Int)
  case segment(step: Int)
  case correct(step: Int, verb: Verb, shape: Shape, points: [Point], layer: Layer?)
  /// A region grown from points; a preview is no command.
  case grow(step: Int, verb: Verb, points: [Point], layer: Layer?, isPreview: Bool)
  case paint(step: Int, points: [Point], radius: Double, erases: Bool, followsEdges: Bool, layer: Layer?)
  /// What a request would come to; the number comes back with the answer.
  case preview(number: Int, of: ViewPost)

  enum Verb: String { case include, exclude }
  enum Shape: String { case polygon, ellipse, rectangle, fill }
  typealias Layer = CorrectionLayer

  /// A place in hundredths of a pixel.
  struct Point: Equatable {
    let row: Int
    let column: Int
  }

  static let pointLimit = 20_000

  /// - Returns: nil for anything else.
  init?(_ body: [UInt8]) {
    guard let json = try? JSON(parsing: body, depthLimit: 4) else { return nil }
    if json["do"]?.stringValue == "preview" {
      guard let number = json["number"]?.integerValue, let post = json["of"].flatMap({ ViewPost($0) }), post.isMeasurable else {
        return nil
      }
      self = .preview(number: number, of: post)
    } else if let post = ViewPost(json) {
      self = post
    } else {
      return nil
    }
  }

  private init?(_ json: JSON) {
    guard let name = json["do"]?.stringValue else { return nil }
    let step = json["step"]?.integerValue
    switch (name, step) {
    case ("look", _): self = .look(step: step)
    case ("undo", _): self = .undo
    case ("redo", _): self = .redo
    case ("worklist", _):
      guard let post = WorklistPost(json) else { return nil }
      self = .worklist(post)
    case ("threshold", let step?):
      guard let level = json["level"]?.numberValue, abs(level) <= 1e9 else { return nil }
      self = .threshold(step: step, level: level)
    case ("severity", let step?): self = .severity(step: step)
    case ("segment", let step?): self = .segment(step: step)
    case ("include", let step?), ("exclude", let step?):
      guard let verb = Verb(rawValue: name), let layer = Self.layer(json) else { return nil }
      if let points = Self.points(json["at"]) {
        self = .grow(step: step, verb: verb, points: points, layer: layer, isPreview: json["preview"] == .bool(true))
        return
      }
      guard let shape = json["shape"]?.stringValue.flatMap(Shape.init), let points = Self.points(json["points"]) else { return nil }
      self = .correct(step: step, verb: verb, shape: shape, points: points, layer: layer)
    case ("paint", let step?):
      guard let points = Self.points(json["points"]), let radius = json["radius"]?.numberValue, (0.5...500).contains(radius),
        let layer = Self.layer(json)
      else { return nil }
      self = .paint(
        step: step, points: points, radius: radius, erases: json["erase"] == .bool(true), followsEdges: json["edges"] == .bool(true),
        layer: layer)
    default: return nil
    }
  }

  /// Nil for a layer that is none; nil inside where none is named.
  private static func layer(_ json: JSON) -> Layer?? {
    guard let name = json["layer"]?.stringValue else { return .some(nil) }
    return (try? Layer.named(name)).map { .some($0) }
  }

  /// Rows and columns by turns.
  private static func points(_ json: JSON?) -> [Point]? {
    guard let numbers = json?.numbersValue, !numbers.isEmpty, numbers.count % 2 == 0, numbers.count <= 2 * pointLimit,
      numbers.allSatisfy({ abs($0) <= 100_000 })
    else { return nil }
    return stride(from: 0, to: numbers.count, by: 2).map { index in
      Point(row: Int((numbers[index] * 100).rounded()), column: Int((numbers[index + 1] * 100).rounded()))
    }
  }

  /// The step whose value a command is given.
  var step: Int? {
    switch self {
    case .look, .undo, .redo, .worklist, .preview: nil
    case .threshold(let step, _), .severity(let step), .segment(let step), .correct(let step, _, _, _, _), .paint(let step, _, _, _, _, _),
      .grow(let step, _, _, _, _):
      step
    }
  }

  /// The line that it stands for; nil for what is no command.
  /// - Parameter value: the text that stands for the step's value.
  func line(of value: String) -> String? {
    switch self {
    case .look, .undo, .redo, .worklist, .preview: nil
    case .threshold(_, let level): "\(value) | threshold \(NumberFormat.exact(Self.rounded(level)))"
    case .severity: "\(value) | severity"
    case .segment: "\(value) | segment"
    case .correct(_, let verb, let shape, let points, let layer):
      "\(value) | \(verb.rawValue) \(shape.rawValue) \(Self.text(points))\(Self.option(layer))"
    case .grow(_, let verb, let points, let layer, let isPreview):
      isPreview ? nil : "\(value) | \(verb.rawValue) at=\(Self.text(points))\(Self.option(layer))"
    case .paint(_, let points, let radius, let erases, let followsEdges, let layer):
      "\(value) | paint \(Self.text(points)) radius=\(NumberFormat.exact(Self.rounded(radius: radius)))px"
        + (erases ? " erase=true" : "") + (followsEdges ? " edges=true" : "") + Self.option(layer)
    }
  }

  /// The line of a step's value; corrections of a mask stay on top of a new threshold.
  func line(on step: Step, in subject: ViewSubject) -> String? {
    guard let line = line(of: subject.text(of: step)) else { return nil }
    if case .threshold = self { return line + subject.corrections(after: step) }
    return line
  }

  /// Whether what it comes to can be measured while a hand moves.
  private var isMeasurable: Bool {
    switch self {
    case .threshold, .correct, .paint: true
    default: false
    }
  }

  private static func rounded(_ level: Double) -> Double { (level * 10_000).rounded() / 10_000 }
  private static func rounded(radius: Double) -> Double { (radius * 100).rounded() / 100 }

  /// What a preview measures without running the line; nil for anything else.
  var change: ViewChange? {
    func fine(_ points: [Point]) -> [FinePoint] { points.map { FinePoint(hundredths: $0.row, $0.column) } }
    switch self {
    case .threshold(_, let level): return .threshold(level: Self.rounded(level))
    case .paint(_, let points, let radius, let erases, false, nil), .paint(_, let points, let radius, let erases, false, .opacity):
      return .stroke(fine(points), radius: Self.rounded(radius: radius), removes: erases)
    case .correct(_, let verb, let shape, let points, nil), .correct(_, let verb, let shape, let points, .opacity):
      return CorrectionShape(rawValue: shape.rawValue).map { .shape($0, fine(points), removes: verb == .exclude) }
    default: return nil
    }
  }

  private static func option(_ layer: Layer?) -> String { layer.map { " layer=\($0.oneLine)" } ?? "" }

  /// `"120,88.5 +20+3.5 -1+0"`: the first place, then the way from each to the next.
  private static func text(_ points: [Point]) -> String {
    var words: [String] = []
    var before: Point?
    for point in points {
      if let before {
        words.append(signed(point.row - before.row) + signed(point.column - before.column))
      } else {
        words.append("\(hundredths(point.row)),\(hundredths(point.column))")
      }
      before = point
    }
    return "\"\(words.joined(separator: " "))\""
  }

  private static func signed(_ value: Int) -> String { value < 0 ? hundredths(value) : "+\(hundredths(value))" }
  private static func hundredths(_ value: Int) -> String { NumberFormat.exact(Double(value) / 100) }
}
