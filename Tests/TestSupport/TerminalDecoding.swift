import Foundation

/// What a terminal would draw of the bytes that were sent to it: images in its protocols.
public enum TerminalDecoding {
  /// An image of packed red, green and blue.
  public struct Picture: Equatable {
    public var width: Int
    public var height: Int
    public var pixels: [UInt8]
  }

  /// The first image in sixels (DEC STD 070); nil where there is none, or a broken one. What no sixel covers is black.
  public static func sixels(in bytes: [UInt8]) -> Picture? {
    let text = bytes
    guard let start = firstRange(of: [0x1B, UInt8(ascii: "P")], in: text[...])?.upperBound,
      let body = text[start...].firstIndex(of: UInt8(ascii: "q")).map({ $0 + 1 }),
      let end = firstRange(of: [0x1B, UInt8(ascii: "\\")], in: text[body...])?.lowerBound
    else { return nil }
    var position = body
    func numbers() -> [Int] {
      var values: [Int] = []
      var current: Int?
      while position < end {
        let byte = text[position]
        if (48...57).contains(byte) {
          current = (current ?? 0) * 10 + Int(byte) - 48
        } else if byte == UInt8(ascii: ";") {
          values.append(current ?? 0)
          current = nil
        } else {
          break
        }
        position += 1
      }
      return values + (current.map { [$0] } ?? [])
    }
    var colors: [Int: [UInt8]] = [:]
    var color: [UInt8] = [0, 0, 0]
    var cells: [Int: [UInt8]] = [:]
    let stride = 1 << 16
    var (row, column, width, height) = (0, 0, 0, 0)
    var repeats = 1
    while position < end {
      let byte = text[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        let values = numbers()
        if values.count == 4 { (width, height) = (values[2], values[3]) }
      case UInt8(ascii: "#"):
        let values = numbers()
        guard let number = values.first else { return nil }
        if values.count == 5 {
          guard values[1] == 2 else { return nil }
          colors[number] = values[2...].map { UInt8(clamping: (255 * $0 + 50) / 100) }
        }
        guard let known = colors[number] else { return nil }
        color = known
      case UInt8(ascii: "!"): repeats = numbers().first ?? 1
      case UInt8(ascii: "$"): column = 0
      case UInt8(ascii: "-"): (column, row) = (0, row + 6)
      case 63...126:
        for _ in 0..<repeats {
          for bit in 0..<6 where (byte - 63) >> UInt8(bit) & 1 == 1 {
            cells[(row + bit) * stride + column] = color
            (width, height) = (max(width, column + 1), max(height, row + bit + 1))
          }
          column += 1
        }
        repeats = 1
      default: break
      }
    }
    var pixels = [UInt8](repeating: 0, count: 3 * width * height)
    for (place, color) in cells {
      let (row, column) = (place / stride, place % stride)
      if row < height, column < width { pixels.replaceSubrange(3 * (row * width + column)..<3 * (row * width + column) + 3, with: color) }
    }
    return Picture(width: width, height: height, pixels: pixels)
  }

  /// The first image by kitty's protocol, sent whole and uncompressed, and the cells that it fills.
  public static func kitty(in bytes: [UInt8]) -> (picture: Picture, columns: Int, rows: Int)? {
    var rest = bytes[...]
    var keys: [String: Int] = [:]
    var data = Data()
    while let start = firstRange(of: Array("\u{1B}_G".utf8), in: rest)?.upperBound,
      let end = firstRange(of: [0x1B, UInt8(ascii: "\\")], in: rest[start...])?.lowerBound
    {
      let parts = String(decoding: rest[start..<end], as: UTF8.self).split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
      rest = rest[(end + 2)...]
      var own: [String: Int] = [:]
      for pair in (parts.first ?? "").split(separator: ",") {
        let sides = pair.split(separator: "=").map(String.init)
        if sides.count == 2 { own[sides[0]] = Int(sides[1]) ?? Int(sides[1].utf8.first ?? 0) }
      }
      // A question is no image.
      if own["a"] == Int(UInt8(ascii: "q")) { continue }
      keys.merge(own) { first, _ in first }
      // Each part is padded by itself.
      guard parts.count < 2 || Data(base64Encoded: String(parts[1])) != nil else { return nil }
      if parts.count == 2 { data += Data(base64Encoded: String(parts[1])) ?? Data() }
      if own["m"] != 1 { break }
    }
    guard let width = keys["s"], let height = keys["v"], let columns = keys["c"], let rows = keys["r"] else { return nil }
    let channels = keys["f"] == 24 ? 3 : 4
    guard data.count == channels * width * height else { return nil }
    let all = [UInt8](data)
    let pixels = (0..<width * height).flatMap { all[channels * $0..<channels * $0 + 3] }
    return (Picture(width: width, height: height, pixels: pixels), columns, rows)
  }

  /// The file that the first image by iTerm2's protocol holds.
  public static func iterm(in bytes: [UInt8]) -> (file: [UInt8], options: String)? {
    guard let start = firstRange(of: Array("\u{1B}]1337;File=".utf8), in: bytes[...])?.upperBound,
      let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":")), let end = bytes[colon...].firstIndex(of: 7)
    else { return nil }
    let text = String(decoding: bytes[(colon + 1)..<end], as: UTF8.self)
    return Data(base64Encoded: text).map { ([UInt8]($0), String(decoding: bytes[start..<colon], as: UTF8.self)) }
  }

  private static func firstRange(of marks: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
    guard bytes.count >= marks.count else { return nil }
    for start in bytes.startIndex...(bytes.endIndex - marks.count)
    where bytes[start] == marks[0] && bytes[start..<start + marks.count].elementsEqual(marks) {
      return start..<start + marks.count
    }
    return nil
  }
}
