// One target of `make fuzz-decoders`: the environment variable SEGSH_FUZZ_TARGET names it, the arguments are libFuzzer's.
import Platform

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer, _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

let target = getenv("SEGSH_FUZZ_TARGET").flatMap { FuzzTarget(rawValue: String(cString: $0)) }
guard target != nil else {
  print("SEGSH_FUZZ_TARGET names no target. There are: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
  exit(2)
}
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
let status = withUnsafeMutablePointer(to: &arguments) { arguments in
  runFuzzer(&count, arguments) { bytes, count in
    // -1: the input is not for this target and not worth keeping.
    target?.run(Array(UnsafeBufferPointer(start: bytes, count: count))) == true ? 0 : -1
  }
}
exit(status)
