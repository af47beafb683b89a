import Basics
import ImageOps

extension Figure {
  /// Encodes the figure as a self-contained SVG file: text stays text, nothing external is loaded, and the same figure yields the same bytes.
  ///
  /// - Parameter note: A text to embed, such as a recipe; ``note(inSVG:)`` reads it back.
  /// - Throws: `Problem`.
  public func svg(note: String? = nil) throws(Problem) -> String {
    let scene = try FigureScene(self)
    return SVG.document(
      width: scene.width, height: scene.height, title: title.isEmpty ? "Plot" : title, summary: summary, note: note,
      body: scene.items.map(SVG.element))
  }

  /// Returns the note embedded in an SVG file by ``svg(note:)``; nil without a note.
  public static func note(inSVG text: String) -> String? {
    guard let start = text.firstRange(of: SVG.noteStart) else { return nil }
    let rest = text[start.upperBound...]
    guard let end = rest.firstRange(of: SVG.noteEnd) else { return nil }
    return Markup.unescaped(String(rest[..<end.lowerBound]))
  }

  /// Returns the SVG file without its embedded note.
  public static func withoutNote(svg text: String) -> String {
    guard let start = text.firstRange(of: SVG.noteStart), let end = text[start.upperBound...].firstRange(of: SVG.noteEnd) else {
      return text
    }
    return String(text[..<start.lowerBound] + text[end.upperBound...].drop { $0 == "\n" })
  }
}

enum SVG {
  static let noteStart = "<metadata id=\"Recipe\">"
  static let noteEnd = "</metadata>"

  /// A standalone file; its sides are given in points and written in millimeters.
  static func document(width: Double, height: Double, title: String, summary: String, note: String?, body: [String]) -> String {
    func millimeters(_ points: Double) -> String { number(points / 72 * 25.4) + "mm" }
    let label = Markup.escaped(summary)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(millimeters(width))\" height=\"\(millimeters(height))\" "
        + "viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" aria-label=\"\(label)\" "
        + "font-family=\"'DejaVu Sans', Verdana, Arial, Helvetica, sans-serif\">",
      "<title>\(Markup.escaped(title))</title>", "<desc>\(label)</desc>",
    ]
    if let note { lines.append("\(noteStart)\(Markup.escaped(note))\(noteEnd)") }
    return (lines + body).joined(separator: "\n") + "\n</svg>\n"
  }

  /// With at most two decimals.
  static func number(_ value: Double) -> String {
    var text = NumberFormat.plotFixed(value, 2).replacing("−", with: "-")
    while text.hasSuffix("0"), text.contains(".") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }

  static func element(_ item: FigureScene.Item) -> String {
    switch item {
    case .polygon(let corners, let color, let opacity):
      return "<path d=\"\(path(corners))Z\" fill=\"\(hex(color))\"\(opacity < 1 ? " fill-opacity=\"\(number(opacity))\"" : "")/>"
    case .polyline(let points, let color, let width, let dash):
      let dashes = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash.map(number).joined(separator: " "))\""
      return "<path d=\"\(path(points))\" fill=\"none\" stroke=\"\(hex(color))\" stroke-width=\"\(number(width))\" "
        + "stroke-linejoin=\"round\"\(dash.isEmpty ? " stroke-linecap=\"round\"" : "")\(dashes)/>"
    case .disc(let center, let radius, let color, let opacity):
      return
        "<circle cx=\"\(number(center.x))\" cy=\"\(number(center.y))\" r=\"\(number(radius))\" fill=\"\(hex(color))\" fill-opacity=\"\(number(opacity))\"/>"
    case .text(let text):
      let place = "x=\"\(number(text.at.x))\" y=\"\(number(text.at.y))\""
      let turn = text.isUpright ? " transform=\"rotate(-90 \(number(text.at.x)) \(number(text.at.y)))\"" : ""
      let anchor = text.anchor == .start ? "" : " text-anchor=\"\(text.anchor.rawValue)\""
      return
        "<text \(place) font-size=\"\(number(text.size))\" fill=\"\(hex(text.color))\"\(anchor)\(turn)>\(Markup.escaped(text.text))</text>"
    }
  }

  private static func path(_ points: [Point]) -> String {
    points.enumerated().map { "\($0.offset == 0 ? "M" : "L")\(number($0.element.x)) \(number($0.element.y))" }.joined()
  }

  private static func hex(_ color: RGB) -> String {
    "#" + [color.red, color.green, color.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
