import Foundation
import SegLang
import Testing

@Suite("Fuzzing")
struct FuzzTests {
  /// `make fuzz` runs many more.
  static let inputs: UInt64 = ProcessInfo.processInfo.environment["SEGSH_FUZZ_INPUTS"].flatMap(UInt64.init) ?? 6_000

  @Test func `what must hold for any text holds for programs from the grammar, whole and spoilt`() {
    for number in 0..<Self.inputs {
      let input = Fuzzer.input(number)
      if let fault = input.run() {
        Issue.record("input \(number): \(fault)\n--- input\n\(input.text)")
        return
      }
    }
  }

  @Test func `most programs of the generator pass the check, so that running is tried too`() {
    let passing = (UInt64(1)...300).count { number in
      var generator = ProgramGenerator(seed: number)
      let (text, mode) = generator.program()
      return !SyntaxTree.check(SourceText(text), against: toys, mode: mode).report.hasErrors
    }
    #expect(passing > 60)
  }

  @Test(arguments: finds) func `what fuzzing found stays mended`(_ text: String) {
    for mode in [Mode.prompt, .script] {
      for salt in [UInt64(0), 1] {
        let fault = FuzzCheck(text: text, mode: mode, salt: salt * 210).run()
        #expect(fault == nil)
      }
    }
  }
}
