import Foundation
import FoundationXML
import ImageOps
import SegLang
import Testing

@testable import Plotting
@testable import SegCommands

@Suite("Plots")
struct PlotTests {
  private func plot(_ line: String, _ shell: Shell? = nil) throws -> Plot {
    let shell = try shell ?? Shell()
    return try #require(try shell.run(line) as? Plot)
  }

  private func rules(_ plot: Plot) -> [(Double, String)] {
    plot.figure.marks.compactMap { mark in
      if case .rule(.vertical(let x)) = mark.shape { (x, mark.label) } else { nil }
    }
  }

  @Test("a picture's histogram holds its pixels, and lines where they are asked for")
  func histogram() throws {
    let plot = try plot("phantom size=64 | plot bins=32 at=[100, 128.5]")
    guard case .histogram(let edges, let values)? = plot.figure.marks.first?.shape else { throw ShellFailure(text: "no histogram") }
    #expect(values.count == 32 && edges.count == 33 && values.reduce(0, +) == 4096)
    #expect(rules(plot).map(\.0) == [100, 128.5])
    let shell = try Shell()
    let inside = try self.plot("p = phantom size=64 opacity=30%; p | plot within=p.opacity", shell)
    #expect(inside.figure.notes == ["\(NumberFormat.grouped(Int(try shell.number("p.opacity.area")))) px of a region"])
  }

  @Test(
    "a mask's histogram is that of what it was cut from, with the level",
    arguments: [
      ("otsu", "otsu"), ("128", "threshold"), ("40%", "40%"), ("p90", "p90"),
    ])
  func threshold(level: String, label: String) throws {
    let shell = try Shell()
    let plot = try plot("p = phantom size=64; m = p | threshold \(level); m | morph-open radius=1px | plot", shell)
    let line = try #require(rules(plot).first)
    #expect(line.1.hasPrefix(label))
    let image = try #require(try shell.run("(p | gamma 1)") as? GrayImage)
    let mask = try #require(try shell.run("m") as? Mask)
    #expect((0..<image.size.count).allSatisfy { (Double(image.pixels[$0]) > line.0) == mask[$0 / 64, $0 % 64] })
    #expect(try shell.failure("p.opacity | plot").contains("there is no plot of a Mask that no threshold made"))
  }

  @Test("a severity's zones are its figures, with their intervals")
  func zones() throws {
    let shell = try Shell()
    let plot = try plot("score = phantom size=128 opacity=30% | segment | severity; score | plot", shell)
    guard case .bars(let bars)? = plot.figure.marks.first?.shape else { throw ShellFailure(text: "no bars") }
    #expect(bars.map(\.value) == (try "ABCDEF".map { try shell.number("score.zones.\($0)") }))
    #expect(plot.kind == .zones && plot.figure.notes.last == "For research; not a diagnosis.")
  }

  @Test("columns of a table become lines, bars or points by what they hold")
  func tables() throws {
    let shell = try Shell()
    try shell.run(
      """
      rows = [["2020-03-28", 40, "a"], ["2020-03-14", 10, "a"], ["2020-03-17", 25, "b"]] | each { {date: it[0], percent: it[1], side: it[2]} }
      """)
    let course = try plot("rows | plot", shell)
    #expect(course.kind == .line && course.figure.x.scale == .dates && course.figure.y.title == "opaque share (%)")
    guard case .line(let points)? = course.figure.marks.first?.shape else { throw ShellFailure(text: "no line") }
    #expect(points.map(\.y) == [10, 25, 40], "in the order of the days")
    let sides = try plot("rows | plot x=date y=percent by=side kind=points", shell)
    #expect(sides.figure.marks.map(\.name) == ["a", "b"])
    let bars = try plot("rows | plot x=side", shell)
    #expect(bars.kind == .bars && bars.figure.x.scale == .categories(["a", "a", "b"]))
    #expect(try shell.failure("rows | plot y=percnt").contains("there is no column `percnt`"))
    let profile = try plot("phantom size=64 | profile row=3 column=2 to_row=3 to_column=12 | plot", shell)
    guard case .line(let samples)? = profile.figure.marks.first?.shape else { throw ShellFailure(text: "no line") }
    #expect(samples.map(\.x) == (0...10).map(Double.init))
    let counts = try plot("phantom size=64 | histogram bins=8 | plot", shell)
    guard case .histogram(let edges, let values)? = counts.figure.marks.first?.shape else { throw ShellFailure(text: "no histogram") }
    #expect(edges.first == 0 && values.reduce(0, +) == 4096)
    #expect(try plot("[3, 1, 2] | plot", shell).kind == .line)
  }

  @Test("a follow-up is drawn with the interval of each severity")
  func course() throws {
    let plot = try plot(
      "[1, 2, 3] | each { n = it; {day: n, score: (phantom size=128 seed=n opacity=20% | segment | severity)} } | plot x=day")
    #expect(plot.figure.y.label == "opaque share" && plot.figure.y.unit == "%")
    #expect(plot.figure.marks.contains { if case .band(let spans) = $0.shape { spans.count == 3 } else { false } })
  }

  @Test("numbers are counted in NumPy's bins")
  func bins() throws {
    let numbers = (0..<60).map { Double($0 * 37 % 101) / 7 }
    let bins = try #require(NumberBins(numbers, count: 8))
    #expect(bins.counts == [8, 7, 8, 7, 8, 7, 8, 7])
    let edges = [
      0.0, 1.7857142857142858, 3.5714285714285716, 5.357142857142858, 7.142857142857143, 8.928571428571429, 10.714285714285715, 12.5,
      14.285714285714286,
    ]
    #expect(zip(bins.edges, edges).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(NumberBins([2, 2], count: 3)?.counts == [0, 2, 0] && NumberBins([], count: 3) == nil)
    let shell = try Shell()
    let plot = try plot("[1, 2, 2, 9] | each { {percent: it} } | plot kind=histogram", shell)
    #expect(plot.kind == .histogram)
  }

  @Test("scores are held against what was found")
  func agreement() throws {
    let shell = try Shell()
    try shell.run("rows = 1..20 | each { {p: it / 20, died: it > 12 or it == 3, found: it / 19} }")
    #expect(try plot("rows | plot kind=roc truth=died score=p", shell).figure.notes[1] == "9 of 20 cases positive")
    #expect(try plot("rows | plot kind=bland-altman truth=found score=p", shell).kind == .blandAltman)
    #expect(try plot("rows | plot kind=calibration truth=died score=p", shell).figure.y.label == "share with died")
    #expect(try shell.failure("rows | plot kind=roc truth=p score=p").contains("yes and no"))
    #expect(try shell.failure("rows | plot kind=roc score=p").contains("truth= and score="))
    #expect(try shell.failure("rows | plot truth=died").contains("kind=roc"))
    #expect(try shell.failure("rows | plot kind=calibration truth=died score=found").contains("0 to 1"))
    #expect(try shell.failure("phantom size=64 | plot width=20mm").contains("40mm to 400mm"))
    #expect(try shell.failure("\"x\" | plot").contains("there is no plot of a Text"))
  }

  @Test("is saved with its recipe and made again from it")
  func replay() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | threshold otsu | plot title=\"a < b & c\" | save p.svg")
    try shell.run("phantom size=64 | threshold otsu | plot | save p.png")
    let text = try shell.text("p.svg")
    #expect(XMLParser(data: Data(text.utf8)).parse() && text.contains("= phantom seed="))
    for name in ["p.svg", "p.png"] {
      let report = try RecipeRun(of: shell.bytes(name), name: name).compare(in: [shell.folder], host: Host())
      #expect(report.isIdentical, "\(report.text)")
    }
    // 300 dots an inch are 11,811 px a metre, so that the file says that it is 85 mm wide.
    let marker = Array("pHYs".utf8) + [0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1]
    #expect(try Data(shell.bytes("p.png")).firstRange(of: Data(marker)) != nil)
    try shell.run("phantom size=64 | save plain.png")
    #expect(try Data(shell.bytes("plain.png")).firstRange(of: Data("pHYs".utf8)) == nil)
    let changed = Array(text.replacing(">pixels<", with: ">voxels<").utf8)
    let report = try RecipeRun(of: changed, name: "p.svg").compare(in: [shell.folder], host: Host())
    #expect(!report.isIdentical && report.text.contains("1 of "))
    try shell.run("phantom size=64 | plot | save none.svg recipe=none")
    #expect(!(try shell.text("none.svg").contains("metadata")))
    #expect(try shell.failure("phantom size=64 | save x.svg").contains("only a plot, or the sheet of a sweep, is lines and text"))
  }

  @Test("show prints it as wide as the terminal")
  func show() throws {
    let shell = try Shell(screen: Screen(columns: 40, rows: 30, isColored: false, isUnicode: true))
    try shell.run("phantom size=64 | plot | show display=blocks")
    let lines = shell.written.split(separator: "\n")
    #expect(lines.count > 10 && lines.allSatisfy { $0.count < 40 } && shell.written.contains("█") && shell.written.contains("intensity"))
    let plain = try Shell()
    try plain.run("phantom size=64 | plot | show")
    #expect(plain.written.contains("intensity") && !plain.written.contains("\u{1B}"))
    let words = try Shell()
    try words.run("phantom size=64 | plot | show display=none")
    #expect(words.written == "Plot histogram: pixels by intensity; 4,096 px\n")
  }
}
