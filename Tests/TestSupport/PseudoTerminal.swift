import Foundation
import Platform

/// A program that runs on a pseudo-terminal: what is typed at it, and the screen it draws.
public final class PseudoTerminal {
  public private(set) var screen: Screen
  /// All that was sent to the terminal.
  public private(set) var output: [UInt8] = []
  private let master: Int32
  private let process: pid_t
  private var status: Int32?

  public enum Failure: Error, CustomStringConvertible {
    case cannotStart(errno: Int32)
    /// What was waited for did not come; the screen as it then was.
    case timedOut(waitingFor: String, screen: String)
    public var description: String {
      switch self {
      case .cannotStart(let code): "the program did not start: \(String(cString: strerror(code)))"
      case .timedOut(let text, let screen): "waited in vain for \(text.debugDescription); the screen:\n\(screen)"
      }
    }
  }

  /// Starts a program in a folder, which is its home as well.
  public init(
    _ program: Program, _ arguments: [String] = [], in folder: URL, environment: [String: String] = [:], columns: Int = 80, rows: Int = 24
  ) throws {
    screen = Screen(columns: columns, rows: rows)
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // unlockpt and ptsname, which Swift does not see.
    var (lock, number): (Int32, UInt32) = (0, 0)
    guard master >= 0, ioctl(master, 0x4004_5431, &lock) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
      throw Failure.cannotStart(errno: errno)
    }
    let name = "/dev/pts/\(number)"
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a new session opens becomes its own.
    for stream in 0...2 as ClosedRange<Int32> { posix_spawn_file_actions_addopen(&actions, stream, name, O_RDWR, 0) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(0x80 | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let words = (["env", "-C", folder.path, program.path] + arguments).map { strdup($0) } + [nil]
    let variables = Program.environment(home: folder.path, adding: environment).map { strdup("\($0)=\($1)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var process = pid_t()
    let code = posix_spawn(&process, "/usr/bin/env", &actions, &attributes, words, variables)
    guard code == 0 else { throw Failure.cannotStart(errno: code) }
    self.process = process
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(master)
  }

  /// Types text. `\r` is Enter, `\t` Tab, `\u{3}` Ctrl-C, `\u{4}` Ctrl-D.
  public func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
  }

  /// Waits until the screen's last line, or any text after `mark`, ends with or contains what is wanted.
  public func wait(for text: String, seconds: Double = 60) throws {
    try wait(for: text, seconds: seconds) { $0.text.contains(text) }
  }

  /// Waits until the last line of the screen is this, blanks at its end aside: a prompt.
  public func waitForLastLine(_ line: String, seconds: Double = 60) throws {
    try wait(for: line, seconds: seconds) { $0.text.split(separator: "\n", omittingEmptySubsequences: false).last.map(String.init) == line }
  }

  /// Waits until a text has been drawn and, after it, a prompt: what the line did is done, files and history included.
  public func waitForPrompt(after text: String, seconds: Double = 60) throws {
    try wait(for: "\(text) and a prompt", seconds: seconds) { screen in
      guard let drawn = screen.text.range(of: text, options: .backwards) else { return false }
      return screen.text.hasSuffix(">") && screen.text[drawn.upperBound...].contains("\n")
    }
  }

  /// Waits until these bytes were sent.
  public func waitForBytes(_ bytes: [UInt8], seconds: Double = 60) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    try wait(for: text, seconds: seconds) { [self] _ in String(decoding: output, as: UTF8.self).contains(text) }
  }

  /// Waits until the screen satisfies a condition.
  public func wait(for what: String, seconds: Double = 60, until holds: (Screen) -> Bool) throws {
    let end = Date().addingTimeInterval(seconds)
    while !holds(screen) {
      guard Date() < end, read(milliseconds: 100) || status == nil || holds(screen) else {
        throw Failure.timedOut(waitingFor: what, screen: screen.text)
      }
      guard Date() < end else { throw Failure.timedOut(waitingFor: what, screen: screen.text) }
    }
  }

  /// Waits for the end of the program.
  /// - Returns: its exit status, or minus the signal that ended it.
  public func waitForExit(seconds: Double = 60) throws -> Int32 {
    let end = Date().addingTimeInterval(seconds)
    while status == nil {
      guard Date() < end else { throw Failure.timedOut(waitingFor: "the end of the program", screen: screen.text) }
      _ = read(milliseconds: 50)
      var code: Int32 = 0
      if waitpid(process, &code, WNOHANG) == process { status = code & 0x7F == 0 ? code >> 8 & 0xFF : -(code & 0x7F) }
    }
    while read(milliseconds: 50) {}
    return status ?? -1
  }

  /// Sends a signal to the program itself.
  public func signal(_ number: Int32) { kill(process, number) }

  /// Takes in what came; false when nothing did.
  private func read(milliseconds: Int32) -> Bool {
    var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, milliseconds) > 0, waiting.revents & Int16(POLLIN) != 0 else {
      if waiting.revents & Int16(POLLHUP) != 0 { usleep(10_000) }
      return false
    }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = Platform.read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    output += buffer.prefix(count)
    screen.feed(buffer.prefix(count))
    return true
  }
}
