/// Names and colors of what is shown, set in a strip of their own. Without a font the swatches stand alone.
struct Legend {
  private enum Key {
    case swatch(RGB)
    case line(RGB, OverlayStyle.Line)
    /// A pale region with a dashed outline.
    case dashedRegion(RGB)
    case bar(ColorMap)
    /// Words alone.
    case text
  }

  private let textPixels: Int
  private var entries: [(key: Key, name: String)] = []

  /// A legend whose text suits an image of this size and is never smaller than 12 px.
  init(for size: Size) { textPixels = max(12, min(size.width, size.height) / 32) }

  mutating func add(_ color: RGB, _ name: String, isFilled: Bool, line: OverlayStyle.Line) {
    entries.append((isFilled ? line == .dashed ? .dashedRegion(color) : .swatch(color) : .line(color, line), name))
  }

  mutating func add(_ map: ColorMap, _ name: String) { entries.append((.bar(map), name)) }

  mutating func add(_ text: String) { entries.append((.text, text)) }

  /// The image with the strip below; the image itself when there is nothing to say or no room.
  func appended(to picture: ColorImage) -> ColorImage {
    guard !entries.isEmpty else { return picture }
    let gap = textPixels / 2
    let blocks = entries.map { entry in
      switch entry.key {
      case .swatch(let color): sample(solid(color), entry.name)
      case .line(let color, let line): sample(lineSample(color, line), entry.name)
      case .dashedRegion(let color): sample(dashedRegion(color), entry.name)
      case .bar(let map): bar(map, entry.name)
      case .text: words(entry.name)
      }
    }
    let height = blocks.map(\.size.height).max() ?? 0
    let width = max(picture.size.width, (blocks.map(\.size.width).max() ?? 0) + 2 * gap)
    var places: [(row: Int, column: Int)] = []
    var (row, column) = (gap, gap)
    for block in blocks {
      if column > gap, column + block.size.width + gap > width { (row, column) = (row + height + gap, gap) }
      places.append((row, column))
      column += block.size.width + 3 * gap
    }
    let total = Size(width: width, height: picture.size.height + row + height + gap)
    guard total.isValid else { return picture }
    var canvas = ColorImage(size: total, filledWith: Self.background)
    canvas.place(picture, row: 0, column: (width - picture.size.width) / 2)
    for (block, place) in zip(blocks, places) { canvas.place(block, row: picture.size.height + place.row, column: place.column) }
    return canvas
  }

  static let background = RGB(gray: 24)

  private func sample(_ drawn: ColorImage, _ name: String) -> ColorImage {
    let text = TextBitmap(name, pixels: textPixels)
    let height = max(textPixels, text?.size.height ?? 0)
    let side = drawn.size.width
    let textWidth = text.map { $0.size.width + textPixels / 2 } ?? 0
    var block = ColorImage(size: Size(width: side + textWidth, height: height), filledWith: Self.background)
    block.place(drawn, row: (height - drawn.size.height) / 2, column: 0)
    if let text { block.draw(text, row: 0, column: side + textPixels / 2, with: RGB(gray: 255)) }
    return block
  }

  private func solid(_ color: RGB) -> ColorImage {
    ColorImage(size: Size(width: textPixels, height: textPixels), filledWith: color)
  }

  private func lineSample(_ color: RGB, _ line: OverlayStyle.Line) -> ColorImage {
    let width = 2 * textPixels
    let thickness = max(2, textPixels / 6) * (line == .thick ? 2 : 1)
    var image = ColorImage(size: Size(width: width, height: thickness), filledWith: Self.background)
    let pieces = line == .dashed ? 3 : 1
    let length = width / pieces
    for piece in 0..<pieces {
      let size = Size(width: line == .dashed ? max(1, length * 3 / 5) : length, height: thickness)
      image.fill(row: 0, column: piece * length, size: size, with: color)
    }
    return image
  }

  private func dashedRegion(_ color: RGB) -> ColorImage {
    let side = textPixels
    let line = max(2, side / 6)
    var image = ColorImage(size: Size(width: side, height: side), filledWith: Self.background)
    for row in 0..<side { for column in 0..<side { image.blend(color, row: row, column: column, share: 0.25) } }
    let arm = max(1, side / 3)
    for (row, column) in [(0, 0), (0, side - arm), (side - line, 0), (side - line, side - arm)] {
      image.fill(row: row, column: column, size: Size(width: arm, height: line), with: color)
    }
    for (row, column) in [(0, 0), (side - arm, 0), (0, side - line), (side - arm, side - line)] {
      image.fill(row: row, column: column, size: Size(width: line, height: arm), with: color)
    }
    return image
  }

  private func words(_ text: String) -> ColorImage {
    guard let drawn = TextBitmap(text, pixels: textPixels) else {
      return ColorImage(size: Size(width: 1, height: 1), filledWith: Self.background)
    }
    var block = ColorImage(size: drawn.size, filledWith: Self.background)
    block.draw(drawn, row: 0, column: 0, with: RGB(gray: 255))
    return block
  }

  private func bar(_ map: ColorMap, _ name: String) -> ColorImage {
    let parts = [name.isEmpty ? "0 %" : "\(name)  0 %", "100 %"].map { TextBitmap($0, pixels: textPixels) }
    let height = max(textPixels, parts.compactMap { $0?.size.height }.max() ?? 0)
    let (length, gap) = (8 * textPixels, textPixels / 2)
    let widths = parts.map { $0.map { $0.size.width + gap } ?? 0 }
    var block = ColorImage(size: Size(width: widths[0] + length + widths[1], height: height), filledWith: Self.background)
    if let text = parts[0] { block.draw(text, row: 0, column: 0, with: RGB(gray: 255)) }
    for step in 0..<length {
      block.fill(
        row: (height - textPixels) / 2, column: widths[0] + step, size: Size(width: 1, height: textPixels),
        with: map.color(Double(step) / Double(length - 1)))
    }
    if let text = parts[1] { block.draw(text, row: 0, column: widths[0] + length + gap, with: RGB(gray: 255)) }
    return block
  }
}
