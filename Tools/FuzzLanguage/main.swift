// Feeds the language programs from its grammar, whole and spoilt, and stops at the first that breaks what must hold for every text.
//
//   FuzzLanguage [--from N] [--count N]
//
// An input is its number: `--from 1234 --count 1` tries one again.
import Platform

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
  _ = Platform.signal(signal, SIG_DFL)
  raise(signal)
}
for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGALRM] { _ = Platform.signal(signal, tell) }

/// Memory that the program holds, in MiB: what grows with the number of inputs leaks.
func residentMemory() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 128)
  guard fgets(&line, 128, file) != nil else { return 0 }
  let fields = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
  return fields.count > 1 ? ((Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))) >> 20 : 0
}

/// Looks at the inputs with these numbers and says how many broke a rule; stops at twenty.
func fuzz(from first: UInt64, count: UInt64) -> Int {
  let start = ContinuousClock.now
  var faults = 0
  var bytes = 0
  for number in first..<(first &+ count) {
    alarm(patience)
    current = number
    let input = Fuzzer.input(number)
    bytes += input.text.utf8.count
    if let fault = input.run() {
      faults += 1
      print("input \(number): \(fault)\n--- input\n\(input.text)\n---")
      if faults >= 20 { return faults }
    }
    let done = number - first + 1
    if done % 50_000 == 0 {
      let elapsed = ContinuousClock.now - start
      print("\(done) inputs, \(Int(Double(done) / (elapsed / .seconds(1)))) a second, \(residentMemory()) MiB, \(faults) faults")
      fflush(nil)
    }
  }
  let mean = bytes / max(1, Int(count))
  print("\(count) inputs from \(first), \(mean) bytes each, in \(ContinuousClock.now - start): \(faults) faults")
  return faults
}

/// On a thread with the prompt's stack, so that deep programs meet the same bounds.
func start() {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, 16 << 20)
  var thread = pthread_t()
  let status = pthread_create(
    &thread, &attributes,
    { _ in
      exit(fuzz(from: option("--from") ?? 0, count: option("--count") ?? 100_000) == 0 ? 0 : 1)
    }, nil)
  if status == 0 { pthread_join(thread, nil) }
}
start()
