import ImageOps

/// Rulers of characters around an image of characters: the columns of the grid above it, its rows to the left.
struct TextRuler {
  let grid: CoordinateGrid
  /// Characters to the left of the image.
  let margin: Int

  init(_ grid: CoordinateGrid) {
    self.grid = grid
    margin = 1 + String(grid.rows.last ?? 0).count
  }

  /// The text of an image with rulers: a label begins at the character that its column falls in, and is on the line that its row falls in.
  func framing(_ text: String, columns: Int, rows: Int) -> String {
    func cell(_ place: Int, of count: Int, in length: Int) -> Int { min(length - 1, (2 * place + 1) * length / (2 * count)) }
    var head = ""
    for column in grid.columns {
      let at = margin + cell(column, of: grid.size.width, in: columns)
      // A label that would touch the one before it is left out.
      guard at > head.count || head.isEmpty else { continue }
      head += String(repeating: " ", count: at - head.count) + String(column)
    }
    var labels: [Int: Int] = [:]
    for row in grid.rows.reversed() { labels[cell(row, of: grid.size.height, in: rows)] = row }
    let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
    let framed = lines.enumerated().map { index, line in
      let label = labels[index].map(String.init) ?? ""
      return String(repeating: " ", count: margin - 1 - label.count) + label + " " + line
    }
    return ([head] + framed).joined(separator: "\n") + "\n"
  }
}
