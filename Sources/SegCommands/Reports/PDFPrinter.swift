import Glibc
import ImageOps

/// Prints a page as PDF through a Chromium that is installed, without a window, in a profile of its own that is removed afterwards.
enum PDFPrinter {
  /// Longest time that a page may take.
  static let seconds = 60.0

  enum Problem: Error, Hashable, CustomStringConvertible {
    case noBrowser
    case failed(String)
    case tooSlow(Int)

    var description: String {
      switch self {
      case .noBrowser:
        "a PDF is printed by Chromium, and none is installed: apt-get install chromium, or SEGSH_CHROMIUM names one; or write .html and print that"
      case .failed(let browser): "\(browser) did not print the report; write .html and print that in a browser"
      case .tooSlow(let seconds): "the browser did not print the report within \(seconds) s"
      }
    }
  }

  /// The browser that `SEGSH_CHROMIUM` names, or else the first that is installed; nil where there is none.
  static var browser: String? {
    if let named = getenv("SEGSH_CHROMIUM").map({ String(cString: $0) }) { return access(named, X_OK) == 0 ? named : nil }
    let folders = ["/usr/bin", "/usr/local/bin", "/snap/bin"]
    return ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].lazy
      .flatMap { name in folders.map { "\($0)/\(name)" } }.first { access($0, X_OK) == 0 }
  }

  /// The bytes of the PDF.
  /// - Throws: `Problem`; `CodecError`; `CancellationError`.
  static func print(
    _ html: String, with browser: String? = browser, seconds: Double = seconds, polling cancellation: Cancellation = .never
  ) throws -> [UInt8] {
    guard let browser else { throw Problem.noBrowser }
    guard let scratch = ScratchFolder(named: "segsh-report") else { throw Problem.failed(browser) }
    defer { withExtendedLifetime(scratch) {} }
    let folder = scratch.path
    try FileBytes.write(Array(html.utf8), to: folder + "/report.html")
    var arguments = [
      browser, "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--no-first-run",
      "--disable-background-networking", "--no-pdf-header-footer", "--user-data-dir=\(folder)/profile",
      "--print-to-pdf=\(folder)/report.pdf",
    ]
    // Chromium's own sandbox does not start for root; the page is ours and may load nothing.
    if geteuid() == 0 { arguments.append("--no-sandbox") }
    arguments.append("file://\(percentEncoded(folder))/report.html")
    try run(browser, arguments, home: folder, seconds: seconds, polling: cancellation)
    let bytes = (try? FileBytes.read(folder + "/report.pdf")) ?? []
    guard bytes.starts(with: Array("%PDF-".utf8)) else { throw Problem.failed(browser) }
    return bytes
  }

  private static func run(_ browser: String, _ arguments: [String], home: String, seconds: Double, polling cancellation: Cancellation)
    throws
  {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream in 0...2 as ClosedRange<Int32> { posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A process group of its own: Ctrl-C does not reach it, and all of it can be ended together.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let words = arguments.map { strdup($0) }
    let settings: [String] = ["PATH=/usr/bin:/bin", "HOME=\(home)", "LANG=C.UTF-8"]
    let variables = settings.map { strdup($0) }
    defer { for word in words + variables { free(word) } }
    var process = pid_t()
    guard posix_spawn(&process, browser, &actions, &attributes, words + [nil], variables + [nil]) == 0 else {
      throw Problem.failed(browser)
    }
    var isOver = false
    defer {
      kill(-process, SIGKILL)
      if !isOver { waitpid(process, nil, 0) }
    }
    let end = now() + seconds
    while true {
      var status: Int32 = 0
      let result = waitpid(process, &status, WNOHANG)
      if result == process || (result < 0 && errno != EINTR) {
        isOver = true
        return
      }
      try cancellation.check()
      if now() > end { throw Problem.tooSlow(Int(seconds)) }
      usleep(20_000)
    }
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func percentEncoded(_ path: String) -> String {
    path.utf8.map { byte in
      let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "/-_.".utf8.contains(byte)
      return isPlain ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
