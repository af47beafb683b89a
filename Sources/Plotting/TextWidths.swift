/// How wide text is about, so that a layout does not hang on the fonts of the machine: advances of DejaVu Sans, wider than most that stand in for it.
enum TextWidths {
  /// In thousandths of the size, for U+0020 to U+007E.
  private static let advances: [Double] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337,
    337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732,
    684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635,
    635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
  ]

  static func width(_ text: some StringProtocol, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { sum, scalar in
      let index = Int(scalar.value) - 32
      return sum + (advances.indices.contains(index) ? advances[index] : scalar.value > 0x2E80 ? 1000 : 700)
    } * size / 1000
  }

  /// The text in lines of at most this width; a word that is wider is cut off.
  static func wrapped(_ text: String, size: Double, width limit: Double, most: Int = 4) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if width(longer, size: size) <= limit {
        line = longer
      } else {
        if !line.isEmpty { lines.append(line) }
        line = cut(String(word), size: size, width: limit)
      }
    }
    if !line.isEmpty { lines.append(line) }
    guard lines.count > most else { return lines }
    return lines.prefix(most - 1) + [cut(lines[most - 1] + " …", size: size, width: limit)]
  }

  /// The text, or as much of its start as fits with an ellipsis.
  static func cut(_ text: String, size: Double, width limit: Double) -> String {
    guard width(text, size: size) > limit else { return text }
    var short = text
    while !short.isEmpty {
      short.removeLast()
      if width(short + "…", size: size) <= limit { return short + "…" }
    }
    return ""
  }
}
