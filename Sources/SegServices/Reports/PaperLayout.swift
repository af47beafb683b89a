import Basics
import ImageOps
import Plotting

/// Sets the blocks of a report on pages of A4, from top to bottom.
struct PaperLayout {
  private static let pageWidth = 595.28
  private static let pageHeight = 841.89
  private static let margin = 42.0
  private static let footer = 30.0
  private static let size = 9.0
  private static let ink = RGB(gray: 0)
  private static let soft = RGB(gray: 70)
  private static let rule = RGB(gray: 195)
  private static let warning = RGB(red: 176, green: 0, blue: 32)

  private let document: PDFDocument
  /// The number of pages; nil while they are counted.
  private let pageCount: Int?
  private let footerText: String
  private var page = 1
  private var y = margin

  private static var width: Double { pageWidth - 2 * margin }
  private var bottom: Double { Self.pageHeight - Self.margin - Self.footer }

  /// The PDF of a page; nil without cairo, or if it reports an error.
  /// - Throws: `Figure.Problem`, `CancellationError`.
  static func pdf(of page: ReportPage, date: String) throws -> [UInt8]? {
    func document() -> PDFDocument? {
      PDFDocument(width: pageWidth, height: pageHeight, title: page.title, creator: "segsh \(ProgramVersion.text)", date: date)
    }
    // Once to count the pages, and once more with their number.
    guard let draft = document(), let final = document() else { return nil }
    var counting = PaperLayout(document: draft, pageCount: nil, footerText: page.footer)
    try counting.set(page)
    var layout = PaperLayout(document: final, pageCount: counting.page, footerText: page.footer)
    try layout.set(page)
    return final.finished()
  }

  private init(document: PDFDocument, pageCount: Int?, footerText: String) {
    (self.document, self.pageCount, self.footerText) = (document, pageCount, footerText)
  }

  private mutating func set(_ page: ReportPage) throws {
    document.begin(.document)
    writeFooter()
    document.setFont(.sans, isBold: true, size: 17)
    write(page.title, tag: .title, leading: 21)
    document.setFont(.sans, size: Self.size)
    if !page.subtitle.isEmpty { write(page.subtitle, color: Self.soft) }
    for fact in page.facts { write("\(fact.name): \(fact.text)") }
    y += 3
    document.setFont(.sans, isBold: true, size: Self.size)
    write(ReportPage.notice)
    if let doubt = page.doubt {
      y += 3
      document.setFont(.sans, isBold: true, size: Self.size + 1)
      write(doubt, color: Self.warning, leading: 14)
    }
    y += 6
    var rest = page.sections.flatMap(\.blocks)[...]
    while let block = rest.popFirst() {
      try Cancellation.current.check()
      // An X-ray and the plot of its zones stand side by side.
      if case .image(let image) = block, case .figure(let figure)? = rest.first {
        rest.removeFirst()
        try set(image, with: figure)
      } else {
        try set(block)
      }
    }
    if let closing = page.closing { try set(.paragraph(closing, isNote: true)) }
    document.endPage()
    document.end(.document)
  }

  private mutating func set(_ block: PaperBlock) throws {
    switch block {
    case .heading(let text):
      // A heading stays with what follows it.
      y += 10
      makeRoom(130)
      document.setFont(.sans, isBold: true, size: 12.5)
      write(text, tag: .heading, leading: 17)
      document.stroke([Point(x: Self.margin, y: y - 2), Point(x: Self.margin + Self.width, y: y - 2)], Self.rule, width: 0.5, dash: [])
      y += 4
    case .paragraph(let text, let isNote):
      document.setFont(.sans, size: isNote ? 8 : Self.size)
      write(text, color: isNote ? Self.soft : Self.ink, leading: isNote ? 11 : 13)
      y += 4
    case .value(let value, let meaning):
      makeRoom(34)
      document.tagged(.paragraph) {
        document.setFont(.sans, isBold: true, size: 22)
        document.write(value, x: Self.margin, y: y + 22, Self.ink)
        let start = Self.margin + document.width(of: value) + 8
        document.setFont(.sans, size: Self.size)
        document.write(meaning, x: start, y: y + 22, Self.soft)
      }
      y += 34
    case .table(let caption, let columns, let rows): set(caption, columns, rows)
    case .code(let text):
      document.setFont(.mono, size: 7)
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        write(String(line), tag: .code, color: Self.soft, leading: 9.5)
      }
      y += 5
    case .figure(let figure):
      let size = try figure.paperSize()
      let factor = min(1.2, Self.width / size.width, (bottom - Self.margin) / size.height)
      makeRoom(size.height * factor + 6)
      let top = y
      try document.tagged(.figure) { try document.draw(figure, x: Self.margin, y: top, factor: factor) }
      y += size.height * factor + 6
    case .image(let image): try set(image, with: nil)
    case .item(let image, let code, let paragraphs): set(image, code: code, paragraphs)
    case .gallery(let items): set(items)
    case .answerLines(let count, let text):
      // They stay on one page.
      makeRoom(Double(count) * Self.answerLeading + 17)
      document.setFont(.sans, size: Self.size)
      write(text)
      for _ in 0..<count {
        y += Self.answerLeading
        document.stroke([Point(x: Self.margin, y: y), Point(x: Self.margin + Self.width, y: y)], Self.soft, width: 0.5, dash: [])
      }
      y += 8
    }
  }

  // MARK: Pages

  /// Begins a page if the rest of this one is lower than a height.
  private mutating func makeRoom(_ height: Double) {
    guard y + height > bottom, y > Self.margin else { return }
    document.endPage()
    page += 1
    y = Self.margin
    writeFooter()
  }

  /// The footer is the first that is drawn on a page: cairo 1.16 reports an error of nesting for a page that begins with an image in a tag.
  private func writeFooter() {
    document.setFont(.sans, size: 7)
    let line = Self.pageHeight - Self.margin - 8
    document.tagged(.paragraph) {
      document.write(footerText, x: Self.margin, y: line, Self.soft)
      let number = pageCount.map { "\(page) / \($0)" } ?? "\(page)"
      document.write(number, x: Self.margin + Self.width - document.width(of: number), y: line, Self.soft)
    }
  }

  // MARK: Text

  /// Writes a text in the current font as lines as wide as the page.
  private mutating func write(_ text: String, tag: PDFDocument.Tag = .paragraph, color: RGB = ink, leading: Double = 13) {
    for line in lines(of: text, width: Self.width) {
      let isNewPage = y + leading > bottom
      let font = document.currentFont
      makeRoom(leading)
      if isNewPage { document.setFont(font.name, isBold: font.isBold, size: font.size) }
      y += leading
      let baseline = y - leading * 0.25
      document.tagged(tag) { document.write(line, x: Self.margin, y: baseline, color) }
    }
  }

  /// A text in the current font as lines of at most a width; a longer word is divided.
  private func lines(of text: String, width: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if document.width(of: longer) <= width {
        line = longer
        continue
      }
      if !line.isEmpty { lines.append(line) }
      line = String(word)
      while document.width(of: line) > width, line.count > 1 {
        var count = max(1, min(line.count - 1, Int(Double(line.count) * width / document.width(of: line))))
        while count > 1, document.width(of: String(line.prefix(count))) > width { count -= 1 }
        lines.append(String(line.prefix(count)))
        line = String(line.dropFirst(count))
      }
    }
    return lines + [line]
  }

  // MARK: Tables

  private static let padding = 8.0
  private static let cellLeading = 11.0
  /// Room to write by hand.
  private static let answerLeading = 26.0

  private mutating func set(_ caption: String, _ columns: [(name: String, isNumber: Bool)], _ rows: [[String]]) {
    let names = columns.map(\.name)
    let hasHeader = names.contains { !$0.isEmpty }
    document.setFont(.sans, size: 8)
    let widths = columnWidths(names, rows)
    let shown = caption.isEmpty ? [] : lines(of: caption, width: Self.width)
    makeRoom(Double(shown.count + 3) * 13)
    document.begin(.table)
    document.setFont(.sans, isBold: true, size: 8)
    for line in shown {
      y += 12
      let baseline = y - 3
      document.tagged(.paragraph) { document.write(line, x: Self.margin, y: baseline, Self.soft) }
    }
    y += 2
    if hasHeader { set(names, isHeader: true, columns, widths) }
    for row in rows {
      document.setFont(.sans, size: 8)
      let height = zip(row, widths).map { Double(lines(of: $0, width: $1 - Self.padding).count) }.max() ?? 1
      if y + height * Self.cellLeading + 3 > bottom, y > Self.margin {
        document.end(.table)
        makeRoom(bottom)
        document.begin(.table)
        if hasHeader { set(names, isHeader: true, columns, widths) }
      }
      set(row, isHeader: false, columns, widths)
    }
    document.end(.table)
    y += 8
  }

  private mutating func set(_ cells: [String], isHeader: Bool, _ columns: [(name: String, isNumber: Bool)], _ widths: [Double]) {
    document.setFont(.sans, isBold: isHeader, size: 8)
    let texts = zip(cells, widths).map { lines(of: $0, width: $1 - Self.padding) }
    let top = y
    document.tagged(.row) {
      var x = Self.margin
      for (index, text) in texts.enumerated() {
        document.tagged(isHeader || index == 0 ? .header : .cell) {
          for (number, line) in text.enumerated() {
            let start = columns[index].isNumber ? x + widths[index] - Self.padding - document.width(of: line) : x
            document.write(line, x: start, y: top + Double(number + 1) * Self.cellLeading - 2, Self.ink)
          }
        }
        x += widths[index]
      }
    }
    y += Double(texts.map(\.count).max() ?? 1) * Self.cellLeading + 2
    let end = Self.margin + widths.reduce(0, +)
    document.stroke([Point(x: Self.margin, y: y - 1), Point(x: end, y: y - 1)], isHeader ? Self.soft : Self.rule, width: 0.4, dash: [])
  }

  /// As wide as the texts need; where that is wider than the page, the widest columns share what the others leave.
  private func columnWidths(_ names: [String], _ rows: [[String]]) -> [Double] {
    var needed = names.map { document.width(of: $0) * 1.12 + 2 * Self.padding }
    for row in rows {
      for (index, text) in row.enumerated() where index < needed.count {
        needed[index] = max(needed[index], document.width(of: String(text.prefix(400))) + 2 * Self.padding)
      }
    }
    guard needed.reduce(0, +) > Self.width else { return needed }
    var widths = needed
    var open = Set(needed.indices)
    var room = Self.width
    while let narrow = open.filter({ needed[$0] <= room / Double(open.count) }).min() {
      room -= needed[narrow]
      open.remove(narrow)
    }
    for index in open { widths[index] = room / Double(open.count) }
    return widths
  }

  // MARK: Images

  /// - Parameter figure: A plot to the right of the image.
  private mutating func set(_ image: PaperImage, with figure: Figure?) throws {
    let (columns, rows) = (Double(image.size.width), Double(image.size.height))
    let plot = try figure?.paperSize()
    let plotFactor = plot.map { min(1, 0.48 * Self.width / $0.width) } ?? 1
    let factor = min((figure == nil ? 0.72 : 0.5) * Self.width / columns, 330 / rows)
    let height = max(rows * factor, (plot?.height ?? 0) * plotFactor)
    makeRoom(height + 8)
    let top = y
    document.tagged(.figure) {
      document.draw(image, x: Self.margin, y: top, width: columns * factor, height: rows * factor)
      let yellow = NamedColor.yellow.rgb
      func point(_ row: Double, _ column: Double) -> Point { Point(x: Self.margin + column * factor, y: top + row * factor) }
      for line in image.lines {
        document.stroke(
          [point(Double(line.row), Double(line.first)), point(Double(line.row), Double(line.end))], yellow, width: 0.7, dash: [])
      }
      for label in image.labels {
        // Readable over dark and bright tissue.
        let place = point(label.row, label.column)
        document.shade(label.text, at: place, size: 8)
        document.write(label.text, at: place, size: 8, yellow, share: 0.5, isUpright: false)
      }
    }
    if let figure {
      try document.tagged(.figure) { try document.draw(figure, x: Self.margin + 0.52 * Self.width, y: top, factor: plotFactor) }
    }
    y += height + 8
  }

  private mutating func set(_ image: PaperImage?, code: String?, _ paragraphs: [String]) {
    let side = 84.0
    let factor = image.map { min(side / Double($0.size.width), side / Double($0.size.height)) } ?? 1
    let left = Self.margin + (image == nil ? 0 : side + 8)
    let width = Self.margin + Self.width - left
    document.setFont(.mono, size: 7.5)
    let codeLines = code.map { lines(of: $0, width: width) } ?? []
    document.setFont(.sans, size: 8)
    let textLines = paragraphs.flatMap { lines(of: $0, width: width) }
    let height = max(image.map { Double($0.size.height) * factor } ?? 0, Double(codeLines.count + textLines.count) * 11) + 8
    makeRoom(min(height, bottom - Self.margin))
    let top = y
    if let image {
      document.tagged(.figure) {
        document.draw(image, x: Self.margin, y: top, width: Double(image.size.width) * factor, height: Double(image.size.height) * factor)
      }
    }
    var line = top
    document.setFont(.mono, size: 7.5)
    for text in codeLines {
      line += 11
      document.tagged(.code) { document.write(text, x: left, y: line - 3, Self.ink) }
    }
    document.setFont(.sans, size: 8)
    for text in textLines {
      line += 11
      document.tagged(.paragraph) { document.write(text, x: left, y: line - 3, Self.soft) }
    }
    y += height
  }

  /// Up to three images in a row, each above its caption.
  private mutating func set(_ items: [(image: PaperImage, caption: String)]) {
    let (columns, gap, most) = (min(3, max(2, items.count)), 10.0, 190.0)
    let width = (Self.width - gap * Double(columns - 1)) / Double(columns)
    for start in stride(from: 0, to: items.count, by: columns) {
      let row = items[start..<min(items.count, start + columns)]
      func height(_ image: PaperImage) -> Double { min(most, width * Double(image.size.height) / Double(image.size.width)) }
      let tallest = row.map { height($0.image) }.max() ?? 0
      document.setFont(.sans, size: 8)
      let captions = row.map { lines(of: $0.caption, width: width) }
      let captionHeight = Double(captions.map(\.count).max() ?? 0) * 11
      makeRoom(tallest + captionHeight + 12)
      let top = y
      for (place, (item, caption)) in zip(row, captions).enumerated() {
        let left = Self.margin + Double(place) * (width + gap)
        let own = height(item.image)
        document.tagged(.figure) {
          document.draw(
            item.image, x: left, y: top, width: own * Double(item.image.size.width) / Double(item.image.size.height), height: own)
        }
        document.setFont(.sans, size: 8)
        for (number, line) in caption.enumerated() {
          let baseline = top + tallest + Double(number + 1) * 11 - 1
          document.tagged(.paragraph) { document.write(line, x: left, y: baseline, Self.soft) }
        }
      }
      y += tallest + captionHeight + 12
    }
  }
}
