import Basics
import ImageOps
import SegLang
import Synchronization
import TestSupport
import Testing

@testable import SegCommands

@Suite("Memory is asked for before an operation starts") struct WorkingMemoryTests {
  /// A session in which so many bytes are left, with an image x and a mask m of 9 million pixels and a small image s.
  private static func session(left: Int?) -> (session: Session, left: Left) {
    let shared = Left()
    var services = Services()
    services[PreflightService.self] = WorkingMemory.admission { shared.value.withLock { $0 } }
    let session = Session(registry: .segsh, host: Host(services: services))
    _ = session.execute("s = phantom size=64; x = s | resize width=3000px height=3000px interpolation=nearest; m = x > 127; s := s.image")
    shared.value.withLock { $0 = left }
    return (session, shared)
  }

  private static func failure(_ line: String, _ session: Session) -> String {
    session.execute(line).diagnostics.filter { $0.severity == .error }.map(\.message).joined(separator: "\n")
  }

  @Test func `what does not fit is refused with its need and a way out`() {
    let (session, _) = Self.session(left: 50 << 20)
    #expect(
      Self.failure("y = x | gaussian-filter sigma=1px", session)
        == "`gaussian-filter`: 3000x3000 needs up to 102 MiB of additional memory, but only 50 MiB is free: reduce the image first"
        + " (resize scale=0.5), or crop it to the relevant part (crop)")
  }

  @Test(arguments: [
    "x | area-open 9px", "x | reconstruct x", "x | subtract-background", "x | vesselness", "x | superpixels", "x | flip", "x | gamma 0.5",
    "x | match-histogram x", "m | distance-transform", "m | connected-components", "m | watershed", "m | regions",
    "x | region-growing row=0 column=0",
    "s | resize width=5000px height=5000px", "s | pad 2500px", "x | rotate 30deg expand=true", "m | overlay background=x",
    "x * 2", "2 - x", "-x", "x ^ 2", "phantom size=2000",
  ]) func `no kernel is reached`(line: String) {
    let (session, left) = Self.session(left: 20 << 20)
    #expect(Self.failure("q = \(line)", session).contains("20 MiB is free"), "\(line)")
    // What the refusal names as the way out is open.
    #expect(Self.failure("q = x | crop row=0 column=0 width=9px height=9px", session).isEmpty)
    // Where nothing is known of the memory, nothing is refused; the line is looked at alone.
    left.value.withLock { $0 = nil }
    #expect(Self.failure("r = x | crop row=0 column=0 width=9px height=9px", session).isEmpty)
  }

  @Test(arguments: [
    "x | info", "x | calibrate 0.2mm", "x | profile row=0 column=0 to_row=9 to_column=9", "s | gaussian-filter", "s | watershed",
  ])
  func `what takes little may run`(line: String) {
    let (session, _) = Self.session(left: 0)
    #expect(!Self.failure("q = \(line)", session).contains("is free"), "\(line)")
  }

  @Test func `a length beyond all pixels is an error and no trap`() {
    let (session, _) = Self.session(left: 20 << 20)
    #expect(!Self.failure("q = s | calibrate 1e-20mm | pad 10mm", session).isEmpty)
    #expect(!Self.failure("q = s | calibrate 1.1e-18mm | pad 10mm", session).isEmpty)
    #expect(!Self.failure("q = s | calibrate 1e-20mm | crop row=1mm column=1mm width=9mm height=9mm", session).isEmpty)
  }

  @Test func `the system says what is left`() throws {
    let left = try #require(MemoryBudget.left)
    #expect(left > 1 << 20)
  }

  @Test func `sizes are words`() {
    #expect(MemoryBudget.text(3 << 20) == "3 MiB")
    #expect(MemoryBudget.text(1 << 31) == "2 GiB")
    #expect(MemoryBudget.text(1600 << 20) == "1.6 GiB")
  }
}

/// Bytes left, as a test says.
private final class Left: Sendable {
  let value = Mutex<Int?>(nil)
}
