import Testing

@testable import Basics

@Suite struct InstructionSetTests {
  @Test func `problems name the setting and what this processor runs`() {
    let names = InstructionSet.available.map { "\($0)" }
    for text in [InstructionSet.Problem.unknown("sse9").description, InstructionSet.Problem.unavailable(.avx512).description] {
      #expect(text.contains("SEGSH_CPU is `"))
      #expect(names.allSatisfy { text.contains($0) })
    }
    #expect(InstructionSet.Problem.unknown("sse9").description.contains("`sse9`"))
    #expect(InstructionSet.Problem.unavailable(.avx512).description.contains("this processor has no AVX-512"))
  }
}
