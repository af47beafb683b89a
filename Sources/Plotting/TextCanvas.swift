import ImageOps

/// Characters with colors in a grid; lines are drawn in it by braille dots, 2 × 4 to a character.
struct TextCanvas {
  private struct Cell {
    var dots: UInt8 = 0
    var character: Character?
    var color: RGB?
  }

  let columns: Int
  let rows: Int
  let hasBraille: Bool
  private var cells: [Cell]

  init(columns: Int, rows: Int, hasBraille: Bool) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    self.hasBraille = hasBraille
    cells = Array(repeating: Cell(), count: self.columns * self.rows)
  }

  /// Puts a character where nothing stands, or over anything.
  mutating func put(_ character: Character, row: Int, column: Int, color: RGB?, over: Bool = true) {
    guard (0..<rows).contains(row), (0..<columns).contains(column) else { return }
    let index = row * columns + column
    // Labels may come from a file; a terminal would obey control characters, and the grid counts on one column per character.
    let isSafe = character.unicodeScalars.allSatisfy {
      ![.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
    }
    let character = isSafe ? character : "·"
    if over || (cells[index].character == nil && cells[index].dots == 0) {
      cells[index] = Cell(dots: 0, character: character, color: color)
    }
  }

  /// Draws a line by shares (0...1) of the width and the height, from the top left.
  mutating func line(from start: Point, to end: Point, color: RGB?, letter: Character?) {
    let (wide, high) = (hasBraille && letter == nil ? (2, 4) : (1, 1))
    let (width, height) = (Double(columns * wide), Double(rows * high))
    let (x0, y0, x1, y1) = (start.x * width, start.y * height, end.x * width, end.y * height)
    let steps = max(1, min(10_000, Int(max((x1 - x0).magnitude, (y1 - y0).magnitude).rounded(.up))))
    for step in 0...steps {
      let t = Double(step) / Double(steps)
      dot(column: x0 + t * (x1 - x0), row: y0 + t * (y1 - y0), color: color, letter: letter)
    }
  }

  mutating func point(at place: Point, color: RGB?, letter: Character) {
    put(letter, row: min(rows - 1, Int(place.y * Double(rows))), column: min(columns - 1, Int(place.x * Double(columns))), color: color)
  }

  private mutating func dot(column: Double, row: Double, color: RGB?, letter: Character?) {
    if let letter {
      return put(letter, row: min(rows - 1, max(0, Int(row))), column: min(columns - 1, max(0, Int(column))), color: color)
    }
    guard hasBraille else { return put("*", row: min(rows - 1, Int(row)), column: min(columns - 1, Int(column)), color: color) }
    let (x, y) = (min(2 * columns - 1, max(0, Int(column))), min(4 * rows - 1, max(0, Int(row))))
    let index = y / 4 * columns + x / 2
    let bits: [UInt8] = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80]
    if cells[index].character != nil { cells[index].character = nil }
    cells[index].dots |= bits[x % 2 * 4 + y % 4]
    cells[index].color = color
  }

  /// The rows; with ANSI colors where they are wanted.
  func lines(isColored: Bool) -> [String] {
    (0..<rows).map { row in
      var text = ""
      var current: RGB?
      for cell in cells[row * columns..<(row + 1) * columns] {
        let character =
          cell.character ?? (cell.dots == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(cell.dots)).map { Character($0) } ?? " ")
        let color = character == " " ? nil : cell.color
        if isColored, color != current {
          text += TerminalColor.code(color)
          current = color
        }
        text.append(character)
      }
      return text + (current == nil ? "" : TerminalColor.code(nil))
    }
  }
}

enum TerminalColor {
  /// Bright enough for a dark ground and dark enough for a light one.
  static func code(_ color: RGB?) -> String {
    guard let color else { return "\u{1B}[0m" }
    // Pure black and the darkest blue would vanish on a dark ground.
    let shown = color == NamedColor.blue.rgb ? RGB(hex: 0x2F8FD0) : color == NamedColor.black.rgb ? RGB(gray: 140) : color
    return "\u{1B}[38;2;\(shown.red);\(shown.green);\(shown.blue)m"
  }
}
