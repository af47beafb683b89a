import Basics
import ImageOps
internal import Platform
import SegLang

/// The program that makes PDFs.
package enum PDFMaker: String, Choice {
  case auto, browser, cairo

  package var choiceHelp: String {
    switch self {
    case .auto: "Chromium if installed, otherwise cairo"
    case .browser: "Chromium, with the layout of the HTML page"
    case .cairo: "cairo, with a simpler layout and the same bytes each time"
    }
  }

  /// The one that is used: itself, or the first that is installed.
  /// - Throws: `PDFPrinter.Problem` if it is not installed.
  package func found() throws(PDFPrinter.Problem) -> PDFMaker {
    try found(hasBrowser: PDFPrinter.browser != nil, hasCairo: PDFDocument.isAvailable)
  }

  package func found(hasBrowser: Bool, hasCairo: Bool) throws(PDFPrinter.Problem) -> PDFMaker {
    switch self {
    case .browser where !hasBrowser: throw PDFPrinter.Problem.noBrowser
    case .cairo where !hasCairo: throw PDFPrinter.Problem.noCairo
    case .auto where !hasBrowser && !hasCairo: throw PDFPrinter.Problem.noMaker
    case .auto: return hasBrowser ? .browser : .cairo
    default: return self
    }
  }
}

/// Prints a page as PDF through a Chromium that is installed, without a window, in a profile of its own that is removed afterward.
package enum PDFPrinter {
  /// Longest time that a page may take.
  package static let seconds = 60.0

  package enum Problem: Error, Hashable, CustomStringConvertible {
    case noBrowser
    case noCairo
    case noMaker
    case failed(String)
    case tooSlow(Int)

    package var description: String {
      switch self {
      case .noBrowser:
        "PDF output needs Chromium, which is not installed. Install it (apt-get install chromium), set SEGSH_CHROMIUM to its path, or write .html and print it in a browser"
      case .noCairo: "pdf=cairo needs the library cairo, which is not installed. Install it (apt-get install libcairo2), or write .html"
      case .noMaker:
        "PDF output needs cairo or Chromium, and neither is installed. Install one (apt-get install libcairo2, or chromium), set SEGSH_CHROMIUM to the path of a browser, or write .html and print it in a browser"
      case .failed("cairo"): "cairo failed to write the report; write .html and print it in a browser"
      case .failed(let browser): "\(browser) failed to print the report; write .html and print it in a browser"
      case .tooSlow(let seconds): "the browser did not print the report within \(seconds) s"
      }
    }
  }

  /// The browser that `SEGSH_CHROMIUM` names, or else the first that is installed; nil where there is none.
  package static var browser: String? {
    if let named = Environment["SEGSH_CHROMIUM"] { return access(named, X_OK) == 0 ? named : nil }
    let folders = ["/usr/bin", "/usr/local/bin", "/snap/bin"]
    return ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].lazy
      .flatMap { name in folders.map { "\($0)/\(name)" } }.first { access($0, X_OK) == 0 }
  }

  /// The bytes of the PDF.
  /// - Throws: `Problem`; `CodecError`; `CancellationError`.
  package static func print(_ html: String, with browser: String? = browser, seconds: Double = seconds) throws -> [UInt8] {
    guard let browser else { throw Problem.noBrowser }
    guard let scratch = ScratchFolder(named: "segsh-report") else { throw Problem.failed(browser) }
    defer { withExtendedLifetime(scratch) {} }
    let folder = scratch.path
    try FileBytes.write(Array(html.utf8), to: folder + "/report.html")
    var arguments = [
      "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--no-first-run",
      "--disable-background-networking", "--no-pdf-header-footer", "--user-data-dir=\(folder)/profile",
      "--print-to-pdf=\(folder)/report.pdf",
    ]
    // Chromium's own sandbox does not start for root; the page is ours and may load nothing.
    if geteuid() == 0 { arguments.append("--no-sandbox") }
    arguments.append("file://\(folder.percentEncodedPath)/report.html")
    do {
      _ = try ExternalProgram.run(
        browser, arguments, environment: ["PATH=/usr/bin:/bin", "HOME=\(folder)", "LANG=C.UTF-8"], seconds: seconds)
    } catch let problem as ExternalProgram.Problem {
      switch problem {
      case .tooSlow: throw Problem.tooSlow(Int(seconds))
      case .cannotStart: throw Problem.failed(browser)
      // Whether it printed is seen by the file.
      case .failed, .tooMuch: break
      }
    }
    let bytes = (try? FileBytes.read(folder + "/report.pdf")) ?? []
    guard bytes.starts(with: Array("%PDF-".utf8)) else { throw Problem.failed(browser) }
    return bytes
  }
}
