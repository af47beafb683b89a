import Testing

@testable import ImageOps

@Suite struct DrawingTests {
  struct Fixture: Decodable {
    struct Edge: Decodable {
      let width: Int
      let rows: [String]
    }
    struct Blend: Decodable {
      let opacity: Double
      let bytes: [Int]
    }
    let mask: [String]
    let edges: [Edge]
    let blends: [Blend]
    let levels: [Int]
    let maps: [String: [Int]]
  }

  let fixture: Fixture

  init() throws { fixture = try ImageFixture.load("drawing", as: Fixture.self) }

  static func mask(_ rows: [String]) -> Mask {
    let bits = rows.joined().map { $0 == "1" }
    return Mask(size: Size(width: rows[0].count, height: rows.count)) { bits[$0] }
  }

  @Test func `edges agree with SciPy`() throws {
    let mask = Self.mask(fixture.mask)
    for entry in fixture.edges { #expect(try mask.edge(width: entry.width) == Self.mask(entry.rows), "\(entry.width) px") }
  }

  @Test func `fill agrees with Pillow`() throws {
    let size = Size(width: 256, height: 1)
    let picture = GrayImage(size: size, pixels: (0..<256).map(Float.init))
    for entry in fixture.blends {
      let style = OverlayStyle(color: NamedColor.orange.rgb, opacity: entry.opacity, outlineWidth: 0)
      let result = try picture.overlaid(with: [OverlayLayer(Mask(size: size, filled: true), style: style)])
      let difference = zip(result.pixels, entry.bytes).map { abs(Int($0) - $1) }.max()
      #expect((difference ?? 255) <= 1, "opacity \(entry.opacity)")
    }
  }

  @Test func `color maps agree with published tables`() {
    for (map, tolerance) in [(ColorMap.viridis, 6), (.inferno, 7)] {
      for (index, level) in fixture.levels.enumerated() {
        let color = map.color(Double(level) / 255)
        let expected = fixture.maps[map.rawValue].map { Array($0[3 * index..<3 * index + 3]) } ?? []
        let difference = zip([color.red, color.green, color.blue], expected).map { abs(Int($0) - $1) }.max()
        #expect((difference ?? 255) <= tolerance, "\(map) at \(level)")
      }
    }
    #expect(ColorMap.gray.color(.nan) == RGB(gray: 0) && ColorMap.gray.color(7) == RGB(gray: 255))
  }

  @Test(arguments: [1, 3]) func `outlines differ without color: dashed ones have gaps all around, thick ones are twice as wide`(width: Int)
    throws
  {
    let size = Size(width: 200, height: 160)
    let mask = Mask(size: size) { index in
      let (row, column) = (Double(index / 200) - 80, Double(index % 200) - 100)
      return row * row / 4900 + column * column / 8100 < 1
    }
    func drawn(_ line: OverlayStyle.Line) throws -> Mask {
      let image = try GrayImage(size: size).overlaid(with: [
        OverlayLayer(mask, style: .outline(NamedColor.red.rgb, width: width, line: line))
      ])
      return Mask(size: size) { image[$0 / 200, $0 % 200] == NamedColor.red.rgb }
    }
    let (solid, dashed, thick) = try (drawn(.solid), drawn(.dashed), drawn(.thick))
    #expect(try solid == mask.edge(width: width) && thick == mask.edge(width: 2 * width))
    #expect(try dashed.subtracting(solid).isEmpty)
    // Six parts of ten are drawn, everywhere along the outline.
    let share = Double(dashed.count) / Double(solid.count)
    #expect(share > 0.5 && share < 0.75, "\(share)")
    let dashes = try Set(dashed.labeled().labels).subtracting([0]).count
    #expect(abs(dashes - 64 / width) <= 2, "\(dashes)")
    for quadrant in 0..<4 {
      let part = Mask(size: size) { ($0 / 200 < 80) == (quadrant < 2) && ($0 % 200 < 100) == (quadrant % 2 == 0) }
      let (gaps, all) = try (solid.subtracting(dashed).intersection(part).count, solid.intersection(part).count)
      #expect(Double(gaps) / Double(all) > 0.2 && Double(gaps) / Double(all) < 0.6)
    }
  }

  @Test func `of labels without filling, every second one is dashed, and the legend shows lines`() throws {
    let size = Size(width: 120, height: 60)
    let labels = LabelImage(size: size, labels: (0..<7200).map { $0 % 120 < 50 ? 1 : $0 % 120 >= 70 ? 2 : 0 }, names: [1: "a", 2: "b"])
    let plain = try GrayImage(size: size).overlaid(with: [OverlayLayer(labels, style: .outline(width: 1))], hasLegend: true)
    func count(_ color: RGB) -> Int { (0..<7200).count { plain[$0 / 120, $0 % 120] == color } }
    #expect(count(NamedColor.cycled(0)) == 2 * (50 + 60) - 4)
    #expect(count(NamedColor.cycled(1)) < 2 * (50 + 60) * 3 / 4 && count(NamedColor.cycled(1)) > 80)
    // Samples of both lines stand below the image: one without gaps, one with.
    func runs(_ color: RGB) -> Int {
      (60..<plain.size.height).map { row in
        (1..<plain.size.width).count { plain[row, $0] == color && plain[row, $0 - 1] != color }
      }.max() ?? 0
    }
    #expect(runs(NamedColor.cycled(0)) == 1 && runs(NamedColor.cycled(1)) == 3)
  }

  @Test func `outline is opaque and inside`() throws {
    let mask = Self.mask(fixture.mask)
    let picture = GrayImage(size: mask.size, filledWith: 100)
    let result = try picture.overlaid(with: [OverlayLayer(mask, style: .outline(NamedColor.red.rgb, width: 2))])
    for row in 0..<mask.size.height {
      for column in 0..<mask.size.width {
        #expect(try result[row, column] == (mask.edge(width: 2)[row, column] ? NamedColor.red.rgb : RGB(gray: 100)))
      }
    }
  }

  @Test func `labels get colors of their own`() throws {
    let labels = LabelImage(size: Size(width: 3, height: 1), labels: [0, 1, 2])
    let style = OverlayStyle(opacity: 1, outlineWidth: 0)
    let result = try GrayImage(size: labels.size).overlaid(with: [OverlayLayer(labels, style: style)])
    #expect([result[0, 0], result[0, 1], result[0, 2]] == [RGB(gray: 0), NamedColor.cycled(0), NamedColor.cycled(1)])
    let outlined = try GrayImage(size: Size(width: 8, height: 5)).overlaid(with: [
      OverlayLayer(LabelImage(size: Size(width: 8, height: 5), labels: (0..<40).map { $0 % 8 < 4 ? 1 : 2 }), style: .outline(width: 1))
    ])
    #expect(outlined[2, 2] == RGB(gray: 0) && outlined[2, 3] == NamedColor.cycled(0) && outlined[2, 4] == NamedColor.cycled(1))
  }

  @Test func `probability zero leaves the picture`() throws {
    let map = ProbabilityMap(size: Size(width: 2, height: 1), pixels: [0, 1])
    let result = try GrayImage(size: map.size, filledWith: 9).overlaid(with: [OverlayLayer(map, style: OverlayStyle(opacity: 1))])
    #expect(result[0, 0] == RGB(gray: 9) && result[0, 1] == ColorMap.viridis.color(1))
  }

  @Test func `overlay refuses what does not fit`() {
    let picture = GrayImage(size: Size(width: 2, height: 2))
    #expect(throws: ImageError.self) { try picture.overlaid(with: [OverlayLayer(Mask(size: Size(width: 1, height: 2)))]) }
    #expect(throws: ImageError.self) {
      try picture.overlaid(with: [OverlayLayer(Mask(size: picture.size), style: OverlayStyle(opacity: 2))])
    }
    #expect(throws: ImageError.self) {
      try picture.overlaid(with: [OverlayLayer(Mask(size: picture.size), style: OverlayStyle(outlineWidth: -1))])
    }
  }

  @Test(arguments: [1, 64, 512]) func `legend hides nothing`(_ side: Int) throws {
    let picture = GrayImage(size: Size(width: side, height: side), filledWith: 77)
    let layer = OverlayLayer(Mask(size: picture.size), name: "opacity")
    let map = OverlayLayer(ProbabilityMap(size: picture.size, pixels: picture.pixels.map { _ in 0 }), name: "probability")
    let result = try picture.overlaid(with: [layer, map], hasLegend: true)
    #expect(result.size.height > side && result.size.width >= side)
    let left = (result.size.width - side) / 2
    for row in 0..<side { #expect(result[row, left] == RGB(gray: 77) && result[row, left + side - 1] == RGB(gray: 77)) }
  }

  @Test func `colors by name`() {
    #expect(RGB("Orange") == NamedColor.orange.rgb)
    for text in ["#-00000", "#+00000", "#12ab", "#12abzz", "#１２３４５"] { #expect(RGB(text) == nil, "\(text)") }
    #expect(RGB("#12aBff") == RGB(red: 0x12, green: 0xAB, blue: 0xFF))
    for text in ["", "#12345", "#1234567", "#+12345", "#gggggg", "ornage"] { #expect(RGB(text) == nil, "\(text)") }
  }

  @Test func `shapes`() {
    var canvas = ColorImage(size: Size(width: 9, height: 9))
    let white = RGB(gray: 255)
    canvas.line(from: PixelPoint(row: 4, column: 1), to: PixelPoint(row: 4, column: 7), with: white)
    #expect((1...7).allSatisfy { canvas[4, $0] == white } && canvas[4, 0] != white && canvas[2, 4] == RGB(gray: 0))
    canvas = ColorImage(size: canvas.size)
    canvas.stroke(row: 2, column: 2, size: Size(width: 5, height: 4), with: white)
    #expect((0..<81).filter { canvas[$0 / 9, $0 % 9] == white }.count == 14)
    canvas = ColorImage(size: canvas.size)
    canvas.point(at: PixelPoint(row: 4, column: 4), radius: 1, with: white)
    #expect(canvas[4, 4] == white && canvas[4, 5] != RGB(gray: 0) && canvas[4, 6] == RGB(gray: 0))
  }

  @Test func `drawing outside is harmless`() {
    var canvas = ColorImage(size: Size(width: 5, height: 5))
    let (blank, white) = (canvas, RGB(gray: 255))
    canvas.fill(row: .max, column: .min, size: Size(width: .max, height: .max), with: white)
    canvas.stroke(row: 9, column: -9, size: Size(width: 3, height: 3), with: white)
    canvas.line(from: PixelPoint(row: .nan, column: 0), to: PixelPoint(row: 1e300, column: 2), with: white)
    canvas.line(from: PixelPoint(row: 1e300, column: 0), to: PixelPoint(row: 1e300, column: 2), with: white)
    canvas.point(at: PixelPoint(row: 2, column: 2), radius: -1, with: white)
    canvas.write("x", row: .max, column: .min, pixels: 12, with: white)
    canvas.place(canvas, row: .min, column: .max)
    #expect(canvas == blank)
  }

  @Test func `text is set where there is a font`() throws {
    guard let short = TextBitmap("Lung", pixels: 20) else { return }
    let long = try #require(TextBitmap("Lung Lung", pixels: 20))
    #expect(long.size.width > short.size.width && long.size.height == short.size.height)
    #expect((18...32).contains(short.size.height))
    #expect(short.coverage.contains { $0 > 200 } && short.coverage.contains(0))
    #expect(TextBitmap("Lung", pixels: 20) == short)
    let fitted = try #require(TextBitmap.fitting("a very long label indeed", pixels: 20, width: 60))
    #expect(fitted.size.width <= 60)
  }

  @Test func `text refuses what it cannot set`() {
    #expect(TextBitmap("", pixels: 20) == nil)
    #expect(TextBitmap("x", pixels: 3) == nil)
    #expect(TextBitmap(String(repeating: "x", count: 2001), pixels: 20) == nil)
  }

  @Test func `montage`() throws {
    let tiles = [
      MontageTile(ColorImage(size: Size(width: 64, height: 64), filledWith: RGB(gray: 200)), label: "original"),
      MontageTile(ColorImage(size: Size(width: 20, height: 40), filledWith: RGB(gray: 100)), label: "mask"),
      MontageTile(ColorImage(size: Size(width: 1, height: 1), filledWith: RGB(gray: 50))),
    ]
    let row = try ColorImage.montage(tiles)
    #expect(row.size.width > 64 + 32 + 64)
    #expect(row[40, 40] == RGB(gray: 200))
    let grid = try ColorImage.montage(tiles, columns: 2, tileHeight: 32)
    #expect(grid.size.height > 64)
    #expect(throws: ImageError.self) { try ColorImage.montage([]) }
    #expect(throws: ImageError.self) { try ColorImage.montage(tiles, columns: 0) }
    #expect(throws: ImageError.self) { try ColorImage.montage(tiles, tileHeight: 9000) }
  }
}
