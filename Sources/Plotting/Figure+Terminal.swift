import Basics
import ImageOps

extension Figure {
  /// Draws the figure in characters, each line ending in a line feed.
  ///
  /// - Parameters:
  ///   - columns: Width of the terminal, clipped to 24...200.
  ///   - rows: Lines for the area between the axes, clipped to 4...100.
  ///   - isUnicode: Whether to use braille dots and blocks, or ASCII only.
  /// - Throws: `Problem`.
  public func text(columns: Int = 72, rows: Int = 14, isUnicode: Bool = true, isColored: Bool = false) throws(Problem) -> String {
    try check()
    let columns = min(max(columns, 24), 200)
    var writer = TerminalFigure(figure: self, columns: columns, rows: min(max(rows, 4), 100), isUnicode: isUnicode, isColored: isColored)
    let lines = writer.lines()
    return lines.map { line in
      var line = isUnicode ? line : line.replacing("−", with: "-").replacing("…", with: "...")
      while line.hasSuffix(" ") { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

private struct TerminalFigure {
  let figure: Figure
  let columns: Int
  let rows: Int
  let isUnicode: Bool
  let isColored: Bool

  mutating func lines() -> [String] {
    var lines = wrapped(figure.title) + figure.notes.prefix(8).flatMap { wrapped($0) } + legend
    if !figure.y.title.isEmpty { lines.append(cut(figure.y.title, columns)) }
    if figure.marks.contains(where: \.isBars), figure.panels.allSatisfy({ categories(of: $0) != nil }) {
      for panel in figure.panels { lines += head(of: panel, width: columns) + categoryBars(categories(of: panel) ?? [], panel) }
      return lines
    }
    lines += panelLines()
    if !figure.x.title.isEmpty {
      let title = cut(figure.x.title, columns)
      lines.append(String(repeating: " ", count: max(0, (columns - title.count) / 2)) + title)
    }
    return lines
  }

  private func categories(of panel: Panel) -> [String]? {
    if case .categories(let names) = (panel.x ?? figure.x).scale { names } else { nil }
  }

  private func head(of panel: Panel, width: Int) -> [String] {
    wrapped(panel.title, width: width) + panel.notes.prefix(4).flatMap { wrapped($0, width: width) }
  }

  /// The panels in rows, as many side by side as have room.
  private func panelLines() -> [String] {
    let gap = 2
    let grid = PanelGrid(count: figure.panels.count, most: max(1, (columns + gap) / (30 + gap)))
    let width = (columns - (grid.columns - 1) * gap) / grid.columns
    let height = grid.rows > 1 ? max(5, rows * 2 / 3) : rows
    let heads = figure.panels.map { head(of: $0, width: width) }
    let depths = grid.greatest(heads.map(\.count), least: 0)
    var lines: [String] = []
    for (index, panel) in figure.panels.enumerated() {
      let (row, column) = grid.place(index)
      let block = heads[index] + Array(repeating: "", count: depths[row] - heads[index].count) + plot(panel, width: width, rows: height)
      guard column > 0 else {
        lines += block
        continue
      }
      for (offset, line) in block.enumerated() {
        let place = lines.count - block.count + offset
        lines[place] += String(repeating: " ", count: max(0, column * (width + gap) - lines[place].shownCount)) + line
      }
    }
    return lines
  }

  private func color(_ tone: Mark.Tone) -> RGB? { isColored ? PlotStyle.color(tone) : nil }

  private func painted(_ text: String, _ tone: Mark.Tone) -> String {
    isColored ? TerminalColor.code(PlotStyle.color(tone)) + text + TerminalColor.code(nil) : text
  }

  /// Without color, lines that have to be distinguished are made of letters.
  private var usesLetters: Bool {
    !isUnicode || (!isColored && figure.panels.contains { $0.marks.count { if case .line = $0.shape { true } else { false } } > 1 })
  }

  private func letter(_ tone: Mark.Tone) -> Character { PlotStyle.letter(tone, isUnicode: isUnicode) }

  private func cut(_ text: String, _ width: Int) -> String {
    let text = text.prefix(400)
    return text.count <= width ? String(text) : text.prefix(max(0, width - 1)) + "…"
  }

  private func wrapped(_ text: String, width: Int? = nil) -> [String] {
    let columns = width ?? columns
    var lines: [String] = []
    for word in text.prefix(400).split(whereSeparator: \.isWhitespace) {
      if let last = lines.last, last.count + 1 + word.count <= columns {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(cut(String(word), columns))
      }
    }
    return lines
  }

  private var legend: [String] {
    var lines: [String] = []
    var length = 0
    for mark in figure.legend.prefix(24) {
      let name = cut(mark.name, columns - 4)
      let sample: String =
        switch mark.shape {
        case .line, .rule: usesLetters ? String(letter(mark.tone)) : "⠤⠤"
        case .points: String(letter(mark.tone))
        case .band: isUnicode ? "░░" : ".."
        case .intervals: isUnicode ? "├┤" : "|-|"
        case .bars, .histogram: isUnicode ? "██" : "##"
        }
      let text = painted(sample, mark.tone) + " " + name
      let width = sample.count + 1 + name.count
      if let last = lines.last, length + 2 + width <= columns {
        lines[lines.count - 1] = last + "  " + text
        length += 2 + width
      } else {
        lines.append(text)
        length = width
      }
    }
    return lines
  }

  // MARK: Named bars, lying

  private func categoryBars(_ names: [String], _ panel: Panel) -> [String] {
    let series = panel.marks.filter(\.isBars)
    let spans = panel.marks.flatMap { mark -> [Mark.Span] in if case .intervals(let spans) = mark.shape { spans } else { [] } }
    let highest = figure.marks.flatMap(\.ys).filter(\.isFinite).max() ?? 1
    let limit = max(figure.y.limits?.upperBound ?? highest, 1e-300)
    let nameWidth = min(figure.panels.flatMap { categories(of: $0) ?? [] }.map(\.count).max() ?? 0, columns / 3)
    func span(_ mark: Mark, _ index: Int) -> Mark.Span? {
      series.count == 1 ? spans.first { Int($0.x.rounded()) == index } : nil
    }
    func words(_ value: Double, _ span: Mark.Span?) -> String {
      NumberFormat.plotShort(value) + (span.map { " (\(NumberFormat.plotShort($0.low)) to \(NumberFormat.plotShort($0.high)))" } ?? "")
    }
    let bars = series.map { mark -> [Int: Double] in
      guard case .bars(let bars) = mark.shape else { return [:] }
      return Dictionary(bars.map { (Int($0.x.rounded()), $0.value) }) { first, _ in first }
    }
    let rows = names.indices.prefix(60).flatMap { index in series.indices.map { (index, $0) } }
    func widest(_ hasSpans: Bool) -> Int {
      rows.compactMap { index, number in bars[number][index].map { words($0, hasSpans ? span(series[number], index) : nil).count } }.max()
        ?? 0
    }
    // Where there is little room, the interval is left to the bar.
    let hasRoom = columns - nameWidth - 2 - widest(true) >= 6
    let room = max(4, columns - nameWidth - 2 - widest(hasRoom))
    var lines: [String] = []
    for (index, number) in rows {
      guard let value = bars[number][index] else { continue }
      let span = span(series[number], index)
      let head = number == 0 ? cut(names[index], nameWidth) : ""
      let padding = String(repeating: " ", count: nameWidth - head.count)
      lines.append(
        head + padding + " " + drawn(value, span, limit: limit, room: room, series[number].tone) + " " + words(value, hasRoom ? span : nil))
    }
    if names.count > 60 { lines.append("… \(names.count - 60) more") }
    return lines
  }

  private func drawn(_ value: Double, _ span: Mark.Span?, limit: Double, room: Int, _ tone: Mark.Tone) -> String {
    func cells(_ value: Double) -> Double { value.isFinite ? min(max(value / limit, 0), 1) * Double(room) : 0 }
    let length = cells(value)
    let eighths = Int((length * 8).rounded())
    var characters = [Character](repeating: " ", count: room)
    for index in 0..<min(room, eighths / 8) { characters[index] = isUnicode ? "█" : "#" }
    if isUnicode, eighths % 8 > 0, eighths / 8 < room {
      characters[eighths / 8] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8 - 1]
    }
    if let span, span.high > span.low {
      let (low, high) = (Int(cells(span.low)), min(room - 1, Int(cells(span.high))))
      for index in low...max(low, high) where characters[index] == " " { characters[index] = isUnicode ? "─" : "-" }
      if high < room, characters[high] == (isUnicode ? "─" : "-") { characters[high] = isUnicode ? "┤" : "|" }
    }
    return painted(String(characters), tone)
  }

  // MARK: Two axes

  private func plot(_ panel: Panel, width columns: Int, rows: Int) -> [String] {
    let y = AxisTicks(figure.y, values: figure.marks.flatMap(\.ys), target: max(2, min(5, rows / 3)), isRounded: true)
    let labelWidth = min(columns / 3, y.ticks.map(\.label.count).max() ?? 0)
    let width = columns - labelWidth - 2
    let x = xAxis(panel, width: width)
    let frame = PlotFrame(left: 0, right: 1, top: 0, bottom: 1, x: x, y: y)
    var canvas = TextCanvas(columns: width, rows: rows, hasBraille: isUnicode)
    for mark in panel.marks { draw(mark, frame, on: &canvas) }
    addLabels(panel, frame, on: &canvas)
    var lines = canvas.lines(isColored: isColored)
    var marked: [Int: String] = [:]
    for tick in y.ticks { marked[min(rows - 1, Int((1 - tick.fraction) * Double(rows - 1) + 0.5))] = tick.label }
    let side = isUnicode ? ("┤", "│") : ("+", "|")
    for row in lines.indices {
      let label = cut(marked[row] ?? "", labelWidth)
      lines[row] =
        String(repeating: " ", count: labelWidth - label.count) + label + " " + (marked[row] == nil ? side.1 : side.0) + lines[row]
    }
    let indent = String(repeating: " ", count: labelWidth + 1)
    var bar = [Character](repeating: isUnicode ? "─" : "-", count: width)
    var names = [Character](repeating: " ", count: width + labelWidth + 2)
    var end = 0
    for tick in x.ticks where !tick.label.isEmpty {
      let column = min(width - 1, Int(tick.fraction * Double(width - 1) + 0.5))
      let label = cut(tick.label, max(6, width / 2))
      let middle = column + labelWidth + 2
      let start = max(0, min(names.count - label.count, middle - label.count / 2))
      guard start >= end else { continue }
      bar[column] = isUnicode ? "┬" : "+"
      for (offset, character) in label.enumerated() where start + offset < names.count { names[start + offset] = character }
      end = start + label.count + 1
    }
    lines.append(indent + (isUnicode ? "└" : "+") + String(bar))
    lines.append(String(names))
    return lines
  }

  private func xAxis(_ panel: Panel, width: Int) -> AxisTicks {
    let values = panel.x == nil ? figure.marks.flatMap(\.xs) : panel.marks.flatMap(\.xs)
    let stated = panel.x ?? figure.x
    var axis = AxisTicks(stated, values: values, target: 1, isRounded: false)
    for target in [8, 7, 6, 5, 4, 3, 2, 1] {
      axis = AxisTicks(stated, values: values, target: target, isRounded: false)
      let room = axis.ticks.reduce(0) { $0 + $1.label.count + 2 }
      if room <= width { break }
    }
    return axis
  }

  private func draw(_ mark: Mark, _ frame: PlotFrame, on canvas: inout TextCanvas) {
    let color = color(mark.tone)
    switch mark.shape {
    case .line(let points):
      let letter = usesLetters ? letter(mark.tone) : nil
      for run in frame.runs(points) {
        if run.count == 1 { canvas.point(at: run[0], color: color, letter: self.letter(mark.tone)) }
        for (start, end) in zip(run, run.dropFirst()) { canvas.line(from: start, to: end, color: color, letter: letter) }
      }
    case .points(let points):
      for point in points {
        if let place = frame.place(point) { canvas.point(at: place, color: color, letter: letter(mark.tone)) }
      }
    case .histogram(let edges, let values):
      var heights = [Double](repeating: 0, count: canvas.columns)
      for ((low, high), value) in zip(zip(edges, edges.dropFirst()), values) {
        let (start, end) = (frame.clamped(Point(x: low, y: value)), frame.clamped(Point(x: high, y: value)))
        let first = min(canvas.columns - 1, Int(start.x * Double(canvas.columns)))
        // A bin narrower than a column shows where it is the highest there.
        let last = min(canvas.columns - 1, max(first, Int((end.x * Double(canvas.columns)).rounded(.up)) - 1))
        for column in first...max(first, last) { heights[column] = max(heights[column], 1 - start.y) }
      }
      for (column, height) in heights.enumerated() { fill(column, height, color, on: &canvas) }
    case .bars(let bars):
      for bar in bars where bar.value.isFinite {
        let low = frame.clamped(Point(x: bar.x - bar.width / 2, y: bar.value))
        let high = frame.clamped(Point(x: bar.x + bar.width / 2, y: bar.value))
        let first = min(canvas.columns - 1, Int(low.x * Double(canvas.columns)))
        for column in first...max(first, min(canvas.columns - 1, Int(high.x * Double(canvas.columns)) - 1)) {
          fill(column, 1 - low.y, color, on: &canvas)
        }
      }
    case .band(let spans): shade(spans, frame, color, on: &canvas)
    case .intervals(let spans):
      for span in spans where span.x.isFinite && span.low.isFinite && span.high.isFinite {
        let (low, high) = (frame.clamped(Point(x: span.x, y: span.low)), frame.clamped(Point(x: span.x, y: span.high)))
        let column = min(canvas.columns - 1, Int(low.x * Double(canvas.columns)))
        let rows =
          Int(high.y * Double(canvas.rows))...max(Int(high.y * Double(canvas.rows)), min(canvas.rows - 1, Int(low.y * Double(canvas.rows))))
        for row in rows { canvas.put(isUnicode ? "│" : "|", row: row, column: column, color: nil, over: false) }
      }
    case .rule(let rule):
      guard let (start, end) = frame.ends(of: rule) else { return }
      switch rule {
      case .vertical:
        let column = min(canvas.columns - 1, Int(start.x * Double(canvas.columns)))
        for row in 0..<canvas.rows { canvas.put(isUnicode ? "┊" : "|", row: row, column: column, color: color) }
      case .horizontal:
        let row = min(canvas.rows - 1, Int(start.y * Double(canvas.rows)))
        for column in 0..<canvas.columns { canvas.put(isUnicode ? "╌" : "-", row: row, column: column, color: color, over: false) }
      case .segment:
        for column in 0..<canvas.columns {
          let share = (Double(column) + 0.5) / Double(canvas.columns)
          guard start.x < end.x, share >= start.x, share <= end.x else { continue }
          let y = start.y + (share - start.x) / (end.x - start.x) * (end.y - start.y)
          canvas.put(
            isUnicode ? "·" : ".", row: min(canvas.rows - 1, Int(y * Double(canvas.rows))), column: column, color: color, over: false)
        }
      }
    }
  }

  private func fill(_ column: Int, _ height: Double, _ color: RGB?, on canvas: inout TextCanvas) {
    let eighths = Int((height * Double(canvas.rows) * 8).rounded())
    for row in 0..<min(canvas.rows, eighths / 8) {
      canvas.put(isUnicode ? "█" : "#", row: canvas.rows - 1 - row, column: column, color: color)
    }
    if isUnicode, eighths % 8 > 0 {
      let part: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"]
      canvas.put(part[eighths % 8 - 1], row: canvas.rows - 1 - eighths / 8, column: column, color: color)
    }
  }

  private func shade(_ spans: [Mark.Span], _ frame: PlotFrame, _ color: RGB?, on canvas: inout TextCanvas) {
    for (first, second) in zip(spans, spans.dropFirst()) {
      let corners = [(first.x, first.low), (first.x, first.high), (second.x, second.low), (second.x, second.high)]
      guard corners.allSatisfy({ $0.0.isFinite && $0.1.isFinite }) else { continue }
      let places = corners.map { frame.clamped(Point(x: $0.0, y: $0.1)) }
      let (left, right) = (Int(places[0].x * Double(canvas.columns)), Int(places[2].x * Double(canvas.columns)))
      for column in left...max(left, right) {
        let t = right > left ? Double(column - left) / Double(right - left) : 0
        let low = places[0].y + t * (places[2].y - places[0].y)
        let high = places[1].y + t * (places[3].y - places[1].y)
        let top = Int(min(low, high) * Double(canvas.rows))
        for row in top...max(top, min(canvas.rows - 1, Int(max(low, high) * Double(canvas.rows)))) {
          canvas.put(isUnicode ? "░" : ".", row: row, column: column, color: color, over: false)
        }
      }
    }
  }

  private func addLabels(_ panel: Panel, _ frame: PlotFrame, on canvas: inout TextCanvas) {
    var rows = 0
    for mark in panel.marks where !mark.label.isEmpty {
      guard case .rule(let rule) = mark.shape, let (start, end) = frame.ends(of: rule) else { continue }
      let label = cut(mark.label, canvas.columns * 2 / 3 - 1)
      var (row, column) = (0, 0)
      switch rule {
      case .vertical:
        let at = Int(start.x * Double(canvas.columns))
        (row, column) = (rows % canvas.rows, at + 2 + label.count > canvas.columns ? at - label.count - 1 : at + 1)
        rows += 1
      case .horizontal: (row, column) = (Int(start.y * Double(canvas.rows)), canvas.columns - label.count - 1)
      case .segment: (row, column) = (Int(end.y * Double(canvas.rows)), canvas.columns - label.count - 1)
      }
      for (offset, character) in " \(label)".enumerated() {
        canvas.put(character, row: min(canvas.rows - 1, row), column: column + offset, color: color(mark.tone))
      }
    }
  }
}

extension Mark {
  fileprivate var isBars: Bool { if case .bars = shape { true } else { false } }
}

extension String {
  /// The characters that a terminal shows, without codes of colors.
  fileprivate var shownCount: Int {
    var (count, isCode) = (0, false)
    for character in self {
      if character == "\u{1B}" { isCode = true } else if !isCode { count += 1 } else if character == "m" { isCode = false }
    }
    return count
  }
}
