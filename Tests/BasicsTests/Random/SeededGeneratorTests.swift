import Basics
import Testing

@Suite struct SeededGeneratorTests {
  /// The first numbers of the reference implementation by S. Vigna for the seed 1234567.
  @Test func `is SplitMix64`() {
    var generator = SeededGenerator(seed: 1_234_567)
    let expected: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
    #expect(expected.allSatisfy { $0 == generator.next() })
  }

  @Test func `distributions`() {
    var generator = SeededGenerator(seed: 3)
    let uniform = (0..<20_000).map { _ in generator.uniform(2...4) }
    #expect(uniform.allSatisfy { (2...4).contains($0) })
    #expect(abs(uniform.reduce(0, +) / 20_000 - 3) < 0.02)
    let normal = (0..<20_000).map { _ in generator.normal() }
    #expect(abs(normal.reduce(0, +) / 20_000) < 0.03)
    #expect(abs(normal.map { $0 * $0 }.reduce(0, +) / 20_000 - 1) < 0.04)
  }

  @Test func `splitting leaves the parent`() {
    let generator = SeededGenerator(seed: 9)
    var (a, b, again) = (generator.split(1), generator.split(2), generator.split(1))
    let first = a.next()
    #expect(first == again.next() && first != b.next())
    #expect(generator == SeededGenerator(seed: 9))
  }
}
