import Basics
import TestSupport
import Testing

@testable import ImageOps
@testable import Network
@testable import SegModel

@Suite struct IntervalRuleTests {
  @Test func `holds nine of ten new cases`() throws {
    var generator = SeededGenerator(seed: 8)
    // The network knows how unsure it is: errors grow with the spread.
    func cases(_ count: Int) -> [(error: Double, spread: Double)] {
      (0..<count).map { _ in
        let spread = generator.uniform(0...10)
        return (abs(generator.normal() * (1 + spread)), spread)
      }
    }
    let known = cases(400)
    let rule = try #require(IntervalRule.fitted(errors: known.map(\.error), spreads: known.map(\.spread), floors: [0.1, 1, 10]))
    #expect(rule.floor == 1 && rule.cases == 400, "the floor that errors have")
    let fresh = cases(2000)
    let held = fresh.count { $0.error <= rule.factor * (rule.floor + $0.spread) }
    #expect((1720...1880).contains(held), "\(held) of 2000")
    #expect(IntervalRule.fitted(errors: [Double](repeating: 1, count: 9), spreads: [Double](repeating: 1, count: 9), floors: [1]) == nil)
  }

  @Test func `the quantile is the conformal one`() throws {
    // The tenth of ten: ceil(0.9 · 11) = 10; the 18th of nineteen: ceil(0.9 · 20) = 18.
    let ten = try #require(IntervalRule.fitted(errors: (1...10).map(Double.init), spreads: [Double](repeating: 0, count: 10), floors: [2]))
    #expect(ten.factor == 5)
    let nineteen = try #require(
      IntervalRule.fitted(errors: (1...19).map(Double.init), spreads: [Double](repeating: 0, count: 19), floors: [1]))
    #expect(nineteen.factor == 18)
  }

  @Test func `many easy cases do not narrow the others`() throws {
    let errors = [Double](repeating: 0.1, count: 500) + (1...19).map(Double.init)
    let spreads = [Double](repeating: 0, count: 500) + [Double](repeating: 1, count: 19)
    let groups = [Int](repeating: 1, count: 500) + [Int](repeating: 0, count: 19)
    let mixed = try #require(IntervalRule.fitted(errors: errors, spreads: spreads, floors: [0.1]))
    let apart = try #require(IntervalRule.fitted(errors: errors, spreads: spreads, groups: groups, floors: [0.1]))
    #expect(abs(mixed.factor - 1) < 1e-9, "nine of ten of all are the easy ones")
    #expect(abs(apart.factor * 1.1 - 18) < 1e-9, "the 18th of the nineteen others")
  }

  @Test func `stays in range and holds the figure`() {
    let rule = IntervalRule(factor: 2, floor: 1, cases: 20)
    #expect(rule.interval(around: 50, spread: 4, within: 0...100) == 40...60)
    #expect(rule.interval(around: 1, spread: 4, within: 0...100) == 0...11)
    #expect(rule.interval(around: 99, spread: 4, within: 0...100) == 89...100)
    #expect(rule.interval(around: 101, spread: 0, within: 0...100) == 99...101, "the figure itself is always inside")
  }

  @Test func `survive their file`() throws {
    let folder = try TemporaryFolder()
    let rules = IntervalRules(rules: [
      .percent: IntervalRule(factor: 1.5, floor: 2, cases: 74), .brixiaEstimate: IntervalRule(factor: 4, floor: 0.18, cases: 149),
    ])
    try Safetensors.write([], metadata: [IntervalRules.metadataKey: rules.json.description], to: folder.file("x"))
    #expect(try IntervalRules(in: Safetensors(path: folder.file("x"))) == rules)
    for damaged in [
      "", "[]", #"{"percent": [1, 2]}"#, #"{"percent": [-1, 2, 3]}"#, #"{"percent": [1, 0, 3]}"#, #"{"nonsense": [1, 2, 3]}"#,
    ] {
      try Safetensors.write([], metadata: [IntervalRules.metadataKey: damaged], to: folder.file("y"))
      #expect(throws: ModelError.self) { try IntervalRules(in: Safetensors(path: folder.file("y"))) }
    }
    try Safetensors.write([], metadata: [:], to: folder.file("z"))
    #expect(try IntervalRules(in: Safetensors(path: folder.file("z"))) == nil)
  }
}
