/// A contact sheet as SVG: images side by side, each above its name.
public struct ImageSheet: Sendable, Equatable {
  /// An image of a contact sheet.
  public struct Tile: Sendable, Equatable {
    /// The image as a URL, usually `data:` with its bytes, so that the file is self-contained.
    public var address: String
    /// The width divided by the height; clipped to 0.05...20, and 1 if it is not finite.
    public var aspect: Double
    /// The text below the image, truncated to the column's width.
    public var label: String
    /// What the image shows, for assistive technology; it is not drawn. Default: empty.
    public var words: String

    /// Creates a tile.
    public init(address: String, aspect: Double, label: String, words: String = "") {
      self.address = address
      self.aspect = aspect
      self.label = label
      self.words = words
    }

    /// The label and the words.
    fileprivate var name: String { [label, words].filter { !$0.isEmpty }.joined(separator: ": ") }
  }

  /// The title, for assistive technology; it is not drawn.
  public var title: String
  /// The images in order, row by row.
  public var tiles: [Tile]
  /// Tiles per row, at least 1.
  public var columns: Int
  /// The width in mm, clipped to 40...400; 170 is the width of two columns of a journal.
  public var width: Double

  /// Creates a contact sheet.
  public init(title: String, tiles: [Tile], columns: Int, width: Double = 170) {
    self.title = title
    self.tiles = tiles
    self.columns = columns
    self.width = width
  }

  /// Encodes the sheet as an SVG file; the same tiles yield the same bytes.
  /// - Parameter note: A text to embed; see ``Figure/svg(note:)``.
  public func svg(note: String? = nil) -> String {
    let (gap, size) = (4.0, 7.0)
    let count = max(1, min(columns, tiles.count))
    let paper = min(max(width.isFinite ? width : 170, Figure.sides.lowerBound), Figure.sides.upperBound) / 25.4 * 72
    let room = (paper - gap) / Double(count) - gap
    let aspects = tiles.map { $0.aspect.isFinite ? min(max($0.aspect, 0.05), 20) : 1 }
    // All are equally high, as on a film strip, and the widest fills its column.
    let height = room / (aspects.max() ?? 1)
    let rows = (tiles.count + count - 1) / count
    let body = tiles.enumerated().map { index, tile in
      let left = gap + Double(index % count) * (room + gap)
      let top = gap + Double(index / count) * (height + size * 1.5 + gap)
      let wide = height * aspects[index]
      let label = TextWidths.cut(tile.label, size: size, width: room)
      let middle = SVG.number(left + room / 2)
      return
        "<image x=\"\(SVG.number(left + (room - wide) / 2))\" y=\"\(SVG.number(top))\" width=\"\(SVG.number(wide))\" height=\"\(SVG.number(height))\" "
        + "href=\"\(Markup.escaped(tile.address))\" aria-label=\"\(Markup.escaped(tile.name))\"/>\n"
        + "<text x=\"\(middle)\" y=\"\(SVG.number(top + height + size * 1.2))\" font-size=\"\(SVG.number(size))\" text-anchor=\"middle\" "
        + "fill=\"#222222\">\(Markup.escaped(label))</text>"
    }
    return SVG.document(
      width: paper, height: gap + Double(rows) * (height + size * 1.5 + gap), title: title,
      summary: ([title] + tiles.map(\.name)).joined(separator: ". "), note: note, body: body)
  }
}
