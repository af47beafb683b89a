import Basics
import ImageOps
import Plotting

/// A part of a report, as HTML for the screen and as blocks for paper; each is made once, so both hold the same values.
package struct ReportPart {
  package var html: String
  package var blocks: [PaperBlock]

  package init(html: String = "", blocks: [PaperBlock] = []) { (self.html, self.blocks) = (html, blocks) }

  /// What only the screen needs, such as controls and frames.
  package static func screen(_ html: String) -> ReportPart { ReportPart(html: html) }

  package static func + (first: ReportPart, second: ReportPart) -> ReportPart {
    ReportPart(html: first.html + second.html, blocks: first.blocks + second.blocks)
  }

  package static func += (first: inout ReportPart, second: ReportPart) { first = first + second }

  package static func paragraph(_ text: String, class kind: String = "") -> ReportPart {
    ReportPart(html: HTML.element("p", text, class: kind), blocks: [.paragraph(text, isNote: !kind.isEmpty)])
  }

  package static func table(_ caption: String, columns: [(name: String, isNumber: Bool)], rows: [[String]]) -> ReportPart {
    ReportPart(
      html: HTML.table(caption, columns: columns, rows: rows), blocks: [.table(caption: caption, columns: columns, rows: rows)])
  }

  /// Text with its line breaks.
  package static func code(_ text: String) -> ReportPart {
    ReportPart(html: "<pre tabindex=\"0\">\(Markup.escaped(text))</pre>\n", blocks: [.code(text)])
  }

  /// A plot.
  /// - Throws: `Figure.Problem`.
  package static func figure(_ figure: Figure) throws -> ReportPart {
    ReportPart(html: "<div class=\"drawing\">\(try figure.svg())</div>", blocks: [.figure(figure)])
  }

  /// Images in a row, each with a caption.
  package static func gallery(_ items: [(image: PaperImage, caption: String)]) -> ReportPart {
    let list = items.map {
      "<li><img src=\"\($0.image.address)\" alt=\"\(Markup.escaped($0.caption))\">" + HTML.element("p", $0.caption) + "</li>\n"
    }
    return ReportPart(html: "<ul class=\"steps gallery\">\n\(list.joined())</ul>\n", blocks: [.gallery(items)])
  }

  /// A text, and empty lines below it to write on.
  package static func answerLines(_ count: Int, below text: String) -> ReportPart {
    let lines = String(repeating: "<div class=\"line\"></div>\n", count: count)
    return ReportPart(
      html: "<div class=\"answer\">\(HTML.element("p", text))\(lines)</div>\n", blocks: [.answerLines(count, below: text)])
  }

  /// A part with a heading that names it.
  package static func section(_ name: String, _ heading: String, _ content: ReportPart) -> ReportPart {
    ReportPart(
      html: "<section aria-labelledby=\"\(name)\">\n<h2 id=\"\(name)\">\(Markup.escaped(heading))</h2>\n\(content.html)\n</section>",
      blocks: [.heading(heading)] + content.blocks)
  }
}

extension [ReportPart] {
  /// The parts one after another.
  package func joined() -> ReportPart { reduce(into: ReportPart()) { $0 += $1 } }
}

/// What follows one another on paper.
package enum PaperBlock {
  case heading(String)
  case paragraph(String, isNote: Bool)
  /// A value in large letters, and what it is.
  case value(String, String)
  case table(caption: String, columns: [(name: String, isNumber: Bool)], rows: [[String]])
  case code(String)
  case figure(Figure)
  case image(PaperImage)
  /// A small image, if there is one, with a line of code, if there is one, and paragraphs next to it.
  case item(PaperImage?, code: String?, paragraphs: [String])
  /// Images in a row, each with a caption.
  case gallery([(image: PaperImage, caption: String)])
  /// A text, and empty lines below it to write on.
  case answerLines(Int, below: String)
}

/// An image on paper.
package struct PaperImage {
  /// The file, which is embedded as it is.
  let jpeg: [UInt8]
  let size: Size
  /// Lines and texts over the image, in pixels.
  var lines: [(row: Int, first: Int, end: Int)] = []
  var labels: [(text: String, row: Double, column: Double)] = []

  init(_ picture: some EncodableImage, size: Size) throws {
    jpeg = try HTML.data(of: picture, as: .jpeg)
    self.size = size
  }

  init(_ picture: ColorImage) throws { try self.init(picture, size: picture.size) }

  /// The address of the same file inside a page.
  var address: String { HTML.address(of: jpeg, as: .jpeg) }
}
