/// A terminal's screen, as far as a line editor uses one: what a person would see after some bytes came.
///
/// Understands carriage return, line feed, backspace, tab, bell, cursor movement, erasing, inserting and deleting; colors and modes are read and dropped.
/// What scrolls off the top is kept.
public struct Screen: Sendable {
  public let columns: Int
  public let rows: Int
  private var lines: [[Character]] = [[]]
  private var row = 0
  private var column = 0
  private var pending: [UInt8] = []
  public private(set) var bells = 0

  public init(columns: Int = 80, rows: Int = 24) {
    self.columns = columns
    self.rows = rows
  }

  /// All lines so far without blanks at their ends and without empty lines at the end.
  public var text: String {
    var shown = lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    while shown.last == "" { shown.removeLast() }
    return shown.joined(separator: "\n")
  }

  public mutating func feed(_ bytes: some Sequence<UInt8>) {
    pending += bytes
    while let used = step(), used > 0 { pending.removeFirst(used) }
  }

  /// Deals with the first whole unit of the bytes at hand: how many bytes it had, or nil when it is not whole yet.
  private mutating func step() -> Int? {
    guard let first = pending.first else { return nil }
    switch first {
    case 0x07: bells += 1
    case 0x08: column = max(0, column - 1)
    case 0x09: column = min(columns - 1, (column / 8 + 1) * 8)
    case 0x0A: newLine()
    case 0x0D: column = 0
    case 0x1B: return escape()
    case 0x00..<0x20: break
    default: return character(first)
    }
    return 1
  }

  private mutating func character(_ first: UInt8) -> Int? {
    let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
    guard pending.count >= length else { return nil }
    if column >= columns {
      column = 0
      newLine()
    }
    while lines[row].count <= column { lines[row].append(" ") }
    lines[row][column] = String(decoding: pending.prefix(length), as: UTF8.self).first ?? "?"
    column += 1
    return length
  }

  private mutating func newLine() {
    row += 1
    if row == lines.count { lines.append([]) }
  }

  private mutating func escape() -> Int? {
    guard pending.count >= 2 else { return nil }
    guard pending[1] == UInt8(ascii: "[") else {
      // A string to the terminal itself (APC, DCS): a question, an image.
      if [UInt8(ascii: "_"), UInt8(ascii: "P")].contains(pending[1]) {
        guard let end = pending.indices.dropFirst(3).first(where: { pending[$0] == UInt8(ascii: "\\") && pending[$0 - 1] == 0x1B })
        else { return nil }
        return end + 1
      }
      if pending[1] == UInt8(ascii: "]") {
        guard let end = pending.firstIndex(of: 0x07) else { return nil }
        return end + 1
      }
      return pending[1] == UInt8(ascii: "(") ? (pending.count >= 3 ? 3 : nil) : 2
    }
    guard let end = pending.indices.dropFirst(2).first(where: { (0x40...0x7E).contains(pending[$0]) }) else { return nil }
    let argument = String(decoding: pending[2..<end], as: UTF8.self)
    let numbers = argument.split(separator: ";").map { Int($0) }
    let first = numbers.first ?? nil
    act(on: pending[end], first, numbers.count > 1 ? numbers[1] : nil)
    return end + 1
  }

  private mutating func act(on final: UInt8, _ first: Int?, _ second: Int?) {
    let count = max(1, first ?? 1)
    switch final {
    case UInt8(ascii: "A"): row = max(0, row - count)
    case UInt8(ascii: "B"): for _ in 0..<count { newLine() }
    case UInt8(ascii: "C"): column = min(columns - 1, column + count)
    case UInt8(ascii: "D"): column = max(0, column - count)
    case UInt8(ascii: "G"): column = min(columns, count) - 1
    case UInt8(ascii: "H"):
      row = max(0, lines.count - rows) + count - 1
      while row >= lines.count { lines.append([]) }
      column = max(1, second ?? 1) - 1
    case UInt8(ascii: "J"):
      lines[row] = Array(lines[row].prefix(column))
      if first == 2 { lines[row] = [] }
      lines.removeSubrange((row + 1)...)
    case UInt8(ascii: "K"):
      switch first ?? 0 {
      case 1: for index in 0..<min(column + 1, lines[row].count) { lines[row][index] = " " }
      case 2: lines[row] = []
      default: lines[row] = Array(lines[row].prefix(column))
      }
    case UInt8(ascii: "P"): lines[row].removeSubrange(min(column, lines[row].count)..<min(column + count, lines[row].count))
    case UInt8(ascii: "@"):
      if column < lines[row].count { lines[row].insert(contentsOf: repeatElement(" ", count: count), at: column) }
    default: break
    }
  }
}
