import Basics
import SegLang
import Terminal

/// How long a benchmark took.
struct Timing {
  let name: String
  let size: Int
  let threads: Int
  let instructionSet = InstructionSet.current
  /// Seconds of each repeat, in ascending order.
  let seconds: [Double]

  /// Runs a benchmark once to warm up, then at least three times and for about two seconds.
  init(of benchmark: Benchmark, size: Int) throws {
    let body = try benchmark.prepare(size)
    try body()
    var seconds: [Double] = []
    let start = ContinuousClock.now
    let limit = 200
    while seconds.count < 3 || (ContinuousClock.now - start < .seconds(2) && seconds.count < limit) {
      seconds.append(try Self.seconds(of: body))
    }
    self.init(name: benchmark.name, size: size, seconds: seconds)
  }

  /// Runs something a number of times.
  init(name: String, size: Int, repeats: Int, _ body: () throws -> Void) throws {
    self.init(name: name, size: size, seconds: try (0..<repeats).map { _ in try Self.seconds(of: body) })
  }

  private init(name: String, size: Int, seconds: [Double]) {
    self.name = name
    self.size = size
    threads = Threads.count
    self.seconds = seconds.sorted()
  }

  private static func seconds(of body: () throws -> Void) throws -> Double {
    if Interrupt.isPending { throw ExitStatus.interrupted }
    let duration = try ContinuousClock().measure(body)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  var median: Double {
    let middle = seconds.count / 2
    return seconds.count % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2
  }

  var line: String {
    "\(name.padded(to: 36))\("\(size)²".padded(to: 8))\(Self.milliseconds(median)) ms   (fastest \(Self.milliseconds(seconds[0])), \(seconds.count) runs, \(threads) threads, \(instructionSet.title))"
  }

  /// The object that tools read.
  var json: String {
    let json: JSON = [
      "name": .string(name), "size": .number(Double(size)), "threads": .number(Double(threads)), "cpu": .string("\(instructionSet)"),
      "median_s": .number(median),
      "min_s": .number(seconds[0]), "repeats": .number(Double(seconds.count)),
    ]
    return json.text
  }

  private static func milliseconds(_ seconds: Double) -> String {
    let micro = Int((seconds * 1e6).rounded())
    let thousandths = String(micro % 1000 + 1000).dropFirst()
    return "\(micro / 1000).\(thousandths)"
  }
}
