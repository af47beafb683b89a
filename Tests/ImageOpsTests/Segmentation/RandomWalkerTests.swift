import Basics
import ImageOps
import Testing

/// Random walks with seeds and priors.
@Suite struct RandomWalkerTests {
  struct Fixture: Decodable {
    let source: String
    let width: Int
    let height: Int
    let nodes: [UInt8]
    let right: [Double]
    let below: [Double]
    let inside: [Double]
    let outside: [Double]
    let x: [Double]

    var walker: RandomWalker {
      var walker = RandomWalker(size: Size(width: width, height: height))
      walker.nodes = nodes.map { RandomWalker.Node(rawValue: $0) ?? .free }
      (walker.right, walker.below, walker.inside, walker.outside) = (right, below, inside, outside)
      return walker
    }
  }

  @Test func `agree with scikit-image and with a dense solution`() throws {
    for fixture in try MaskFixtures.load("random_walker.json", as: [Fixture].self) {
      let values = try fixture.walker.probabilities(tolerance: 1e-12)
      #expect(zip(values, fixture.x).allSatisfy { abs($0 - $1) < 1e-6 }, "\(fixture.source)")
      let rough = try fixture.walker.probabilities()
      #expect(zip(rough, values).allSatisfy { abs($0 - $1) < 1e-3 }, "\(fixture.source), default tolerance")
    }
  }

  @Test func `a node that nothing pulls is 0`() throws {
    var walker = RandomWalker(size: Size(width: 4, height: 1))
    walker.nodes[0] = .inside
    walker.right[0] = 1
    #expect(try walker.probabilities() == [1, 1, 0, 0])
    #expect(try RandomWalker(size: Size(width: 3, height: 2)).probabilities() == [Double](repeating: 0, count: 6))
  }

  @Test func `edges beyond the border do not exist`() throws {
    var walker = RandomWalker(size: Size(width: 3, height: 2))
    walker.right = [Double](repeating: 1, count: 6)
    walker.below = walker.right
    (walker.nodes[2], walker.nodes[3]) = (.inside, .outside)
    let values = try walker.probabilities(tolerance: 1e-12)
    // By symmetry about the center of the grid.
    for index in 0..<6 { #expect(abs(values[index] + values[5 - index] - 1) < 1e-9) }
  }
}

/// Regions grown from clicks.
@Suite struct RegionFromClicksTests {
  static let size = Size(width: 300, height: 240)

  /// A bright disk of a radius on darker ground, both with grain.
  static func disk(radius: Double, row: Double = 120, column: Double = 150) -> (image: GrayImage, truth: Mask) {
    var generator = SeededGenerator(seed: 9)
    let truth = Mask(size: size) { index in
      let (y, x) = (Double(index / size.width) - row, Double(index % size.width) - column)
      return (y * y + x * x).squareRoot() <= radius
    }
    let pixels = (0..<size.count).map { index in
      (truth[index / size.width, index % size.width] ? Float(160) : 90) + Float.random(in: -12...12, using: &generator)
    }
    return (GrayImage(size: size, pixels: pixels), truth)
  }

  static let everything = Mask(size: size, filled: true)
  static let center = [FinePoint(hundredths: 12_000, 15_000)]

  @Test func `a click becomes the region that it lies in`() throws {
    for radius in [18.0, 30, 40] {
      let (image, truth) = Self.disk(radius: radius)
      let region = try RegionFromClicks(image, field: Self.everything).region(at: Self.center, among: Self.everything)
      let dice = 2 * Double(try region.intersectionCount(truth)) / Double(region.count + truth.count)
      #expect(dice > 0.9, "radius \(radius)")
    }
  }

  @Test func `a probability outlines what intensities do not`() throws {
    let (_, truth) = Self.disk(radius: 40)
    let (grain, _) = Self.disk(radius: -1)
    let map = ProbabilityMap(
      size: Self.size, pixels: (0..<Self.size.count).map { truth[$0 / Self.size.width, $0 % Self.size.width] ? 0.2 : 0.01 })
    func dice(_ probability: ProbabilityMap?) throws -> Double {
      let region = try RegionFromClicks(grain, field: Self.everything, probability: probability).region(
        at: Self.center, among: Self.everything)
      return 2 * Double(try region.intersectionCount(truth)) / Double(region.count + truth.count)
    }
    #expect(try dice(map) > 0.7)
    #expect(try dice(nil) < 0.5)
  }

  @Test func `regions hold the clicks and only candidates`() throws {
    let (image, truth) = Self.disk(radius: 40)
    let candidates = Mask(size: Self.size) { $0 % Self.size.width < 160 }
    let growth = try RegionFromClicks(image, field: truth)
    let region = try growth.region(at: Self.center, among: candidates)
    #expect(region[120, 150] && region[120, 145])
    #expect(try region.subtracting(candidates).isEmpty)
    #expect(try growth.region(at: [FinePoint(hundredths: 12_000, 16_500)], among: candidates).isEmpty, "not a candidate")
    #expect(try growth.region(at: [FinePoint(hundredths: -900, 99_999)], among: candidates).isEmpty, "outside the image")
    #expect(try growth.region(at: [], among: candidates).isEmpty)
  }

  @Test func `points outside stay out`() throws {
    let (image, _) = Self.disk(radius: 40)
    let growth = try RegionFromClicks(image, field: Self.everything)
    let outside = [FinePoint(hundredths: 12_000, 17_500)]
    let region = try growth.region(at: Self.center, without: outside, among: Self.everything)
    let freely = try growth.region(at: Self.center, among: Self.everything)
    #expect(freely[120, 175] && !region[120, 175] && region[120, 150] && region.count < freely.count)
  }

  @Test func `a false region that is nearly covered goes as a whole`() throws {
    let (image, truth) = Self.disk(radius: 12)
    let tail = try truth.union(
      Mask(size: Self.size) { (118..<122).contains($0 / Self.size.width) && (150..<172).contains($0 % Self.size.width) })
    let region = try RegionFromClicks(image, field: Self.everything, extent: .falsePositive).region(at: Self.center, among: tail)
    #expect(region == tail)
  }

  @Test func `an image of any size and content has a region`() throws {
    for size in [Size(width: 1, height: 1), Size(width: 700, height: 2), Size(width: 3, height: 500)] {
      let image = GrayImage(size: size, pixels: [Float](repeating: .nan, count: size.count), range: 0...1)
      let all = Mask(size: size, filled: true)
      let region = try RegionFromClicks(image, field: Mask(size: size)).region(at: [FinePoint(hundredths: 0, 0)], among: all)
      #expect(region[0, 0])
    }
  }
}
