import Basics
import ImageOps
import SegLang
import TestSupport
import Testing

@testable import SegCommands
@testable import Terminal

/// Images as terminals get them, decoded again.
@Suite("Terminal pictures")
struct TerminalImageTests {
  /// Dark at the left, bright at the right, with a colored square: 80 x 40 pixels.
  static let picture: ColorImage = {
    var pixels: [UInt8] = []
    for row in 0..<40 {
      for column in 0..<80 {
        let gray = UInt8(column * 3)
        pixels += (10..<20).contains(row) && (30..<50).contains(column) ? [230, 159, 0] : [gray, gray, gray]
      }
    }
    return ColorImage(size: Size(width: 80, height: 40), pixels: pixels)
  }()

  static let screen = ImageScreen(columns: 41, rows: 23, cellWidth: 8, cellHeight: 16)

  /// The mean difference from the image, enlarged to the size that was drawn.
  private func difference(_ drawn: TerminalDecoding.Picture) throws -> Double {
    let (width, height) = (drawn.width, drawn.height)
    var sum = 0.0
    for row in 0..<height {
      for column in 0..<width {
        let place = 3 * ((row * 40 / height) * 80 + column * 80 / width)
        for channel in 0..<3 {
          sum += abs(Double(drawn.pixels[3 * (row * width + column) + channel]) - Double(Self.picture.pixels[place + channel]))
        }
      }
    }
    return sum / Double(3 * width * height)
  }

  private func drawn(_ display: ImageDisplay) throws -> [UInt8]? {
    try TerminalImage.text(of: Self.picture, on: Self.screen, as: display).map { Array($0.utf8) }
  }

  @Test func `sixels hold the picture`() throws {
    guard let bytes = try drawn(.sixel) else { return }
    let picture = try #require(TerminalDecoding.sixels(in: bytes))
    // 40 of 41 columns of 8 pixels, and half as high; sixels come in sixes.
    #expect(picture.width == 320 && abs(picture.height - 160) < 6, "\(picture.width) x \(picture.height)")
    #expect(try difference(picture) < 8)
  }

  @Test func `kitty holds the picture`() throws {
    guard let bytes = try drawn(.kitty) else { return }
    let (picture, columns, rows) = try #require(TerminalDecoding.kitty(in: bytes))
    #expect(columns == 40 && rows == 10, "\(columns) x \(rows) cells")
    #expect(try difference(picture) < 2)
  }

  @Test func `iTerm2 holds the picture`() throws {
    guard let bytes = try drawn(.iterm) else { return }
    let (file, options) = try #require(TerminalDecoding.iterm(in: bytes))
    #expect(options.contains("width=40") && options.contains("height=10"), "\(options)")
    let image = try GrayImage.decode(file, name: "iterm.tif")
    #expect(abs(image.size.width - 2 * image.size.height) <= 2)
    #expect(image[image.size.height - 1, 0] < 10 && image[image.size.height - 1, image.size.width - 1] > 200)
  }

  @Test func `characters fill the same cells`() throws {
    for display in [ImageDisplay.blocks, .ascii] {
      guard let bytes = try drawn(display) else { return }
      var screen = TestSupport.Screen(columns: 41, rows: 23)
      // A terminal goes back to the first column at the end of a line.
      screen.feed(bytes.flatMap { $0 == 10 ? [13, 10] : [$0] })
      #expect(screen.text.split(separator: "\n").count == 10, "\(display)")
      #expect(screen.text.split(separator: "\n").allSatisfy { $0.count <= 40 })
    }
  }

  @Test func `a grid has rulers among characters, and lines in pixels`() throws {
    let grid = try #require(CoordinateGrid(every: 20, over: Self.picture.size))
    guard let text = try TerminalImage.text(of: Self.picture, on: Self.screen, as: .blocks, grid: grid) else { return }
    var screen = TestSupport.Screen(columns: 41, rows: 23)
    screen.feed(Array(text.utf8).flatMap { $0 == 10 ? [13, 10] : [$0] })
    let lines = screen.text.split(separator: "\n")
    // 41 columns less the prompt's one and the ruler's three: 37 characters for 80 columns of the image.
    #expect(lines[0] == "   0        20       40       60", "\(lines[0])")
    #expect(lines[1].hasPrefix(" 0 ") && lines.dropFirst().contains { $0.hasPrefix("20 ") })
    #expect(lines.allSatisfy { $0.count <= 40 })
    let bytes = try #require(try TerminalImage.text(of: Self.picture, on: Self.screen, as: .kitty, grid: grid)).utf8
    let (drawn, _, _) = try #require(TerminalDecoding.kitty(in: Array(bytes)))
    #expect(try difference(drawn) > 2)
    #expect(CoordinateGrid(every: 1, over: Self.picture.size) == nil && CoordinateGrid(every: 2, over: Self.picture.size) != nil)
  }

  @Test func `a palette is no true color`() throws {
    var screen = Self.screen
    screen.hasAllColors = false
    guard let few = try TerminalImage.text(of: Self.picture, on: screen, as: .blocks),
      let all = try TerminalImage.text(of: Self.picture, on: Self.screen, as: .blocks)
    else { return }
    #expect(all.contains("38;2;") && !few.contains("38;2;") && few.contains("38;5;"))
  }
}

/// What a terminal says of itself.
@Suite("Terminal answers")
struct TerminalAnswerTests {
  private func answers(_ text: String) -> TerminalAnswers { TerminalAnswers(Array(text.utf8)) }

  @Test func `answers are told`() {
    let kitty = answers("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}P>|kitty(0.35.2)\u{1B}\\\u{1B}[6;20;10t\u{1B}[?62;c")
    #expect(kitty.speaksKitty && kitty.name == "kitty(0.35.2)" && kitty.isComplete && !kitty.drawsSixels)
    #expect(kitty.cell == TerminalAnswers.Cell(width: 10, height: 20) && kitty.typed.isEmpty)
    let refusing = answers("\u{1B}_Gi=31;EINVAL:no\u{1B}\\\u{1B}[?62;4;22c")
    #expect(!refusing.speaksKitty && refusing.drawsSixels && refusing.isComplete)
    #expect(!answers("\u{1B}[?4c").drawsSixels, "the first number is the kind of terminal")
    #expect(answers("\u{1B}[6;0;999999999999t\u{1B}[?6c").cell == nil)
  }

  @Test func `keys are passed on`() {
    let mixed = answers("ab\u{1B}[A\u{1B}[?62;4cc\u{1B}OPä\u{1B}")
    #expect(mixed.isComplete && mixed.typed == Array("ab\u{1B}[Ac\u{1B}OPä\u{1B}".utf8))
    #expect(answers("\u{1B}[?62;4").typed == Array("\u{1B}[?62;4".utf8), "an answer that is cut short")
  }

  @Test func `any bytes are read without loss`() {
    var generator = SeededGenerator(seed: 5)
    let marks = Array("\u{1B}[]P_G\\;?c6t4\u{7}x".utf8)
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        Bool.random(using: &generator) ? marks.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0...255, using: &generator)
      }
      #expect(TerminalAnswers(bytes).typed.count <= bytes.count)
    }
  }

  @Test func `the best way follows`() {
    let screen = ImageScreen()
    func best(_ answer: String?, _ environment: [String: String] = [:]) -> ImageDisplay {
      .best(for: screen, answers: answer.map { answers($0) }) { environment[$0] }
    }
    #expect(best("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[?62;4c") == .kitty)
    #expect(best("\u{1B}P>|iTerm2 3.5.0\u{1B}\\\u{1B}[?62;4c") == .iterm)
    #expect(best("\u{1B}[?62;4c") == .sixel)
    #expect(best("\u{1B}[?62c", ["TERM": "xterm-kitty"]) == .blocks, "what it answers counts")
    #expect(best(nil, ["TERM": "xterm-kitty"]) == .kitty)
    #expect(best("", ["TERM": "foot"]) == .sixel, "an answer that never came")
    #expect(best(nil, ["TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"]) == .blocks)
    #expect(best("\u{1B}[?1;2;4c", ["TERM": "tmux-256color", "TMUX": "x"]) == .sixel, "tmux answers for itself")
    var plain = screen
    plain.isUnicode = false
    #expect(ImageDisplay.best(for: plain, answers: nil) { _ in nil } == .ascii)
  }
}
