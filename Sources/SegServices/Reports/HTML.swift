import Basics
import ImageOps
import Plotting
import SegModel

/// Text of a page. What comes from outside enters through `Markup.escaped` alone.
package enum HTML {
  /// `<name class="…">text</name>`
  package static func element(_ name: String, _ text: String, class kind: String = "") -> String {
    "<\(name)\(kind.isEmpty ? "" : " class=\"\(kind)\"")>\(Markup.escaped(text))</\(name)>"
  }

  /// A table with one header row where columns have names; cells that are numbers stand to the right, the first cell of each row is its header.
  package static func table(_ caption: String, columns: [(name: String, isNumber: Bool)], rows: [[String]]) -> String {
    let head = columns.map { "<th scope=\"col\"\($0.isNumber ? " class=\"number\"" : "")>\(Markup.escaped($0.name))</th>" }.joined()
    let header = columns.allSatisfy { $0.name.isEmpty } ? "" : "<thead><tr>\(head)</tr></thead>"
    let body = rows.map { row in
      "<tr>"
        + zip(columns, row).enumerated().map { index, pair in
          index == 0
            ? "<th scope=\"row\">\(Markup.escaped(pair.1))</th>"
            : "<td\(pair.0.isNumber ? " class=\"number\"" : "")>\(Markup.escaped(pair.1))</td>"
        }.joined() + "</tr>\n"
    }.joined()
    return
      "<div class=\"scroll\(rows.count > 12 ? " long" : "")\"><table><caption>\(Markup.escaped(caption))</caption>\(header)\n<tbody>\n\(body)</tbody></table></div>\n"
  }

  /// An image inside the page.
  package static func address(of picture: some EncodableImage, as format: ImageFormat) throws -> String {
    address(of: try data(of: picture, as: format), as: format)
  }

  /// The file of an image in a report.
  package static func data(of picture: some EncodableImage, as format: ImageFormat) throws -> [UInt8] {
    try picture.encoded(as: format, options: EncodingOptions(depth: .eight, jpegQuality: 85, compressionLevel: 6))
  }

  /// An image file inside the page.
  package static func address(of bytes: [UInt8], as format: ImageFormat) -> String {
    "data:image/\(format == .jpeg ? "jpeg" : "png");base64,\(Base64.text(of: bytes))"
  }
}

/// A page that needs nothing but itself, and that a browser lets load nothing else.
package struct ReportPage {
  package let title: String
  /// What stands below the title.
  package var subtitle = ""
  package var doubt: String?
  /// What the user says of the report: reader, date, note.
  package var facts: [(name: String, text: String)] = []
  package var sections: [ReportPart] = []
  /// The lines that make the value again, with the digests of their files; a PDF carries it as an attachment.
  package var recipe: String?
  /// What is said below the sections.
  package var closing: String?

  package static let notice = "Research use, not a diagnosis. segsh is not a medical device, and its results can be wrong."

  /// What stands below each page.
  package var footer: String { "Written by segsh \(ProgramVersion.text). \(Self.notice)" }

  package var html: String {
    let style = EmbeddedPage.files["report.css"] ?? ""
    let script = EmbeddedPage.files["report.js"] ?? ""
    func source(_ text: String) -> String { "'sha256-\(Base64.text(of: SHA256.digest(of: Array(text.utf8))))'" }
    let policy =
      "default-src 'none'; img-src data:; style-src \(source(style)); script-src \(source(script)); base-uri 'none'; form-action 'none'"
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="segsh \(Markup.escaped(ProgramVersion.text))">
      <title>\(Markup.escaped(title))</title>
      <link rel="icon" href="data:,">
      <style>\(style)</style>
      </head>
      <body>
      <a class="skip" href="#content">Skip to the results</a>
      <header>
      <div><h1>\(Markup.escaped(title))</h1>\(subtitle.isEmpty ? "" : HTML.element("p", subtitle))</div>
      <button id="theme" type="button">Light or dark</button>
      \(facts.isEmpty ? "" : "<dl class=\"facts\">" + facts.map { "<div>" + HTML.element("dt", $0.name) + HTML.element("dd", $0.text) + "</div>" }.joined() + "</dl>")
      \(HTML.element("p", Self.notice, class: "notice"))
      \(doubt.map { "<p class=\"doubt\" role=\"alert\">\(Markup.escaped($0))</p>" } ?? "")
      </header>
      <main id="content">
      \(sections.map(\.html).joined(separator: "\n"))
      \(closing.map { HTML.element("p", $0, class: "note") } ?? "")
      </main>
      <footer>\(Markup.escaped(footer))</footer>
      <script type="module">\(script)</script>
      </body>
      </html>

      """
  }
}
