import Basics
import Foundation
import FoundationXML
import ImageOps
import SegLang
import Testing

@testable import Plotting
@testable import SegCommands
@testable import SegServices
@testable import SegValues
@testable import Terminal

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

  @Test func `a picture's histogram holds its pixels, and lines where they are asked for`() throws {
    let plot = try plot("phantom size=64 | plot bins=32 at=[100, 128.5]")
    guard case .histogram(let edges, let values)? = plot.figure.marks.first?.shape else { throw ShellFailure(text: "no histogram") }
    #expect(values.count == 32 && edges.count == 33 && values.reduce(0, +) == 4096)
    #expect(rules(plot).map(\.0) == [100, 128.5])
    let shell = try Shell()
    let inside = try self.plot("p = phantom size=64 opacity=30%; p | plot within=p.opacity", shell)
    #expect(inside.figure.notes == ["\(NumberFormat.grouped(Int(try shell.number("p.opacity.area")))) px of a region"])
  }

  @Test(arguments: [
    ("otsu", "otsu"), ("128", "threshold"), ("40%", "40%"), ("p90", "p90"),
  ])
  func `a mask's histogram is that of what it was cut from, with the level`(level: String, label: String) throws {
    let shell = try Shell()
    let plot = try plot("p = phantom size=64; m = p | threshold \(level); m | morph-open radius=1px | plot", shell)
    let line = try #require(rules(plot).first)
    #expect(line.1.hasPrefix(label))
    let image = try #require(try shell.run("(p | gamma 1)") as? GrayImage)
    let mask = try #require(try shell.run("m") as? Mask)
    #expect((0..<image.size.count).allSatisfy { (Double(image.pixels[$0]) > line.0) == mask[$0 / 64, $0 % 64] })
    #expect(try shell.failure("p.opacity | plot").contains("a Mask that no single threshold made"))
  }

  @Test func `a severity's zones are its figures, with their intervals`() throws {
    let shell = try Shell()
    let plot = try plot("score = phantom size=128 opacity=30% | segment | severity; score | plot", shell)
    guard case .bars(let bars)? = plot.figure.marks.first?.shape else { throw ShellFailure(text: "no bars") }
    #expect(bars.map(\.value) == (try "ABCDEF".map { try shell.number("score.zones.\($0)") }))
    #expect(plot.kind == .zones && plot.figure.notes.last == "For research; not a diagnosis.")
  }

  @Test func `columns of a table become lines, bars or points by what they hold`() throws {
    let shell = try Shell()
    try shell.run(
      """
      rows = [["2020-03-28", 40, "a"], ["2020-03-14", 10, "a"], ["2020-03-17", 25, "b"]] | each { {date: it[0], percent: it[1], side: it[2]} }
      """)
    let course = try plot("rows | plot", shell)
    #expect(course.kind == .line && course.figure.x.scale == .dates && course.figure.y.title == "percent, lung area with opacity (%)")
    guard case .line(let points)? = course.figure.marks.first?.shape else { throw ShellFailure(text: "no line") }
    #expect(points.map(\.y) == [10, 25, 40], "in the order of the days")
    let sides = try plot("rows | plot x=date y=percent by=side kind=scatter", shell)
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

  @Test func `a follow-up is drawn with the interval of each severity`() throws {
    let plot = try plot(
      "[1, 2, 3] | each { n = it; {day: n, score: (phantom size=128 seed=n opacity=20% | segment | severity)} } | plot x=day")
    #expect(plot.figure.y.label == "score.percent, lung area with opacity" && plot.figure.y.unit == "%")
    #expect(plot.figure.marks.contains { if case .band(let spans) = $0.shape { spans.count == 3 } else { false } })
  }

  @Test func `numbers are counted in NumPy's bins`() throws {
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

  @Test func `scores are held against what was found`() throws {
    let shell = try Shell()
    try shell.run("rows = 1..20 | each { {p: it / 20, died: it > 12 or it == 3, found: it / 19} }")
    #expect(try plot("rows | plot kind=roc reference=died score=p", shell).figure.notes[1] == "9 of 20 cases positive")
    #expect(try plot("rows | plot kind=bland-altman reference=found score=p", shell).kind == .blandAltman)
    #expect(try plot("rows | plot kind=calibration reference=died score=p", shell).figure.y.label == "share with died")
    #expect(try shell.failure("rows | plot kind=roc reference=p score=p").contains("yes and no"))
    #expect(try shell.failure("rows | plot kind=roc score=p").contains("reference= and score="))
    #expect(try shell.failure("rows | plot reference=died").contains("kind=roc"))
    #expect(try shell.failure("rows | plot kind=calibration reference=died score=found").contains("0 to 1"))
    #expect(try shell.failure("phantom size=64 | plot width=20mm").contains("40mm to 400mm"))
    #expect(try shell.failure("\"x\" | plot").contains("a Text"))
  }

  /// A table of severities, with the columns that `segment | severity` gives.
  static let rows = """
    rows = 1..12 | each { {case: "c{it}", percent: it, right: {percent: 60 + it}, left: {percent: 30 + it}, zones: {A: it / 2}, extent: 1, \
    extent_estimate: it / 2, brixia_estimate: it + 4, grade: "mild", truth: 8 - it / 2, intervals: {percent: [it / 2, 2 * it], \
    right: {percent: [60, 90]}}} }
    """

  @Test(arguments: [
    ("percent", 1.0...12), ("right.percent", 61...72), ("left.percent", 31...42), ("zones.A", 0.5...6), ("brixia_estimate", 5...16),
    ("extent_estimate", 0.5...6),
  ])
  func `what is drawn is the column that was named, and the axis bears its name`(column: String, values: ClosedRange<Double>) throws {
    let shell = try Shell()
    try shell.run(Self.rows)
    for option in ["x", "y"] {
      let plot = try plot("rows | plot kind=histogram \(option)=\(column)", shell)
      guard case .histogram(let edges, let counts)? = plot.figure.marks.first?.shape else { throw ShellFailure(text: "no histogram") }
      #expect(edges.first == values.lowerBound && edges.last == values.upperBound && counts.reduce(0, +) == 12)
      #expect(plot.figure.x.label.hasPrefix(column) && plot.figure.x.meaning != nil)
    }
    let line = try plot("rows | plot x=extent_estimate y=\(column) kind=scatter", shell)
    let points = line.figure.marks.flatMap { if case .points(let points) = $0.shape { points } else { [Plotting.Point]() } }
    #expect(points.map(\.y).min() == values.lowerBound && points.map(\.y).max() == values.upperBound)
    #expect(line.figure.y.label.hasPrefix(column) && line.figure.x.label == "extent_estimate")
    let bars = try plot("rows | plot x=case y=\(column)", shell)
    guard case .bars(let drawn)? = bars.figure.marks.first?.shape else { throw ShellFailure(text: "no bars") }
    let table = try #require(try shell.run("rows") as? Table)
    #expect(try drawn.map(\.value) == table.numbers(in: column).compactMap { $0 })
    let sorted = try #require(try shell.run("rows | sort by=\(column) descending=true") as? Table)
    #expect(try sorted.numbers(in: column).first == values.upperBound)
  }

  @Test func `what is not named is the severity itself, never that of one lung; columns that are not there are errors with candidates`()
    throws
  {
    let shell = try Shell()
    try shell.run(Self.rows)
    #expect(try plot("rows | plot kind=histogram", shell).figure.x.title == "percent, lung area with opacity (%)")
    #expect(try plot("rows | plot", shell).figure.y.title == "percent, lung area with opacity (%)")
    try shell.run("nested = rows | each { {day: it.extent_estimate, score: it} }")
    #expect(try plot("nested | plot", shell).figure.y.label == "score.percent, lung area with opacity")
    try shell.run("two = rows | each { {a: it, b: it} }")
    #expect(try shell.failure("two | plot").contains("choose one with y=a.percent or y=b.percent"))
    #expect(try shell.failure("two | plot kind=histogram x=percent").contains("did you mean `a.percent`, `a.right.percent`"))
    #expect(try shell.failure("rows | plot y=percnt").contains("did you mean `percent`?"))
    #expect(try shell.failure("rows | plot x=A y=percent").contains("did you mean `zones.A`?"))
    #expect(try shell.failure("two | report x.html").contains("percent=a.percent or percent=b.percent"))
    #expect(try shell.failure("two | sort by=percent").contains("a.percent"))
    #expect(try shell.failure("rows | plot kind=histogram x=percent y=extent").contains("one column"))
    #expect(try shell.failure("rows | plot kind=histogram x=percent by=grade").contains("by="))
  }

  @Test func `no option is passed over`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=64")
    #expect(try shell.failure("p | plot kind=bars").contains("kind=bars does not apply to a Phantom: use kind=histogram"))
    #expect(try shell.failure("p | plot x=percent").contains("a table"))
    #expect(try shell.failure("[1, 2] | plot within=p.opacity").contains("an image"))
    let counted = try plot("[3, 1, 2, 2] | plot kind=histogram", shell)
    guard case .histogram(_, let counts)? = counted.figure.marks.first?.shape else { throw ShellFailure(text: "no histogram") }
    #expect(counts.reduce(0, +) == 4 && counted.kind == .histogram)
    #expect(try plot("p | plot at=[300]", shell).figure.notes.contains("beyond the axis: 300"))
    #expect(try plot("(p.image * 2) | plot", shell).figure.notes.count <= 2)
  }

  @Test func `axes do not leave the values that a score can have, and what lies beyond is said`() throws {
    let shell = try Shell()
    try shell.run(Self.rows)
    for (score, range) in [("percent", 0.0...100), ("extent_estimate", 0...8), ("brixia_estimate", 0...18)] {
      let figure = try plot("rows | plot kind=calibration reference=truth score=\(score)", shell).figure
      #expect(figure.x.limits == range && figure.y.limits == range)
      for mark in figure.marks {
        guard case .intervals(let spans) = mark.shape else { continue }
        #expect(spans.allSatisfy { range.contains($0.low) && range.contains($0.high) })
      }
    }
    try shell.run("high = rows | each { {extent_estimate: it.extent_estimate, truth: it.percent} }")
    let beyond = try plot("high | plot kind=calibration reference=truth score=extent_estimate", shell).figure
    #expect(beyond.x.limits == nil && beyond.notes.contains("4 numbers lie outside the values that extent_estimate can have"))
    let odd = try plot("[-5, 3, 120] | each { {percent: it} } | plot kind=histogram", shell).figure
    #expect(odd.notes.contains("2 of 3 values of percent, lung area with opacity outside 0 to 100") && odd.x.meaning == nil)
    let missing = try plot("[{n: 1, v: 2}, {n: 2}, {n: 3, v: 4}] | plot x=n y=v", shell).figure
    #expect(missing.notes.contains("1 of 3 rows without v"))
    let log = try plot("[{n: 1, v: 0}, {n: 2, v: 10}] | plot x=n y=v log=true", shell).figure
    #expect(try plot("[1, 2] | each { {percent: it} } | plot kind=histogram", shell).figure.y.isWhole)
    #expect(log.notes.contains { $0.contains("have no place on a logarithmic axis") })
    let roc = try plot("[{p: 1, d: true}, {p: 2, d: false}, {p: 3, d: true}, {d: true}] | plot kind=roc reference=d score=p", shell).figure
    #expect(roc.notes.contains("1 row without both numbers left out"))
  }

  @Test func `rows with a doubt are counted where they are drawn`() throws {
    let shell = try Shell()
    try shell.run("rows = 1..3 | each { {percent: it, grade: \"mild\", doubt: \"mirrored\"} }")
    #expect(try plot("rows | plot kind=histogram", shell).figure.notes.contains("3 with a warning about the image"))
    #expect(try plot("rows | plot", shell).figure.notes.contains("3 with a warning about the image"))
  }

  @Test func `is saved with its recipe and made again from it`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | threshold otsu | plot title=\"a < b & c\" | save p.svg")
    try shell.run("phantom size=64 | threshold otsu | plot | save p.png")
    let text = try shell.text("p.svg")
    #expect(XMLParser(data: Data(text.utf8)).parse() && text.contains("= phantom seed="))
    for name in ["p.svg", "p.png"] {
      let report = try RecipeRun(of: shell.bytes(name), name: name).compare(by: .segsh, in: [shell.folder], host: Host())
      #expect(report.isIdentical, "\(report.text)")
    }
    // 300 dots an inch are 11,811 px a metre, so that the file says that it is 85 mm wide.
    let marker = Array("pHYs".utf8) + [0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1]
    #expect(try Data(shell.bytes("p.png")).firstRange(of: Data(marker)) != nil)
    try shell.run("phantom size=64 | save plain.png")
    #expect(try Data(shell.bytes("plain.png")).firstRange(of: Data("pHYs".utf8)) == nil)
    let changed = Array(text.replacing(">pixels<", with: ">voxels<").utf8)
    let report = try RecipeRun(of: changed, name: "p.svg").compare(by: .segsh, in: [shell.folder], host: Host())
    #expect(!report.isIdentical && report.text.contains("1 of "))
    try shell.run("phantom size=64 | plot | save none.svg recipe=none")
    #expect(!(try shell.text("none.svg").contains("metadata")))
    #expect(try shell.failure("phantom size=64 | save x.svg").contains("only plots and the contact sheet of a sweep can be saved as SVG"))
  }

  @Test func `show prints it as wide as the terminal`() throws {
    let shell = try Shell(screen: ImageScreen(columns: 40, rows: 30, isColored: false, isUnicode: true))
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

  @Test func `groups are boxes with Tukey's whiskers, or violins as wide as their density`() throws {
    let shell = try Shell()
    try shell.run("t = 1..40 | each { {site: it % 2, x: it + 100 * [it - 39, 0].max} }")
    let box = try plot("t | plot kind=box x=site y=x", shell)
    guard case .line(let outline)? = box.figure.marks.first?.shape else { throw ShellFailure(text: "no box") }
    // Site 0: 2, 4 … 38 and 140; quartiles 11.5 and 30.5 (NumPy).
    #expect(outline.prefix(3).map(\.y) == [11.5, 11.5, 30.5] && outline.map(\.y).filter(\.isFinite).max() == 38)
    #expect(box.figure.marks[1].weight == 2.2 && box.figure.x.scale == .categories(["0 (n = 20)", "1 (n = 20)"]))
    let violin = try plot("t | plot kind=violin by=site y=x", shell)
    guard case .line(let edge)? = violin.figure.marks.first?.shape else { throw ShellFailure(text: "no density") }
    #expect(edge.first == edge.last && edge.allSatisfy { abs($0.x) <= 0.42 + 1e-12 })
    #expect(try plot("[1, 2, 3] | plot kind=violin", shell).figure.marks.count == 1, "few values are points")
    #expect(try shell.failure("t | plot kind=box y=x x=site by=site").contains("only one of these options"))
    #expect(try shell.failure("t | plot kind=box x=site").contains("y="))
    #expect(try shell.failure("t | plot kind=box y=x fit=true").contains("kind=scatter"))
    try shell.run("t | plot kind=box x=site y=x | show; t | plot kind=violin x=site y=x | save v.svg")
    #expect(shell.written.contains("site"))
  }

  @Test func `a scatter plot has a line with its interval, and says the slope`() throws {
    let shell = try Shell()
    let fitted = try plot("1..20 | each { {a: it, b: 3 + 2 * it} } | plot kind=scatter x=a y=b fit=true alpha=0.2", shell)
    #expect(fitted.figure.notes.first == "slope 2 (95 % CI 2 to 2), r² 1.00")
    #expect(fitted.figure.marks.count == 3 && fitted.figure.marks[0].opacity == 0.2)
    #expect(try plot("1..3 | each { {a: it, b: it ^ 2} } | plot kind=scatter x=a y=b fit=true", shell).figure.marks.count == 2)
    #expect(try shell.failure("1..9 | each { {a: it, b: it} } | plot kind=bars x=a y=b fit=true").contains("kind=scatter"))
    #expect(try shell.failure("phantom size=64 | plot fit=true").contains("a table"))
  }

  @Test func `the largest bars stand before the mean of the others`() throws {
    let shell = try Shell()
    try shell.run("t = 1..9 | each { {case: \"c{it}\", percent: 10 * it} }")
    let plot = try plot("t | plot kind=bars y=percent top=2", shell)
    #expect(plot.figure.x.scale == .categories(["c9", "c8", "mean of 7 more"]) && plot.figure.notes.first == "the 2 largest of 9 cases")
    guard case .bars(let bars)? = plot.figure.marks.first?.shape else { throw ShellFailure(text: "no bars") }
    #expect(bars.map(\.value) == [90, 80, 40])
    #expect(try shell.failure("t | plot kind=line x=case y=percent top=2").contains("kind=bars"))
  }

  @Test func `survival falls by steps, with events, medians and the log-rank test`() throws {
    let shell = try Shell()
    try shell.run("t = 1..12 | each { {days: it, died: it % 3 > 0, arm: it % 2} }")
    let curve = try plot("t | plot kind=kaplan-meier time=days event=died", shell)
    guard case .band? = curve.figure.marks.first?.shape, case .line(let line) = curve.figure.marks[1].shape else {
      throw ShellFailure(text: "no curve")
    }
    #expect(line[0] == Point(x: 0, y: 1) && line[2] == Point(x: 1, y: 1 - 1.0 / 12) && line.last?.x == 12)
    #expect(curve.figure.notes.first == "12 cases, 8 events, median 8")
    let arms = try plot("t | plot kind=kaplan-meier time=days event=died by=arm intervals=false", shell)
    #expect(arms.figure.notes.contains { $0.hasPrefix("log-rank test: p = ") } && arms.figure.notes.last == "ticks: censored cases")
    #expect(try shell.failure("t | plot kind=kaplan-meier time=days").contains("event="))
    #expect(try shell.failure("t | derive { {days: 0 - it.days} } | plot kind=kaplan-meier time=days event=died").contains("0 or more"))
  }

  @Test func `several scores have a curve each, with the areas and intervals that roc computes`() throws {
    let shell = try Shell()
    try shell.run(
      "t = 1..40 | each { {a: it % 11, b: it % 7 + it % 3, died: it % 11 + it % 3 > 6} }; t = (t.rows + [{a: 3, died: true}]) | each { it }"
    )
    let figure = try plot("t | plot kind=roc reference=died score=a,b", shell).figure
    let table = try #require(try shell.run("t | roc outcome=died score=a,b") as? Table)
    func number(_ column: String, _ row: Int) throws -> String {
      NumberFormat.plotFixed(try #require(try table.numbers(in: column)[row]), 2)
    }
    let expected = try ["a", "b"].enumerated().map { row, name in
      "\(name): AUC \(try number("auc", row)) (95 % CI \(try number("auc.low", row)) to \(try number("auc.high", row)))"
    }
    #expect(figure.marks.dropFirst().map(\.name) == expected)
    let p = NumberFormat.plotShort(try #require(try table.numbers(in: "p")[1]))
    #expect(figure.notes[1] == "against a: b p = \(p) (DeLong's paired test)")
    #expect(figure.notes[2] == "1 of 41 rows without died or a or b left out" && figure.isSquare)
    // The area under the points, by trapezoids, is that of the legend.
    for mark in figure.marks.dropFirst() {
      guard case .line(let points) = mark.shape else { throw ShellFailure(text: "no curve") }
      let area = zip(points, points.dropFirst()).reduce(0) { $0 + ($1.1.x - $1.0.x) * ($1.0.y + $1.1.y) / 2 }
      #expect(mark.name.contains("AUC \(NumberFormat.plotFixed(area, 2))"))
      #expect(points.first == Point(x: 0, y: 0) && points.last == Point(x: 1, y: 1))
    }
    let panels = try plot("t | derive { {site: it.a > 5} } | plot kind=roc reference=died score=a,b facet=site", shell).figure
    #expect(Set(panels.marks.map(\.name)) == ["", "a", "b"] && panels.panels[0].notes[0].hasPrefix("a: AUC"))
    #expect(try shell.failure("t | plot kind=bland-altman reference=a score=a,b").contains("score is 2 columns but must be one column"))
    #expect(try shell.failure("t | plot kind=roc reference=a score=a,b").contains("yes and no"))
    #expect(try shell.failure("t | plot kind=roc reference=died score=a,c").contains("no column `c`"))
  }

  // MARK: Facets

  /// Sixty rows at three sites, five of them without a site.
  static let sites = """
    t = 1..60 | each { {case: "c{it}", site: ["x", "y", "z"][it % 3], age: it, percent: it + 7 * (it % 5), died: it % 4 == 0 or it > 40, arm: it % 2} }
    """

  @Test func `each group has a panel, in the order of the values, and those without one are counted`() throws {
    let shell = try Shell()
    try shell.run(Self.sites)
    let scatter = try plot("t | plot kind=scatter x=age y=percent by=arm facet=site fit=true", shell).figure
    #expect(scatter.panels.map(\.title) == ["site: x (n = 20)", "site: y (n = 20)", "site: z (n = 20)"])
    #expect(scatter.panels.allSatisfy { $0.notes.count == 2 && $0.notes[0].contains("slope") })
    // A panel's line is that of its rows alone.
    let alone = try plot("t | where { it.site == \"y\" } | plot kind=scatter x=age y=percent by=arm fit=true", shell).figure
    #expect(Set(scatter.panels[1].notes) == Set(alone.notes))
    func pairs(_ figure: Figure) -> Set<[Double]> {
      Set(figure.marks.flatMap { if case .points(let points) = $0.shape { points.map { [$0.x, $0.y] } } else { [[Double]]() } })
    }
    let whole = try plot("t | plot kind=scatter x=age y=percent", shell).figure
    #expect(pairs(scatter) == pairs(whole) && pairs(scatter).count == 60, "no row is lost or shown twice")
    let some = try plot("[{a: 1, s: 1}, {a: 2}, {a: 3, s: 2}] | plot kind=histogram x=a facet=s", shell).figure
    #expect(some.notes == ["2 rows", "1 of 3 rows without s left out"] && some.panels.count == 2)
  }

  @Test func `panels have the same bins, groups, colors and scale of densities`() throws {
    let shell = try Shell()
    try shell.run(Self.sites)
    let counted = try plot("t | plot kind=histogram x=percent facet=site", shell).figure
    let bins = counted.marks.compactMap { mark -> (edges: [Double], counts: [Double])? in
      if case .histogram(let edges, let values) = mark.shape { (edges, values) } else { nil }
    }
    #expect(bins.count == 3 && Set(bins.map(\.edges)).count == 1 && bins.allSatisfy { $0.counts.reduce(0, +) == 20 })
    let boxes = try plot("t | where { not (it.site == \"x\" and it.arm == 0) } | plot kind=box y=percent by=arm facet=site", shell).figure
    #expect(boxes.x.scale == .categories(["0", "1"]) && boxes.panels.map { $0.notes } == [["n = 0, 10"], ["n = 10, 10"], ["n = 10, 10"]])
    let violins = try plot("t | plot kind=violin y=percent facet=site", shell).figure
    let widest = violins.panels.map { panel in
      panel.marks.flatMap { if case .line(let edge) = $0.shape { edge.map(\.x) } else { [Double]() } }.max() ?? 0
    }
    #expect(abs((widest.max() ?? 0) - 0.42) < 1e-12 && (widest.min() ?? 0) < 0.42)
    let few = try plot(
      "[{v: 1, g: \"a\", s: 1}, {v: 2, g: \"b\", s: 1}, {v: 3, g: \"b\", s: 2}] | each { it } | plot kind=line x=v y=v by=g facet=s", shell
    ).figure
    #expect(few.panels[1].marks.allSatisfy { $0.tone == .series(1) }, "a series keeps its color")
  }

  @Test func `bars of different rows are named in their panels, and those of the same names stand below one another`() throws {
    let shell = try Shell()
    try shell.run(Self.sites)
    let own = try plot("t | where { it.age < 8 } | plot kind=bars x=case y=percent facet=site", shell).figure
    #expect(own.panels.map { $0.x?.scale } == [.categories(["c3", "c6"]), .categories(["c1", "c4", "c7"]), .categories(["c2", "c5"])])
    let shared = try plot(
      "[1, 2, 3, 4, 5] | each { {n: [\"a\", \"b\"][it % 2], v: it, s: it > 2} } | plot kind=bars x=n y=v facet=s", shell
    ).figure
    // Rows 3 and 5 of the second panel have one name and stand apart.
    #expect(shared.panels.allSatisfy { $0.x == nil } && shared.x.scale == .categories(["b", "a", "b"]))
    let top = try plot("t | plot kind=bars x=case y=percent top=2 facet=site", shell).figure
    let largest = [["c54", "c57"], ["c58", "c49"], ["c59", "c53"]].map { Axis.Scale.categories($0 + ["mean of 18 more"]) }
    #expect(top.panels.map { $0.x?.scale } == largest)
    #expect(top.panels.allSatisfy { $0.notes.first == "the 2 largest of 20 cases" })
  }

  @Test func `curves and agreement have panels, and one that cannot be drawn says why`() throws {
    let shell = try Shell()
    try shell.run(Self.sites)
    let roc = try plot("t | plot kind=roc reference=died score=percent facet=site", shell).figure
    #expect(roc.isSquare && roc.panels.count == 3 && roc.panels.allSatisfy { $0.notes[0].hasPrefix("area under the curve") })
    let alone = try plot("t | where { it.site == \"z\" } | plot kind=roc reference=died score=percent", shell).figure
    #expect(roc.panels[2].notes == alone.notes && roc.panels[2].marks == alone.marks)
    let half = try plot("t | derive { {old: it.age > 40} } | plot kind=roc reference=died score=percent facet=old", shell).figure
    #expect(half.panels[1].marks.isEmpty && half.panels[1].notes[0].contains("died"))
    let survival = try plot("t | plot kind=kaplan-meier time=age event=died by=arm facet=site", shell).figure
    #expect(survival.panels.allSatisfy { $0.notes.last?.hasPrefix("log-rank test") == true })
    #expect(try plot("t | plot kind=bland-altman reference=age score=percent facet=site", shell).figure.y.limits == nil)
    let levels = try plot("t | plot kind=scatter x=age y=percent facet=site at=[30]", shell)
    #expect(rules(levels).count == 3)
  }

  @Test func `more groups than panels, and facets of what has no columns, are errors`() throws {
    let shell = try Shell()
    try shell.run(Self.sites)
    let tooMany = try shell.failure("t | plot kind=scatter x=age y=percent facet=case")
    #expect(
      tooMany.contains("the column `case` has 60 different values, but a plot has room for 12 panels; select rows with where, or use by="))
    #expect(try shell.failure("t | plot x=age y=percent facet=sit").contains("did you mean `site`?"))
    #expect(try shell.failure("phantom size=64 | plot facet=site").contains("a table"))
    #expect(try shell.failure("[1, 2] | plot facet=value").contains("a table"))
    #expect(try shell.failure("phantom size=64 | histogram bins=8 | plot facet=level").contains("rows that are not counted yet"))
    #expect(
      try shell.failure("phantom size=128 opacity=30% | segment | severity | plot kind=zones facet=grade").contains("columns of a table"))
  }

  @Test func `a plot of panels says how many it has, is saved, and is made again from its recipe`() throws {
    let shell = try Shell()
    try shell.run(Self.sites)
    let plot = try plot("t | plot kind=histogram x=percent facet=site", shell)
    #expect(plot.oneLine == "histogram: cases by percent, lung area with opacity (%) in 3 panels; 60 cases")
    guard case .array(let panels)? = plot.json["panels"] else { throw ShellFailure(text: "no panels") }
    #expect(panels.count == 3 && panels[0]["title"] == .string("site: x (n = 20)") && plot.json["marks"] == nil)
    try shell.run("t | plot kind=histogram x=percent facet=site | save f.svg")
    let report = try RecipeRun(of: shell.bytes("f.svg"), name: "f.svg").compare(by: .segsh, in: [shell.folder], host: Host())
    #expect(report.isIdentical, "\(report.text)")
  }
}
