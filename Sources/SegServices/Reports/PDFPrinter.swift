import Basics
import ImageOps
internal import Platform

/// Prints a page as PDF through a Chromium that is installed, without a window, in a profile of its own that is removed afterward.
package enum PDFPrinter {
  /// Longest time that a page may take.
  package static let seconds = 60.0

  package enum Problem: Error, Hashable, CustomStringConvertible {
    case noBrowser
    case failed(String)
    case tooSlow(Int)

    package var description: String {
      switch self {
      case .noBrowser:
        "PDF output needs Chromium, which is not installed. Install it (apt-get install chromium), set SEGSH_CHROMIUM to its path, or write .html and print it in a browser"
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
