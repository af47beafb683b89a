import Foundation
import Platform

/// A headless Chromium with one page, driven over the DevTools protocol through two pipes.
public final class Chromium {
  /// Where it is installed; nil where it is not.
  public static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  public enum Failure: Error, CustomStringConvertible {
    case cannotStart(errno: Int32)
    /// Nothing came for a minute.
    case silent(waitingFor: String)
    case refused(method: String, message: String)
    case threw(script: String, message: String)
    public var description: String {
      switch self {
      case .cannotStart(let code): "Chromium did not start: \(String(cString: strerror(code)))"
      case .silent(let what): "waited in vain for \(what)"
      case .refused(let method, let message): "\(method): \(message)"
      case .threw(let script, let message): "\(script): \(message)"
      }
    }
  }

  /// Exceptions, and what the console was told.
  public private(set) var problems: [String] = []
  private let folder: TemporaryFolder
  private let process: pid_t
  private let reader: Int32
  private let writer: Int32
  private var received: [UInt8] = []
  private var count = 0
  private var session: String?

  public init(width: Int = 1280, height: Int = 800, scheme: String = "dark") throws {
    folder = try TemporaryFolder()
    let (commands, answers) = (try Self.pipe(), try Self.pipe())
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream in 0...2 as ClosedRange<Int32> { posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0) }
    posix_spawn_file_actions_adddup2(&actions, commands.reader, 3)
    posix_spawn_file_actions_adddup2(&actions, answers.writer, 4)
    let arguments: [String] = [
      Self.path ?? "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
      "--no-first-run", "--remote-debugging-pipe", "--user-data-dir=\(folder.url.path)", "--window-size=\(width),\(height)",
      "about:blank",
    ]
    let words = arguments.map { strdup($0) }
    let settings: [String] = ["PATH=/usr/bin:/bin", "HOME=\(folder.url.path)", "TMPDIR=\(folder.url.path)", "LANG=C.UTF-8"]
    let variables = settings.map { strdup($0) }
    defer { for word in words + variables { free(word) } }
    var process = pid_t()
    let code = posix_spawn(&process, Self.path ?? "chromium", &actions, nil, words + [nil], variables + [nil])
    self.process = process
    (reader, writer) = (answers.reader, commands.writer)
    close(commands.reader)
    close(answers.writer)
    guard code == 0 else { throw Failure.cannotStart(errno: code) }
    let target = try call("Target.createTarget", ["url": "about:blank"])["targetId"] as? String ?? ""
    session = try call("Target.attachToTarget", ["targetId": target, "flatten": true])["sessionId"] as? String
    for domain in ["Page", "Runtime", "Log"] { try call("\(domain).enable") }
    try call(
      "Emulation.setDeviceMetricsOverride", ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
    try call("Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": scheme]]])
  }

  deinit {
    kill(process, SIGTERM)
    close(reader)
    close(writer)
    waitpid(process, nil, 0)
  }

  /// A pipe that no other program inherits, beyond the numbers that Chromium takes.
  private static func pipe() throws -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Platform.pipe(&ends) == 0 else { throw Failure.cannotStart(errno: errno) }
    let high = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
    for end in ends { close(end) }
    return (high[0], high[1])
  }

  // MARK: The protocol

  @discardableResult public func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    count += 1
    var message: [String: Any] = ["id": count, "method": method, "params": parameters]
    message["sessionId"] = session
    let bytes = Array(try JSONSerialization.data(withJSONObject: message)) + [0]
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(writer, $0.baseAddress, $0.count) }
      guard written > 0 else { throw Failure.silent(waitingFor: method) }
      rest = rest.dropFirst(written)
    }
    while true {
      let answer = try next(method)
      guard answer["id"] as? Int == count else {
        note(answer)
        continue
      }
      if let error = answer["error"] as? [String: Any] { throw Failure.refused(method: method, message: "\(error["message"] ?? "")") }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  private func next(_ what: String) throws -> [String: Any] {
    let end = Date().addingTimeInterval(60)
    while true {
      if let zero = received.firstIndex(of: 0) {
        let message = Data(received[..<zero])
        received.removeSubrange(...zero)
        return try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
      }
      var waiting = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
      guard Date() < end else { throw Failure.silent(waitingFor: what) }
      guard poll(&waiting, 1, 500) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(reader, &buffer, buffer.count)
      guard count > 0 else { throw Failure.silent(waitingFor: what) }
      received += buffer[..<count]
    }
  }

  private func note(_ event: [String: Any]) {
    let parameters = event["params"] as? [String: Any] ?? [:]
    switch event["method"] as? String {
    case "Runtime.exceptionThrown": problems.append("exception: \(parameters["exceptionDetails"] ?? "")")
    case "Runtime.consoleAPICalled": problems.append("console: \(parameters["args"] ?? "")")
    case "Log.entryAdded": problems.append("log: \(parameters["entry"] ?? "")")
    default: break
    }
  }

  // MARK: The page

  public func open(_ address: String) throws { try call("Page.navigate", ["url": address]) }

  /// The value of an expression, promises waited for.
  @discardableResult public func run(_ script: String) throws -> Any? {
    let answer = try call("Runtime.evaluate", ["expression": script, "awaitPromise": true, "returnByValue": true])
    if let details = answer["exceptionDetails"] as? [String: Any] {
      let exception = details["exception"] as? [String: Any]
      throw Failure.threw(script: script, message: "\(exception?["description"] ?? details["text"] ?? "")")
    }
    return (answer["result"] as? [String: Any])?["value"]
  }

  public func number(_ script: String) throws -> Double { (try run(script) as? NSNumber)?.doubleValue ?? .nan }
  public func text(_ script: String) throws -> String { try run(script) as? String ?? "" }
  public func holds(_ script: String) throws -> Bool { (try run("Boolean(\(script))") as? NSNumber)?.boolValue ?? false }

  /// Loads the page again.
  public func reload() throws {
    try run("window.isOfBefore = true")
    try call("Page.reload")
    try wait(for: "!window.isOfBefore")
  }

  /// Whether an expression is true; a page that is being left has no answer.
  private func holdsNow(_ script: String) throws -> Bool {
    do { return try holds(script) } catch Failure.refused(method: "Runtime.evaluate", _) { return false }
  }

  /// Waits until an expression is true.
  public func wait(for script: String, seconds: Double = 60) throws {
    let end = Date().addingTimeInterval(seconds)
    while !(try holdsNow(script)) {
      guard Date() < end else { throw Failure.silent(waitingFor: script) }
      usleep(30_000)
    }
  }

  /// Moves, presses or lets go of the mouse: `mouseMoved`, `mousePressed`, `mouseReleased`.
  public func mouse(_ type: String, _ x: Double, _ y: Double, button: String = "left", isDown: Bool = true) throws {
    try call(
      "Input.dispatchMouseEvent", ["type": type, "x": x, "y": y, "button": button, "buttons": isDown ? 1 : 0, "clickCount": 1])
  }

  /// Drags through places of the window.
  public func drag(_ places: [(x: Double, y: Double)]) throws {
    guard let first = places.first, let last = places.last else { return }
    try mouse("mouseMoved", first.x, first.y, isDown: false)
    try mouse("mousePressed", first.x, first.y)
    for place in places.dropFirst() { try mouse("mouseMoved", place.x, place.y) }
    try mouse("mouseReleased", last.x, last.y, isDown: false)
  }

  /// Presses a key: `a`, `?`, `Enter`, `ArrowLeft`.
  public func press(_ key: String, shift: Bool = false) throws {
    let text = key.count == 1 ? key : key == "Enter" ? "\r" : nil
    let codes = ["Enter": 13, "Tab": 9, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, " ": 32]
    // Only letters and digits have the code of their sign; others would be keys such as PrintScreen.
    let isPlain = key.count == 1 && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    let code = codes[key] ?? (isPlain ? Int(key.uppercased().unicodeScalars.first?.value ?? 0) : 0)
    var event: [String: Any] = [
      "type": text == nil ? "rawKeyDown" : "keyDown", "key": key, "windowsVirtualKeyCode": code, "modifiers": shift ? 8 : 0,
    ]
    event["text"] = text
    try call("Input.dispatchKeyEvent", event)
    event["type"] = "keyUp"
    event["text"] = nil
    try call("Input.dispatchKeyEvent", event)
  }

  public func screenshot() throws -> Data {
    Data(base64Encoded: try call("Page.captureScreenshot", ["format": "png"])["data"] as? String ?? "") ?? Data()
  }
}
