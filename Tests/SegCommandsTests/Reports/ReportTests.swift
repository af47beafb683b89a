import Basics
import Foundation
import ImageOps
import Plotting
import SegLang
import SegModel
import TestSupport
import Testing

@testable import SegCommands
@testable import SegServices

@Suite("Reports")
struct ReportTests {
  private let lines = "x = load \"doe_jane.png\"; score = x | segment | morph-open radius=1px | severity"

  /// A shell with a severity of a file whose name tells of a patient.
  private func shell() throws -> Shell {
    let shell = try Shell()
    try shell.run("phantom size=192 seed=7 opacity=30% | save doe_jane.png recipe=none")
    try shell.run(lines)
    return shell
  }

  @Test func `of a case hold figures, steps with pictures, parameters, recipe and digests, and name no file`() throws {
    let shell = try shell()
    try shell.run("score | report case.html")
    let page = try shell.text("case.html")
    let percent = NumberFormat.percentage(try shell.number("score.percent"))
    #expect(page.contains("<p class=\"grade\">\(percent)") && page.contains(ReportPage.notice))
    for text in [
      "right upper (A)", "Brixia score", "[2] [1] | segment model=default", "lung probability threshold", "seglang 1", "interval",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    let digest = try SHA256.hexDigest(of: shell.bytes("doe_jane.png"))
    #expect(page.contains(digest) && page.contains("PNG \(digest.prefix(8))") && page.contains("input1.png"))
    #expect(!page.contains("doe_jane"))
    #expect(page.components(separatedBy: "<li><img ").count == 4, "three steps with their pictures")
    try shell.run("score | report named.html names=true title=\"Follow-up\"")
    let named = try shell.text("named.html")
    #expect(named.contains("doe_jane.png") && named.contains("<title>Follow-up</title>"))
    // The same value gives the same page.
    try shell.run("score | report again.html")
    #expect(try shell.text("again.html") == page)
    try shell.run("phantom size=128 | segment | report segmentation.html")
    #expect(try shell.text("segmentation.html").contains("class=\"grade\""))
  }

  @Test func `load nothing from elsewhere, and let the browser load nothing`() throws {
    let shell = try shell()
    try shell.run("score | report case.html")
    let page = try shell.text("case.html").replacing("http://www.w3.org/2000/svg", with: "")
    #expect(page.contains("default-src 'none'; img-src data:; style-src 'sha256-"))
    for text in ["http:", "https:", "@import", "url(http", "<iframe", "javascript:", " style=\""] {
      #expect(!page.contains(text), "\(text)")
    }
    for part in page.components(separatedBy: "href=\"").dropFirst() {
      #expect(part.hasPrefix("data:") || part.hasPrefix("#content"), "\(part.prefix(60))")
    }
    for part in page.components(separatedBy: "src=\"").dropFirst() { #expect(part.hasPrefix("data:image/"), "\(part.prefix(60))") }
  }

  @Test func `escape whatever comes from outside`() throws {
    let shell = try Shell()
    let name = "<img src=x onerror=alert(1)>'\"&.png"
    try shell.run("phantom size=96 seed=3 | save safe.png")
    try FileManager.default.moveItem(atPath: shell.path("safe.png"), toPath: shell.path(name))
    try shell.run("x = load \"<img src=x onerror=alert(1)>'\\\"&.png\"; score = x | segment | severity")
    try shell.run("score | report case.html names=true title=\"<script>alert(2)</script>\"")
    let page = try shell.text("case.html")
    #expect(!page.contains("<img src=x") && !page.contains("<script>alert"))
    #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;") && page.contains("&lt;script&gt;alert(2)&lt;/script&gt;"))
    try shell.run("[\"<b>\", \"b\"] | each { {case: it, percent: 3, error: \"</td><script>\"} } | report rows.html names=true")
    let rows = try shell.text("rows.html")
    #expect(!rows.contains("<b>") && rows.contains("&lt;b&gt;") && !rows.contains("<script></td>") && !rows.contains("</td><script>"))
    #expect(Markup.escaped("\u{1}\u{7F}é😀") == "\u{FFFD}\u{FFFD}é😀")
  }

  @Test func `of a table tell the distribution, the most severe, the least certain, and failures`() throws {
    let shell = try Shell()
    try shell.run(
      """
      rows = [["dr_ann", 5, 4, 6], ["dr_bob", 70, 40, 95], ["dr_cy", 31, 30, 32]] | each { {case: it[0], percent: it[1], grade: "mild", \
      intervals: {percent: [it[2], it[3]]}} }
      """)
    try shell.run("rows | report cohort.html")
    let page = try shell.text("cohort.html")
    #expect(!page.contains("<th scope=\"row\">dr_"))
    func order(_ section: String) throws -> [Int] {
      let start = try #require(page.firstRange(of: "<h2 id=\"\(section)\">"))
      let rest = page[start.upperBound...]
      let text = rest[..<(rest.firstRange(of: "</section>")?.lowerBound ?? rest.endIndex)]
      return text.components(separatedBy: "<th scope=\"row\">case ").dropFirst().compactMap { Int($0.prefix(1)) }
    }
    #expect(try order("severe") == [2, 3, 1])
    #expect(try order("uncertain") == [2, 1, 3])
    #expect(page.contains("median 31") && page.contains("35.3 %") && page.contains("<p>None.</p>"))
    try shell.run("rows | report named.html names=true")
    #expect(try shell.text("named.html").contains("<th scope=\"row\">dr_bob</th>"))
  }

  @Test func `of pictures in files name none of them`() throws {
    let shell = try Shell()
    try shell.run("for k in 1..2 { phantom size=96 seed=k | save \"dr_doe-{k}.png\" }")
    try shell.run(
      "rows = load-cases dr_doe-*.png | each { it | segment | severity }; rows | report cohort.html; rows | report named.html names=true")
    let page = try shell.text("cohort.html")
    #expect(!page.contains("dr_doe") && page.contains("<th scope=\"row\">case 2</th>") && page.contains("SHA-256"))
    #expect(try shell.text("named.html").contains("<th scope=\"row\">dr_doe-2.png</th>"))
    #expect(
      page.components(separatedBy: "<img src=\"data:image/jpeg;base64,").count == 1 + 4, "both cases, among the severe and the uncertain")
    #expect(page.contains("alt=\"X-ray of case 1, "))
  }

  @Test func `of pictures that fail say why, and not whose they are`() throws {
    let shell = try Shell()
    try shell.run("for k in 1..5 { phantom size=96 seed=k | save \"dr_doe-{k}.png\" }")
    try Data(shell.bytes("dr_doe-2.png").prefix(200)).write(to: URL(fileURLWithPath: shell.path("dr_doe-2.png")))
    _ = try shell.execute("load-cases dr_doe-*.png | each errors=keep { it | segment | severity } | report cohort.html")
    let page = try shell.text("cohort.html")
    #expect(page.contains("<td>cannot read …: the PNG file is truncated"), "the reason stands there")
    #expect(!page.contains("dr_doe"))
    #expect(page.contains("<summary>5 files and their digests</summary>"))
  }

  @Test func `bear reader, date and note, escaped, and nothing that is not given`() throws {
    let shell = try shell()
    try shell.run("score | report case.html reader=\"Dr. A <b>\" note=\"Study 7 & 8\" date=2026-03-14")
    let page = try shell.text("case.html")
    #expect(page.contains("<dt>Reader</dt><dd>Dr. A &lt;b&gt;</dd>") && page.contains("<dt>Note</dt><dd>Study 7 &amp; 8</dd>"))
    #expect(page.contains("<dt>Date of the report</dt><dd>2026-03-14</dd>"))
    try shell.run("score | report plain.html")
    let plain = try shell.text("plain.html")
    #expect(!plain.contains("<dt>Reader") && !plain.contains("<dt>Note") && plain.contains("<dd>\(ReportDate.today)</dd>"))
    #expect(try shell.failure("score | report case.html date=yesterday").contains("a day such as 2026-03-14"))
  }

  @Test func `count an image that several files hold once, and name them`() throws {
    let shell = try Shell()
    try shell.run("for k in 1..3 { phantom size=96 seed=k opacity=30% | save \"c{k}.png\" }")
    // The same file, the same pixels in another file, and a file of the same name in another folder.
    try FileManager.default.copyItem(atPath: shell.path("c2.png"), toPath: shell.path("c4.png"))
    try shell.run("load c3.png | save c5.tif recipe=none")
    try shell.run("rows = load-cases c* | each { it | segment | severity }; rows | report cohort.html")
    let page = try shell.text("cohort.html")
    #expect(page.contains("2 rows repeat an image and are not counted"))
    #expect(page.contains("<th scope=\"row\">images with a percentage</th><td class=\"number\">3</td>"))
    #expect(page.contains("<td>same image as case 2</td>") && page.contains("<td>same image as case 3</td>"))
    let severe = try #require(page.firstRange(of: "<h2 id=\"severe\">")).upperBound
    let end = try #require(page.firstRange(of: "<h2 id=\"uncertain\">")).lowerBound
    #expect(!page[severe..<end].contains("<th scope=\"row\">case 4") && !page[severe..<end].contains("<th scope=\"row\">case 5"))
    #expect(page[severe..<end].contains("same image as case 4"))
  }

  @Test func `find the X-ray of each row where folders have files of one name`() throws {
    let shell = try Shell()
    for (index, name) in ["a", "b"].enumerated() {
      try FileManager.default.createDirectory(atPath: shell.path(name), withIntermediateDirectories: true)
      try shell.run("phantom size=96 seed=\(index + 1) | save \(name)/view.png")
    }
    try shell.run("load-cases */view.png | each { it | segment | severity } | report cohort.html")
    let page = try shell.text("cohort.html")
    #expect(page.components(separatedBy: "alt=\"X-ray of case").count == 1 + 4 && !page.contains("same image"))
  }

  @Test func `show the X-ray that was worked on, not another of its size`() throws {
    let shell = try Shell()
    try shell.run("old = (phantom size=96 seed=1).image; new = (phantom size=96 seed=2).image; seg = new | segment")
    try shell.run("m = seg.opacity minus (old > 1e9); m | severity | report case.html")
    let page = try shell.text("case.html")
    try shell.run("seg.opacity | severity | report plain.html")
    func xray(_ page: String) throws -> Substring {
      let start = try #require(page.firstRange(of: "<image class=\"xray\"")).lowerBound
      return page[start...].prefix { $0 != ">" }
    }
    #expect(try xray(page) == xray(try shell.text("plain.html")))
  }

  @Test func `put the digests of a cohort where they are not printed`() throws {
    let shell = try Shell()
    try shell.run("for k in 1..6 { phantom size=64 seed=k | save \"c{k}.png\" }")
    try shell.run("load-cases c*.png | each { {percent: it.mean / 10} } | report cohort.html")
    let page = try shell.text("cohort.html")
    let digest = SHA256.hexDigest(of: try shell.bytes("c1.png"))
    let outside = page.replacing(/<details>[\s\S]*?<\/details>/, with: "")
    #expect(page.contains(digest) && !outside.contains(digest) && outside.contains("6 input files"))
    #expect(EmbeddedPage.files["report.css"]?.contains("details { display: none; }") == true)
  }

  @Test func `are refused with a reason`() throws {
    let shell = try Shell()
    #expect(try shell.failure("phantom size=64 | report x.html").contains("a Phantom"))
    #expect(try shell.failure("[1, 2] | each { {a: it} } | report x.html").contains("without a column percent"))
    #expect(try shell.failure("phantom size=64 | segment | severity | report x.txt").contains("use .html or .pdf"))
    #expect(try shell.failure("phantom size=64 | segment | severity | report no/x.html").contains("there is no folder"))
    #expect(!FileManager.default.fileExists(atPath: shell.path("x.html")))
  }

  @Test func `say what is missing where no browser prints, and give up on one that does not end`() throws {
    #expect(throws: PDFPrinter.Problem.noBrowser) { try PDFPrinter.print("<p>x", with: nil) }
    #expect(throws: PDFPrinter.Problem.failed("/bin/false")) { try PDFPrinter.print("<p>x", with: "/bin/false") }
    let folder = try TemporaryFolder()
    let script = folder.url.appendingPathComponent("slow").path
    try "#!/bin/sh\nsleep 600\n".write(toFile: script, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    #expect(throws: PDFPrinter.Problem.tooSlow(0)) { try PDFPrinter.print("<p>x", with: script, seconds: 0.2) }
    #expect(throws: CancellationError.self) {
      try Cancellation.polling(Cancellation { true }) { try PDFPrinter.print("<p>x", with: script) }
    }
  }

  @Test func `are made by cairo without a browser, or name both ways out`() throws {
    #expect(try PDFMaker.auto.found(hasBrowser: true, hasCairo: true) == .browser)
    #expect(try PDFMaker.auto.found(hasBrowser: false, hasCairo: true) == .cairo)
    #expect(try PDFMaker.cairo.found(hasBrowser: true, hasCairo: true) == .cairo)
    #expect(throws: PDFPrinter.Problem.noMaker) { try PDFMaker.auto.found(hasBrowser: false, hasCairo: false) }
    #expect(throws: PDFPrinter.Problem.noBrowser) { try PDFMaker.browser.found(hasBrowser: false, hasCairo: true) }
    #expect(throws: PDFPrinter.Problem.noCairo) { try PDFMaker.cairo.found(hasBrowser: true, hasCairo: false) }
    #expect(PDFPrinter.Problem.noMaker.description.contains("libcairo2") && PDFPrinter.Problem.noMaker.description.contains("chromium"))
    let shell = try shell()
    #expect(try shell.failure("score | report x.html pdf=cairo").contains("a .pdf file"))
  }

  /// Whether cairo makes PDFs here.
  static let hasCairo = (try? PDFMaker.cairo.found()) != nil

  @Test(.enabled(if: hasCairo, "cairo is not installed")) func `of cairo have the same bytes each time, and the recipe inside`() throws {
    let shell = try shell()
    try shell.run("score | report a.pdf pdf=cairo date=2026-03-14; score | report b.pdf pdf=cairo date=2026-03-14")
    let (bytes, again) = (try shell.bytes("a.pdf"), try shell.bytes("b.pdf"))
    #expect(bytes.starts(with: Array("%PDF-1.4".utf8)) && bytes == again)
    let text = String(decoding: bytes, as: UTF8.self)
    for mark in ["/CreationDate (20260314", "/StructTreeRoot", "/EmbeddedFiles", "(recipe.txt)", "/DCTDecode", "DejaVuSans"] {
      #expect(text.contains(mark) || text.contains(mark.replacing("(2026", with: "(D:2026")), "\(mark)")
    }
  }

  static let pdftotext = ["/usr/bin/pdftotext", "/usr/local/bin/pdftotext"].first { FileManager.default.isExecutableFile(atPath: $0) }

  /// The words of every table cell and paragraph of the HTML page are text of the PDF.
  @Test(.enabled(if: hasCairo && pdftotext != nil, "cairo or pdftotext (poppler-utils) is not installed"))
  func `of cairo say what the page says`() throws {
    let shell = try shell()
    try shell.run(
      "score | report a.pdf pdf=cairo date=2026-03-14 reader=\"Dr. Größe\"; score | report a.html date=2026-03-14 reader=\"Dr. Größe\"")
    try shell.run("rows = 1..14 | each { phantom size=96 seed=it opacity=20% | segment | severity }")
    try shell.run("rows | report c.pdf pdf=cairo date=2026-03-14; rows | report c.html date=2026-03-14")
    for name in ["a", "c"] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: try #require(Self.pdftotext))
      process.arguments = ["-raw", shell.path(name + ".pdf"), shell.path(name + ".txt")]
      try process.run()
      process.waitUntilExit()
      func letters(_ text: String) -> String { String(text.filter { !$0.isWhitespace }) }
      let text = letters(try shell.text(name + ".txt"))
      let page = try shell.text(name + ".html")
      var count = 0
      for element in page.matches(of: #/<(td|th|caption|h1|h2|dd|p)(?: [^>]*)?>([^<>]+)</#) {
        let words = String(element.output.2).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
          .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
        count += 1
        #expect(text.contains(letters(words)), "\(name): \(words)")
      }
      #expect(count > 40, "\(name)")
    }
  }

  @Test(.enabled(if: PDFPrinter.browser != nil, "Chromium is not installed")) func `become a PDF where there is a Chromium`() throws {
    let shell = try shell()
    try shell.run("score | report case.pdf")
    let bytes = try shell.bytes("case.pdf")
    #expect(bytes.starts(with: Array("%PDF-".utf8)) && bytes.count > 20_000)
  }
}
