import Dispatch
import Synchronization

/// Shows that something runs: nothing for 300 ms, then a spinner with the step's name, and after 2 s a bar with the time left where the step reports
/// how far it is. Drawn on standard error, and only where that is a terminal whose cursor moves; always erased at the end.
final class ProgressLine: Sendable {
  private struct State {
    /// Counts the operations shown, so that a late drawing of an earlier one is none.
    var operation = 0
    var isRunning = false
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
  private let queue = DispatchQueue(label: "progress")

  /// Starts the clock. Does nothing where no line can be drawn.
  func start(_ step: String = "") {
    guard Terminal.current.movesCursor else { return }
    let operation = state.withLock { state in
      state = State(operation: state.operation + 1, isRunning: true, step: step)
      return state.operation
    }
    draw(operation, after: .milliseconds(300))
  }

  /// A step tells how far it is, 0...1.
  func report(_ fraction: Double, _ step: String, secondsLeft: Double? = nil) {
    state.withLock { state in
      state.fraction = min(1, max(0, fraction))
      state.secondsLeft = secondsLeft
      if !step.isEmpty { state.step = step }
    }
  }

  /// A command starts; what a loop around it told of its progress stays.
  func begin(_ command: String) { state.withLock { $0.command = command } }

  /// Erases the line and stops drawing.
  func stop() {
    state.withLock { $0.isRunning = false }
    queue.sync {}
    Console.shared.show(transient: "")
  }

  /// Draws the line after a while, and again every 100 ms until the operation ends.
  private func draw(_ operation: Int, after delay: DispatchTimeInterval) {
    queue.asyncAfter(deadline: .now() + delay) { [self] in
      let line: String? = state.withLock { state in
        guard state.isRunning, state.operation == operation else { return nil }
        state.turn += 1
        return Self.line(
          step: [state.step, state.command].filter { !$0.isEmpty }.joined(separator: " "), fraction: state.fraction,
          elapsed: ContinuousClock.now - state.start, secondsLeft: state.secondsLeft,
          turn: state.turn, columns: Terminal.current.columns)
      }
      guard let line else { return }
      Console.shared.show(transient: line)
      draw(operation, after: .milliseconds(100))
    }
  }

  /// The line as it stands: at most `columns - 1` wide, so that the terminal does not wrap it.
  static func line(step: String, fraction: Double, elapsed: Duration, secondsLeft: Double? = nil, turn: Int, columns: Int) -> String {
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
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 360_000 else { return "a long time" }
    let whole = Int(seconds.rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
    return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }
}
