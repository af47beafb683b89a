import Basics
internal import Platform
import Synchronization

/// What a terminal answers when it is asked what it can show.
package struct TerminalAnswers: Sendable, Equatable {
  /// It draws images by kitty's protocol.
  package var speaksKitty = false
  /// It draws sixels (attribute 4 of its kind).
  package var drawsSixels = false
  /// Its name and version, such as `WezTerm 20240203`; empty where it does not tell.
  package var name = ""
  /// Size of a character in pixels; nil where it does not tell.
  package var cell: Cell?
  /// Whether the last question, which every terminal knows, was answered.
  package var isComplete = false
  /// What was no answer: keys that were pressed meanwhile.
  package var typed: [UInt8] = []

  package struct Cell: Sendable, Equatable {
    package var width: Int
    package var height: Int
  }

  private static let escape: UInt8 = 0x1B
  /// The number that the answer about kitty's protocol repeats.
  private static let mark = "i=31"

  /// Whether an image by kitty's protocol would be shown, the name (XTVERSION), the size of a character, and the kind of terminal, which all terminals answer:
  /// who has that answer waits for no other.
  /// - Parameter isScreen: GNU screen writes the first question on its status line, so it is left out.
  package static func question(isScreen: Bool = false) -> String {
    (isScreen ? "" : "\u{1B}_G\(mark),s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\") + "\u{1B}[>q\u{1B}[16t\u{1B}[c"
  }

  package init() {}

  /// Reads answers out of what came from the terminal.
  package init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let byte = rest.first {
      guard byte == Self.escape, let end = Self.sequenceEnd(rest) else {
        typed.append(byte)
        rest.removeFirst()
        continue
      }
      if !take(rest[..<end]) { typed += rest[..<end] }
      rest = rest[end...]
    }
  }

  /// One past the last byte of the sequence that the bytes start with; nil for none, or for one that goes on.
  private static func sequenceEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
    let body = bytes.dropFirst(2)
    switch bytes.dropFirst().first {
    case UInt8(ascii: "["): return body.firstIndex { (0x40...0x7E).contains($0) }.map { $0 + 1 }
    case UInt8(ascii: "_"), UInt8(ascii: "P"):
      return body.indices.first { body[$0] == escape && body.index(after: $0) < body.endIndex && body[$0 + 1] == UInt8(ascii: "\\") }
        .map { $0 + 2 }
    default: return nil
    }
  }

  /// Takes a sequence if it is an answer.
  private mutating func take(_ sequence: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: sequence.dropFirst(), as: UTF8.self)
    if text.hasPrefix("_G") {
      if text.contains(Self.mark), text.contains(";OK") { speaksKitty = true }
    } else if text.hasPrefix("P>|") {
      name = String(text.dropFirst(3).dropLast(2).prefix(64))
    } else if text.hasPrefix("[6;"), text.hasSuffix("t") {
      let numbers = text.dropFirst(3).dropLast().split(separator: ";").compactMap { Int($0) }
      if numbers.count == 2, numbers.allSatisfy({ (1...256).contains($0) }) { cell = Cell(width: numbers[1], height: numbers[0]) }
    } else if text.hasPrefix("[?"), text.hasSuffix("c") {
      drawsSixels = text.dropFirst(2).dropLast().split(separator: ";").dropFirst().contains("4")
      isComplete = true
    } else {
      return false
    }
    return true
  }
}

extension TerminalAnswers {
  /// What there is of the terminal behind standard output; it is asked once.
  private enum State {
    case unasked
    case asked(TerminalAnswers)
  }

  private static let state = Mutex(State.unasked)

  /// The answers of the terminal, which is asked when this is first called; nil where it cannot be asked now.
  package static func current(unless isCancelled: () -> Bool) -> TerminalAnswers? {
    if case .asked(let answers) = state.withLock({ $0 }) { return answers }
    guard let answers = ask(unless: isCancelled) else { return nil }
    state.withLock { $0 = .asked(answers) }
    return answers
  }

  /// Keys that were pressed while the terminal answered; they are given out once.
  package static func takeTyped() -> [UInt8] {
    state.withLock { state in
      guard case .asked(var answers) = state else { return [] }
      defer {
        answers.typed = []
        state = .asked(answers)
      }
      return answers.typed
    }
  }

  /// How long an answer may take: longer where it comes from afar.
  private static var limit: Duration { Environment.stated("SSH_CONNECTION") == nil ? .milliseconds(400) : .milliseconds(1500) }

  /// Asks the terminal behind standard output. Nil where it is not ours to ask, where keys wait to be read, and when it was canceled: then it may be asked again.
  private static func ask(unless isCancelled: () -> Bool) -> TerminalAnswers? {
    let kind = Environment.stated("TERM") ?? ""
    let isSilent = ["dumb", "linux", "cons25", "sun", "vt52", "emacs"].contains { kind.hasPrefix($0) }
    var path = [CChar](repeating: 0, count: 256)
    guard !isSilent, ttyname_r(STDOUT_FILENO, &path, path.count) == 0 else { return TerminalAnswers() }
    let file = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard file >= 0 else { return TerminalAnswers() }
    defer { close(file) }
    // A process in the background that reads or sets its terminal is stopped.
    guard tcgetpgrp(file) == getpgrp() else { return nil }
    var usual = termios()
    guard tcgetattr(file, &usual) == 0 else { return TerminalAnswers() }
    var plain = usual
    plain.c_lflag &= ~tcflag_t(ICANON | ECHO)
    withUnsafeMutableBytes(of: &plain.c_cc) { keys in
      keys[Int(VMIN)] = 0
      keys[Int(VTIME)] = 0
    }
    guard tcsetattr(file, TCSANOW, &plain) == 0 else { return TerminalAnswers() }
    defer { tcsetattr(file, TCSANOW, &usual) }
    var waiting: Int32 = 0
    guard ioctl(file, UInt(FIONREAD), &waiting) == 0, waiting == 0 else { return nil }
    let isScreen = kind.hasPrefix("screen") && Environment.stated("TMUX") == nil
    let question = Array(question(isScreen: isScreen).utf8)
    guard question.withUnsafeBytes({ write(file, $0.baseAddress, $0.count) }) == question.count else { return TerminalAnswers() }
    let deadline = ContinuousClock.now + limit
    var bytes: [UInt8] = []
    while ContinuousClock.now < deadline, bytes.count < 4096 {
      if isCancelled() { return nil }
      var descriptor = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, 10) > 0 else { continue }
      var chunk = [UInt8](repeating: 0, count: 1024)
      let count = chunk.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      bytes += chunk[..<count]
      if TerminalAnswers(bytes).isComplete { break }
    }
    return TerminalAnswers(bytes)
  }
}

/// Keys that were pressed while the terminal was asked what it shows: a line editor takes them as typed.
public enum TypedAhead {
  public static func take() -> [UInt8] { TerminalAnswers.takeTyped() }
}
