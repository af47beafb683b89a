// Feeds the language programs from its grammar, whole and spoilt, and stops at the first that breaks what must hold for every text.
//
//   FuzzLanguage [--from N] [--count N]
//
// An input is its number: `--from 1234 --count 1` tries one again.
import Glibc

func option(_ name: String) -> UInt64? {
  guard let index = CommandLine.arguments.firstIndex(of: name), index + 1 < CommandLine.arguments.count else { return nil }
  return UInt64(CommandLine.arguments[index + 1])
}

/// Seconds after which an input counts as hanging.
let patience: UInt32 = 20
/// The input that is looked at, for the message of a crash.
nonisolated(unsafe) var current: UInt64 = 0

/// Tells the input's number and lets the signal end the program.
func tell(_ signal: Int32) {
  var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
  withUnsafeMutableBytes(of: &digits) { buffer in
    var rest = current
    var index = buffer.count
    repeat {
      index -= 1
      buffer[index] = UInt8(48 + rest % 10)
      rest /= 10
    } while rest > 0 && index > 0
    _ = write(STDERR_FILENO, "crash or hang at input ", 23)
    _ = write(STDERR_FILENO, buffer.baseAddress?.advanced(by: index), buffer.count - index)
    _ = write(STDERR_FILENO, "\n", 1)
  }
  _ = Glibc.signal(signal, SIG_DFL)
  raise(signal)
}
for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGALRM] { _ = Glibc.signal(signal, tell) }

let first = option("--from") ?? 0
let count = option("--count") ?? 100_000
let start = ContinuousClock.now
var faults = 0

for number in first..<(first &+ count) {
  alarm(patience)
  current = number
  let input = Fuzzer.input(number)
  if let fault = input.run() {
    faults += 1
    print("input \(number): \(fault)\n--- input\n\(input.text)\n---")
    if faults >= 20 { exit(1) }
  }
  if number % 50_000 == 49_999 {
    let seconds = Double((ContinuousClock.now - start).components.seconds) + 1e-9
    print("\(number - first + 1) inputs, \(Int(Double(number - first + 1) / seconds)) a second, \(faults) faults")
    fflush(nil)
  }
}
let elapsed = ContinuousClock.now - start
print("\(count) inputs from \(first) in \(elapsed): \(faults) faults")
exit(faults == 0 ? 0 : 1)
