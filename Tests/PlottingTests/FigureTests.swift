import Foundation
import FoundationXML
import ImageOps
import Testing

@testable import Plotting

/// Figures of every kind of mark and axis, and some that have next to nothing to show.
enum Samples {
  static let bars = Figure(
    title: "Opacity by zone", x: Axis("zone", scale: .categories(["upper", "middle", "lower <1>"])),
    y: Axis("opaque share", unit: "%", limits: 0...100),
    marks: [
      Mark(.bars([.init(x: 0, value: 12), .init(x: 1, value: 60), .init(x: 2, value: 0)])),
      Mark(.intervals([.init(x: 0, low: 5, high: 20), .init(x: 1, low: 50, high: 70)])),
    ])
  static let histogram = Figure(
    x: Axis("intensity", limits: 0...4), y: Axis("pixels"),
    marks: [
      Mark(.histogram(edges: [0, 1, 2, 3, 4], values: [4, 16, 2, 8])), Mark(.rule(.vertical(2.5)), label: "otsu 2.5", tone: .series(1)),
    ])
  static let lines = Figure(
    notes: ["two sides"], x: Axis("distance", unit: "mm"), y: Axis("intensity"),
    marks: [
      Mark(.band([.init(x: 0, low: 0, high: 2), .init(x: 9, low: 5, high: 8)])),
      Mark(.line([Point(x: 0, y: 1), Point(x: 4, y: .nan), Point(x: 5, y: 3), Point(x: 9, y: 7)]), name: "right"),
      Mark(.line([Point(x: 0, y: 6), Point(x: 9, y: 2)]), name: "left", tone: .series(1)),
      Mark(.points([Point(x: 3, y: 3)]), name: "found", tone: .series(2)), Mark(.rule(.horizontal(4)), label: "mean 4", tone: .muted),
    ])
  static let dates = Figure(
    x: Axis(scale: .dates), y: Axis("percent"), marks: [Mark(.line([Point(x: 18_335, y: 9), Point(x: 18_349, y: 51)]))])
  static let empty = Figure()
  static let hostile = Figure(
    title: String(repeating: "<script>&\u{0}\"'", count: 50), x: Axis("\u{1B}[31m", limits: 5...5), y: Axis(scale: .logarithmic),
    marks: [
      Mark(.line([Point(x: .infinity, y: -1), Point(x: 1e308, y: -1e308), Point(x: 0, y: 0)])),
      Mark(.histogram(edges: [], values: [1, 2])), Mark(.histogram(edges: [3], values: [])),
      Mark(.bars([.init(x: .nan, value: .infinity)])),
      Mark(.band([.init(x: 1, low: .nan, high: 2)])), Mark(.rule(.vertical(.nan)), label: "x"),
      Mark(.rule(.segment(Point(x: 0, y: 1), Point(x: 0, y: 1)))),
    ], isSquare: true)
  static let panels = panels(5, width: 170)
  /// Panels of points, each higher by one than the last.
  static func panels(_ count: Int, width: Double = 85) -> Figure {
    Figure(
      title: "Sites", x: Axis("age", limits: 0...100), y: Axis("percent"),
      panels: (0..<count).map { index in
        Panel(
          title: "site: \(index)", notes: ["n = \(index + 1)"],
          marks: (0..<2).map { Mark(.points([Point(x: 50, y: Double(index))]), name: $0 == 0 ? "a" : "b", tone: .series($0)) })
      }, width: width)
  }
  static let own = Figure(
    y: Axis("percent"),
    panels: [["a", "b"], ["a very long name of a case", "d", "e"]].map { names in
      Panel(
        title: "site", x: Axis("", scale: .categories(names)),
        marks: [Mark(.bars(names.indices.map { .init(x: Double($0), value: Double($0 + 1)) }))])
    })
  static let all = [bars, histogram, lines, dates, empty, hostile, panels, panels(12), own, Figure(panels: [])]
}

@Suite("A figure")
struct FigureTests {
  @Test func `has a column's width at 300 dots an inch, and marks in its colors`() throws {
    let picture = try Samples.lines.drawn()
    #expect(picture.size.width == 1004)
    var colors = Set<RGB>()
    for row in 0..<picture.size.height { for column in 0..<picture.size.width { colors.insert(picture[row, column]) } }
    for name in [NamedColor.blue, .vermillion] { #expect(colors.contains(name.rgb)) }
    #expect(picture[0, 0] == RGB(gray: 255))
    var wide = Samples.lines
    wide.width = 170
    #expect(try wide.drawn(dotsPerInch: 72).size.width == 482)
  }

  @Test(arguments: Samples.all.indices) func `draws all that may come`(index: Int) throws {
    let figure = Samples.all[index]
    #expect(try figure.drawn(dotsPerInch: 100).size.isValid)
    for columns in [1, 24, 40, 200] {
      for line in try figure.text(columns: columns).split(separator: "\n") { #expect(line.count <= max(24, columns), "\(line)") }
    }
    #expect(XMLParser(data: Data(try figure.svg(note: "a & b").utf8)).parse())
  }

  @Test func `refuses sides and numbers of points that cannot be drawn`() {
    #expect(throws: Figure.Problem.side(10)) { try Figure(width: 10).drawn() }
    #expect(throws: Figure.Problem.side(401)) { try Figure(height: 401).svg() }
    let points = [Point](repeating: Point(x: 0, y: 0), count: Figure.pointLimit + 1)
    #expect(throws: Figure.Problem.tooManyPoints(points.count)) { try Figure(marks: [Mark(.points(points))]).text() }
  }

  @Test func `is the same in SVG each time, with text as text and what it carries along`() throws {
    let text = try Samples.bars.svg(note: "seglang 1\nx = load \"a & <b>.png\"\n")
    #expect(try Samples.bars.svg(note: "seglang 1\nx = load \"a & <b>.png\"\n") == text)
    #expect(text.contains(">lower &lt;1&gt;</text>") && text.contains("width=\"85mm\""))
    #expect(Figure.note(inSVG: text) == "seglang 1\nx = load \"a & <b>.png\"\n")
    #expect(Figure.withoutNote(svg: text) == (try Samples.bars.svg()))
    #expect(Figure.note(inSVG: try Samples.bars.svg()) == nil)
    #expect(!text.contains("href") && !text.contains("<script") && !text.contains("style="))
  }

  @Test func `puts marks where their numbers are, in picture and SVG alike`() throws {
    let scene = try FigureScene(Samples.bars)
    func heights(_ opacity: Double) -> [Double] {
      scene.items.compactMap { item in
        guard case .polygon(let corners, _, opacity) = item, let high = corners.map(\.y).min(), let low = corners.map(\.y).max() else {
          return nil
        }
        return low - high
      }
    }
    let bars = heights(0.85)
    #expect(bars.count == 3)
    #expect(abs(bars[0] / bars[1] - 0.2) < 1e-9 && bars[2] == 0, "heights are as 12 to 60 to 0")
  }

  @Test func `says what it shows to who cannot see it`() {
    #expect(Samples.bars.summary == "Opacity by zone. opaque share (%) by zone")
    #expect(Samples.lines.summary == "Plot. intensity by distance (mm). two sides. right, left, found, mean 4")
  }

  @Test func `in characters, names bars and their intervals`() throws {
    #expect(
      try Samples.bars.text(columns: 40) == """
        Opacity by zone
        opaque share (%)
        upper     █▉─┤             12 (5 to 20)
        middle    █████████▋─┤     60 (50 to 70)
        lower <1>                  0

        """)
    #expect(
      try Samples.bars.text(columns: 40, isUnicode: false) == """
        Opacity by zone
        opaque share (%)
        upper     #--|             12 (5 to 20)
        middle    #########--|     60 (50 to 70)
        lower <1>                  0

        """)
    #expect(
      try Samples.bars.text(columns: 24) == """
        Opacity by zone
        opaque share (%)
        upper    █▌┤          12
        middle   ███████▎┤    60
        lower <…              0

        """)
  }

  @Test func `in characters, keeps lines apart without color and has a line at the threshold`() throws {
    #expect(
      try Samples.histogram.text(columns: 30, rows: 4) == """
        pixels
        20 ┤      ▂▂▂▂▂▂▂   ┊ otsu 2.5
           │      ███████   ┊
        10 ┤      ███████   ┊  ▅▅▅▅▅▅▅
         0 ┤▆▆▆▆▆▆███████▃▃▃┊▃▃███████
           └┬─────┬──────┬─────┬─────┬
            0     1      2     3     4
                  intensity

        """)
    let plain = try Samples.lines.text(columns: 60)
    #expect(plain.contains("• right") && plain.contains("× left") && !plain.contains("\u{1B}"))
    #expect(plain.contains("×××") && plain.contains("•••"))
    let colored = try Samples.lines.text(columns: 60, isColored: true)
    #expect(colored.contains("\u{1B}[38;2;213;94;0m") && !colored.contains("×"))
    #expect(try Samples.lines.text(isUnicode: false).utf8.allSatisfy { $0 < 128 })
  }

  @Test func `stands in panels on common axes, with labels at the left and below`() throws {
    let scene = try FigureScene(Samples.panels)
    let texts = scene.items.compactMap { item in if case .text(let text) = item { text } else { nil } }
    #expect(texts.count { $0.text == "100" } == 3, "below three columns, one of which has no second row")
    let titles = texts.filter { $0.text.hasPrefix("site: ") }
    #expect(Set(titles.map(\.at.x)).count == 3 && Set(titles.map(\.at.y)).count == 2)
    let points = scene.items.compactMap { item in if case .disc(let center, _, _, _) = item { center } else { nil } }
    // The legend has the first; panels of a row have one scale, so that each next point stands as much higher.
    let found = points.dropFirst()
    #expect(found.count == 5)
    let ys = found.map(\.y)
    try #require(ys.count == 5)
    #expect(abs((ys[0] - ys[1]) - (ys[1] - ys[2])) < 1e-9 && ys[0] > ys[1])
    #expect(abs((ys[3] - ys[4]) - (ys[0] - ys[1])) < 1e-9)
    #expect(texts.count { $0.text == "a" } == 1, "one legend for all panels")
  }

  @Test(arguments: [
    (1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 2, 2), (5, 3, 2), (6, 3, 2), (7, 4, 2), (8, 4, 2), (9, 3, 3), (10, 4, 3), (12, 4, 3),
  ])
  func `has as many panels side by side as suit their number, and as have room`(count: Int, columns: Int, rows: Int) {
    let grid = PanelGrid(count: count, most: 4)
    #expect(grid.columns == columns && grid.rows == rows)
    #expect(PanelGrid(count: count, most: 1).rows == count)
    #expect((0..<count).filter(grid.isLowest).count == columns)
  }

  @Test func `refuses more panels than have room, and names them all in words`() throws {
    #expect(throws: Figure.Problem.tooManyPanels(13)) { try Samples.panels(13).drawn() }
    #expect(Samples.panels(2).summary == "Sites. percent by age. a, b. 2 panels: site: 0, n = 1; site: 1, n = 2")
    let narrow = try FigureScene(Samples.panels(3)).items.compactMap { if case .text(let text) = $0 { text } else { nil } }
    #expect(Set(narrow.filter { $0.text.hasPrefix("site: ") }.map(\.at.x)).count == 2, "85 mm have room for two")
    let hidden = Samples.panels(2).withTexts { $0.replacing("site", with: "place") }
    #expect(hidden.panels.map(\.title) == ["place: 0", "place: 1"])
  }

  @Test func `in characters, has panels side by side where they have room`() throws {
    let wide = try Samples.panels(2).text(columns: 64, rows: 5)
    #expect(wide.contains("site: 0                          site: 1\n"))
    let narrow = try Samples.panels(2).text(columns: 40, rows: 5)
    #expect(narrow.contains("site: 0\n") && narrow.contains("site: 1\n"))
    #expect(narrow.split(separator: "\n").count { $0.contains("percent") } == 1)
    #expect(
      try Samples.own.text(columns: 30) == """
        percent
        site
        a          █████▋            1
        b          ███████████▍      2
        site
        a very lo… █████▋            1
        d          ███████████▍      2
        e          █████████████████ 3

        """)
    let colored = try Samples.panels(2).text(columns: 64, rows: 5, isColored: true)
    var plain = colored
    for code in ["38;2;47;143;208", "38;2;213;94;0", "0"] { plain = plain.replacing("\u{1B}[\(code)m", with: "") }
    #expect(!plain.contains("\u{1B}") && plain.contains("site: 0                          site: 1\n"))
  }
}
