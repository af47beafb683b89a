import Synchronization
import Testing

@testable import SegLang

/// What the lineage tells: who is made from whom, what undo leaves, what a value would be with another quantity.
@Suite("Lineage")
struct LineageTests {
  private func session(_ lines: String...) throws -> Session {
    let session = Session(registry: lineageToys)
    for line in lines {
      let outcome = session.execute(line)
      try #require(!outcome.hasErrors, "\(Renderer().render(outcome.diagnostics))")
    }
    return session
  }

  @Test func `history names what each line made, and from what`() throws {
    let session = try session("img = load a.png", "img | threshold 3 | morph-open", "both = _2 and (img > 4)", "both | save out.png")
    let graph = session.historyGraph
    #expect(graph.map(\.line).count == 4)
    #expect(graph[0].made == [HistoryLine.Made(names: ["img", "_1"], typeName: "Image", command: "load", parents: [])])
    #expect(graph[1].made == [HistoryLine.Made(names: ["_2"], typeName: "Mask", command: "morph-open", parents: ["img"])])
    #expect(graph[2].made == [HistoryLine.Made(names: ["both", "_3"], typeName: "Mask", command: nil, parents: ["img", "_2"])])
    #expect(graph[3].made.isEmpty)
    _ = session.undo()
    #expect(session.historyGraph.map(\.line) == graph.prefix(2).map(\.line))
  }

  @Test func `undo says that a file stays, and takes back values, results and bindings`() throws {
    let session = try session("m = load a.png | threshold 3", "m | write-note note.txt")
    #expect(session.historyGraph[1].files == ["note.txt"])
    #expect(session.undo()?.hasSuffix("\n  note.txt is not deleted; delete unwanted files yourself") == true)
    #expect(session.redo()?.hasSuffix("\n  note.txt was not written again") == true)
    _ = session.undo()
    #expect(session.undo() == "undone: m = load a.png | threshold 3\n  m removed; _1 removed; it has no value")
    #expect(session["m"] == nil && session.result(1) == nil)
  }

  @Test func `every quantity upstream is found, in lines, in expressions, and where a line leaves it open`() throws {
    let session = try session(
      "img = (load a.png) + 1", "m = (img | threshold 3 | morph-open radius=2px) and (img > 2)", "k = m.area * 2 + 1")
    let step = try #require(session.step(of: "k"))
    #expect(
      step.upstreamQuantities.map { "\($0.step.command ?? "-") \($0.parameter ?? "-") \($0.literal)" } == [
        "- - 1", "threshold level 3", "morph-open radius 2px", "morph-open times 1", "- - 2", "- - 2", "- - 1",
      ])
    let automatic = try self.session("m = load a.png | threshold-open")
    let open = try #require(automatic.step(of: "m")).upstreamQuantities
    #expect(open.map(\.literal) == ["3.5"] && open.map(\.isOpen) == [true])
  }

  @Test func `a value is made again with another quantity, by the lines that depend on it`() throws {
    let session = try session("img = load a.png", "m = img | threshold 3", "n = m and (img > 1)", "k = n.area + 10")
    let step = try #require(session.step(of: "k"))
    let quantities = step.upstreamQuantities
    func value(_ index: Int, _ literal: String) throws -> Double? {
      try step.value(changing: quantities[index], to: literal, registry: lineageToys, host: Host()) as? Double
    }
    // The image holds 1 to 6.
    #expect(try value(0, "3") == 13)
    #expect(try value(0, "5") == 11)
    #expect(try value(1, "5") == 11)
    #expect(try value(2, "100") == 103)
    #expect(session["k"] as? Double == 13)
  }

  @Test func `an open parameter is given by name where the line has no place for it`() throws {
    let session = try session("m = load a.png | threshold-open", "k = m.area")
    let step = try #require(session.step(of: "k"))
    let quantity = try #require(step.upstreamQuantities.first)
    #expect(try step.value(changing: quantity, to: "4.5", registry: lineageToys, host: Host()) as? Double == 2)
    #expect(throws: (any Error).self) { try step.value(changing: quantity, to: "99", registry: lineageToys, host: Host()) }
  }

  @Test(
    arguments: [
      ("threshold 3", "2.7", "3.3"), ("threshold 3 | morph-open radius=2px", "1.8px", "2.2px"),
      ("threshold 3 | morph-open radius=0.5px", nil, "0.55px"), ("threshold 3 | morph-open times=9", "8", nil), ("threshold 0", nil, nil),
    ] as [(String, String?, String?)])
  func `quantities move by a share and stay within what their parameter takes`(line: String, low: String?, high: String?) throws {
    let session = try session("m = load a.png | \(line)")
    let quantities = try #require(session.step(of: "m")).upstreamQuantities
    let name = line.split(separator: "=").count > 1 ? String(line.split(separator: " ").last?.prefix { $0 != "=" } ?? "") : "level"
    let quantity = try #require(quantities.first { $0.parameter == name })
    #expect(quantity.moved(by: -0.1, in: lineageToys) == low)
    #expect(quantity.moved(by: 0.1, in: lineageToys) == high)
  }

  @Test func `what an expression asks of its parents is known`() throws {
    let session = try session("seg = load a.png | segment", "a = seg.opacity.area", "b = seg.lungs.area / (seg.opacity.area + 1)")
    let property = try #require(session.step(of: "a")?.property)
    #expect(property.properties == ["opacity", "area"] && property.value as? Double == 2)
    let operands = try #require(session.step(of: "b")).operands
    #expect(operands.map(\.properties) == [["lungs", "area"], ["opacity", "area"]])
    #expect(operands.map { $0.value as? Double } == [5, 2])
    #expect(session.step(of: "b")?.property == nil)
    #expect(session.step(of: "seg")?.property == nil)
  }

  @Test func `every step is told as it is made, and a refused command does not run`() {
    let heard = Heard()
    var host = Host()
    host.stepped = { step, name in heard.add("\(step.command ?? "expression")\(name.map { " \($0)" } ?? "")") }
    host.refusal = { $0.name == "save" ? "not here" : nil }
    let session = Session(registry: toys, host: host, mode: .script)
    let outcome = session.execute("img = load a.png\nm = img | threshold 3\nk = m.area\nprint k\nm | save b.png")
    #expect(heard.all == ["load", "load img", "threshold", "threshold m", "expression k", "expression 3"])
    #expect(outcome.diagnostics.map(\.message) == ["`save`: not here"])
  }

  @Test(
    arguments: [
      ("seglang 1\nx = load a.png | threshold 3\n", nil), ("seglang 1\nload a.png | save b.png", 2),
      ("seglang 1\nx = 1\nwhile true { x := 2 }", 3),
      ("seglang 1\nprint 3", 2), ("seglang 1\nx = (load a.png | save b.png)", 2),
      ("seglang 1\nif true { x = 1 }", 2),
      ("seglang 1\nparam x: Path = a.png", 2), ("seglang 1\ntry { x = 1 } catch e { y = 2 }", 2), ("seglang 1\nfor i in 1..3 { x = i }", 2),
    ] as [(String, Int?)])
  func `a recipe holds nothing but named values of commands that make one`(text: String, line: Int?) {
    #expect(SyntaxTree.refusal(ofRecipe: text, in: toys)?.line == line)
  }
}

private struct WriteNoteCommand: Command {
  static let category = Category.files
  static let summary = "Remembers a file as written."
  static let examples = [Example("load a.png | write-note note.txt", "Writes.")]
  @Input("What to write about.") var value: AnyValue
  @Argument("File to write.") var path: Path
  func run(_ context: Context) throws { context.remember(StepFile(role: .output, name: path.text, byteCount: 0) { nil }) }
}

private struct ThresholdOpenCommand: Command {
  static let category = Category.masks
  static let summary = "Keeps the pixels above a level that it finds."
  static let examples = [Example("load a.png | threshold-open", "Keeps what is bright.")]
  @Input("Picture to cut.") var image: Picture
  @Option("Level; found where none is given.", in: 0...10) var level: Double?
  func run(_ context: Context) throws -> Stencil {
    if level == nil { context.remember("level", cameTo: "3.5") }
    let level = level ?? 3.5
    return Stencil(rows: image.rows.map { $0.map { $0 > level } })
  }
}

private let lineageToys = Registry(commands: toys.signatures.map(\.command) + [ThresholdOpenCommand.self, WriteNoteCommand.self])

private final class Heard: Sendable {
  private let lines = Mutex<[String]>([])
  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}
