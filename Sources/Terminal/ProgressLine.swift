import Basics
internal import Platform
import Synchronization

/// Shows that something runs: nothing for 300 ms, then a spinner with the step's name, and after 2 s a bar with the time left where the step reports
/// how far it is. Drawn on standard error, and only where that is a terminal whose cursor moves; always erased at the end.
package final class ProgressLine: Sendable {
  private struct State {
    var isRunning = false
    /// Whether a thread draws, or sleeps until the next drawing.
    var hasThread = false
    var start = ContinuousClock.now
    /// The command that runs.
    var command = ""
    var step = ""
    var fraction = 0.0
    /// What the step itself says of the time left.
    var secondsLeft: Double?
    var turn = 0
  }
  private let state = Mutex(State())
  /// Held while a line is drawn.
  private let drawing = Mutex(())
  private static let patience = Duration.milliseconds(300)

  package init() {}

  /// Starts the clock. Does nothing where no line can be drawn.
  package func start(_ step: String = "") {
    guard Terminal.current.movesCursor else { return }
    let needsThread = state.withLock { state in
      defer { state = State(isRunning: true, hasThread: true, step: step) }
      return !state.hasThread
    }
    guard needsThread, !BackgroundThread.start({ [self] in while draw() { usleep(100_000) } }) else { return }
    state.withLock { $0.hasThread = false }
  }

  /// A step tells how far it is, 0...1.
  package func report(_ fraction: Double, _ step: String, secondsLeft: Double? = nil) {
    state.withLock { state in
      state.fraction = min(1, max(0, fraction))
      state.secondsLeft = secondsLeft
      if !step.isEmpty { state.step = step }
    }
  }

  /// A command starts; what a loop around it told of its progress stays.
  package func begin(_ command: String) { state.withLock { $0.command = command } }

  /// Erases the line and stops drawing.
  package func stop() {
    state.withLock { $0.isRunning = false }
    drawing.withLock { _ in }
    Console.shared.show(transient: "")
  }

  /// Draws the line where it is time to; false once no operation runs.
  private func draw() -> Bool {
    drawing.withLock { _ in
      let (goesOn, line): (Bool, String?) = state.withLock { state in
        guard state.isRunning else {
          state.hasThread = false
          return (false, nil)
        }
        let elapsed = ContinuousClock.now - state.start
        guard elapsed >= Self.patience else { return (true, nil) }
        state.turn += 1
        return (
          true,
          Self.line(
            step: [state.step, state.command].filter { !$0.isEmpty }.joined(separator: " "), fraction: state.fraction,
            elapsed: elapsed, secondsLeft: state.secondsLeft, turn: state.turn, columns: Terminal.current.columns)
        )
      }
      if let line { Console.shared.show(transient: line) }
      return goesOn
    }
  }

  /// The line as it stands: at most `columns - 1` wide, so that the terminal does not wrap it.
  package static func line(step: String, fraction: Double, elapsed: Duration, secondsLeft: Double? = nil, turn: Int, columns: Int) -> String
  {
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    let spinner = ["|", "/", "-", "\\"][turn & 3]
    let room = columns - 1
    guard fraction > 0, seconds >= 2 else {
      let time = seconds >= 2 ? "  \(Self.time(seconds))" : ""
      return String("\(spinner) \(step.isEmpty ? "working" : step)\(time)".prefix(room))
    }
    let left = "\(Int(fraction * 100)) %, \(time(secondsLeft ?? seconds * (1 - fraction) / fraction)) left"
    let name = step.isEmpty ? "" : "\(step) "
    let width = min(30, room - name.count - left.count - 3)
    guard width >= 5 else { return String("\(spinner) \(left)".prefix(room)) }
    let done = Int((Double(width) * fraction).rounded())
    return "\(name)[\(String(repeating: "#", count: done))\(String(repeating: ".", count: width - done))] \(left)"
  }

  /// A duration as people say it: `8 s`, `2:05`, `1:02:05`.
  package static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 360_000 else { return "a long time" }
    let whole = Int(seconds.rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
    return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }
}
