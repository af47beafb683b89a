internal import CCairo
import ImageOps
import Plotting

/// A PDF that cairo writes, page by page, with text as text, embedded fonts and the structure of the document.
///
/// Lengths are in points (1/72 inch) from the upper left corner. The same calls yield the same bytes.
final class PDFDocument: FigureCanvas {
  enum Font: String {
    case sans = "DejaVu Sans"
    case mono = "DejaVu Sans Mono"
  }

  /// Elements of the structure (PDF 1.4, 9.7.4).
  enum Tag: String {
    case document = "Document"
    case title = "H1"
    case heading = "H2"
    case paragraph = "P"
    case table = "Table"
    case row = "TR"
    case header = "TH"
    case cell = "TD"
    case code = "Code"
    case figure = "Figure"
  }

  /// Whether cairo is installed.
  static var isAvailable: Bool { ccairo_is_available() != 0 }

  private let pdf: OpaquePointer
  /// Where figures are drawn, as an offset and a factor.
  private var origin = Point(x: 0, y: 0)
  private var factor = 1.0
  private(set) var currentFont: (name: Font, isBold: Bool, size: Double) = (.sans, false, 0)

  /// Returns nil without cairo.
  /// - Parameter date: The date of creation, such as `2026-03-14`.
  init?(width: Double, height: Double, title: String, creator: String, date: String) {
    guard let pdf = ccairo_open(width, height, Self.printable(title), creator, date + "T00:00:00Z") else { return nil }
    self.pdf = pdf
  }

  deinit { ccairo_close(pdf) }

  func endPage() { ccairo_show_page(pdf) }

  /// The bytes of the document, after which nothing can be added; nil if cairo reports an error.
  func finished() -> [UInt8]? {
    var bytes: UnsafePointer<UInt8>?
    var count = 0
    guard ccairo_finish(pdf, &bytes, &count) == 0, count > 0 else { return nil }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  func tagged(_ tag: Tag, _ body: () throws -> Void) rethrows {
    begin(tag)
    try body()
    end(tag)
  }

  func begin(_ tag: Tag) { ccairo_begin_tag(pdf, tag.rawValue) }
  func end(_ tag: Tag) { ccairo_end_tag(pdf, tag.rawValue) }

  // MARK: Text

  func setFont(_ name: Font, isBold: Bool = false, size: Double) {
    guard currentFont != (name, isBold, size) else { return }
    currentFont = (name, isBold, size)
    ccairo_set_font(pdf, name.rawValue, isBold ? 1 : 0, size)
  }

  /// The width of a text in the current font.
  func width(of text: String) -> Double { ccairo_text_width(pdf, Self.printable(text)) }

  /// Writes a line of text in the current font.
  func write(_ text: String, x: Double, y: Double, _ color: RGB = RGB(gray: 0)) {
    set(color)
    ccairo_show_text(pdf, x, y, 0, Self.printable(text))
  }

  /// Without characters that end a text or have no shape.
  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
  }

  // MARK: Shapes

  private func set(_ color: RGB, opacity: Double = 1) {
    ccairo_set_color(pdf, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255, opacity)
  }

  /// Draws a figure with its upper left corner at a place.
  /// - Throws: `Figure.Problem`.
  func draw(_ figure: Figure, x: Double, y: Double, factor: Double) throws {
    (origin, self.factor) = (Point(x: x, y: y), factor)
    defer { (origin, self.factor) = (Point(x: 0, y: 0), 1) }
    try figure.draw(on: self)
  }

  func draw(_ image: PaperImage, x: Double, y: Double, width: Double, height: Double) {
    image.jpeg.withUnsafeBufferPointer {
      ccairo_show_jpeg(pdf, x, y, width, height, Int32(image.size.width), Int32(image.size.height), $0.baseAddress, $0.count)
    }
  }

  private func trace(_ points: [Point]) {
    for (index, point) in points.enumerated() {
      let (x, y) = (origin.x + factor * point.x, origin.y + factor * point.y)
      if index == 0 { ccairo_move_to(pdf, x, y) } else { ccairo_line_to(pdf, x, y) }
    }
  }

  func fill(_ corners: [Point], _ color: RGB, opacity: Double) {
    set(color, opacity: opacity)
    trace(corners)
    ccairo_close_path(pdf)
    ccairo_fill(pdf)
  }

  func stroke(_ points: [Point], _ color: RGB, width: Double, dash: [Double]) {
    set(color)
    trace(points)
    let dash = dash.map { $0 * factor }
    dash.withUnsafeBufferPointer { ccairo_stroke(pdf, width * factor, $0.baseAddress, Int32($0.count)) }
  }

  func disc(_ center: Point, radius: Double, _ color: RGB, opacity: Double) {
    set(color, opacity: opacity)
    ccairo_circle(pdf, origin.x + factor * center.x, origin.y + factor * center.y, radius * factor)
    ccairo_fill(pdf)
  }

  /// Darkens what is around a text that follows at nearly the same place; no text is added.
  func shade(_ text: String, at point: Point, size: Double) {
    setFont(.sans, size: size)
    let width = width(of: text)
    let corners = [(-0.5, -0.78), (0.5, -0.78), (0.5, 0.22), (-0.5, 0.22)].map { Point(x: point.x + $0 * width, y: point.y + $1 * size) }
    fill(corners, RGB(gray: 0), opacity: 0.5)
  }

  func write(_ text: String, at point: Point, size: Double, _ color: RGB, share: Double, isUpright: Bool) {
    setFont(.sans, size: size * factor)
    let offset = share * width(of: text)
    let (x, y) = (origin.x + factor * point.x, origin.y + factor * point.y)
    set(color)
    ccairo_show_text(pdf, isUpright ? x : x - offset, isUpright ? y + offset : y, isUpright ? -.pi / 2 : 0, Self.printable(text))
  }
}
