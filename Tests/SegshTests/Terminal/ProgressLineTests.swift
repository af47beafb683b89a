import Testing

@testable import Terminal
@testable import segsh

@Suite struct ProgressLineTests {
  private func line(_ fraction: Double, seconds: Double, columns: Int = 80) -> String {
    ProgressLine.line(step: "segment", fraction: fraction, elapsed: .seconds(seconds), turn: 1, columns: columns)
  }

  @Test func `a step that does not report has a spinner`() {
    #expect(line(0, seconds: 0.5) == "/ segment")
    #expect(line(0, seconds: 3) == "/ segment  3 s")
  }

  @Test func `a step that reports has a bar with the time left after two seconds`() {
    #expect(line(0.25, seconds: 1) == "/ segment")
    #expect(line(0.25, seconds: 4) == "segment [########......................] 25 %, 12 s left")
  }

  @Test(arguments: [20, 30, 40, 80]) func `the line fits the terminal`(columns: Int) {
    for fraction in [0, 0.01, 0.5, 1] {
      #expect(line(fraction, seconds: 5000, columns: columns).count < columns)
    }
  }

  @Test(arguments: [(0.2, "1 s"), (59, "59 s"), (60, "1:00"), (3725, "1:02:05"), (Double.infinity, "a long time")])
  func `durations read as people say them`(seconds: Double, text: String) {
    #expect(ProgressLine.time(seconds) == text)
  }
}
