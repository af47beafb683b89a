import Basics
import Testing

@testable import ImageOps

@Suite struct ResamplingTests {
  struct Fixture: Decodable {
    struct Resampled: Decodable {
      let method: String
      let expected: PackedImage
    }
    let source: PackedImage
    let resampled: [Resampled]
  }

  @Test func `agrees with Pillow and OpenCV`() throws {
    let fixture = try ImageFixture.load("geometry", as: Fixture.self)
    let source = fixture.source.image
    #expect(fixture.resampled.count > 30)
    for entry in fixture.resampled {
      let method = try #require(ResamplingMethod(rawValue: entry.method))
      let expected = entry.expected.image
      let result = try source.resampled(to: expected.size, using: method)
      #expect(largestDifference(result, expected, scale: 220) < 1e-5, "\(method) to \(expected.size)")
    }
  }

  @Test(arguments: ResamplingMethod.allCases) func `same size changes nothing`(_ method: ResamplingMethod) throws {
    let picture = seededPicture(1, Size(width: 9, height: 6))
    #expect(try picture.resampled(to: picture.size, using: method) == picture)
  }

  @Test(arguments: ResamplingMethod.allCases) func `constant stays constant`(_ method: ResamplingMethod) throws {
    for size in [Size(width: 1, height: 1), Size(width: 1, height: 13), Size(width: 20, height: 3)] {
      let picture = GrayImage(size: size, filledWith: 50)
      let result = try picture.resampled(to: Size(width: 7, height: 5), using: method)
      #expect(result.pixels.allSatisfy { abs($0 - 50) < 1e-4 }, "\(size)")
    }
  }

  @Test func `area keeps the mean`() throws {
    let picture = seededPicture(2, Size(width: 53, height: 41))
    for size in [Size(width: 10, height: 7), Size(width: 90, height: 70)] {
      let mean = try picture.resampled(to: size, using: .area).statistics().mean
      #expect(abs(mean - (try picture.statistics().mean)) < 1e-3)
    }
  }

  @Test func `spacing follows`() throws {
    let picture = seededPicture(3, Size(width: 40, height: 30))
    let result = try picture.resampled(to: Size(width: 20, height: 10))
    #expect(result.spacing == .calibrated(row: 0.2 * 3, column: 0.3 * 2))
  }

  @Test func `masks and labels get no new values`() throws {
    let size = Size(width: 70, height: 20)
    let mask = seededMask(4, size)
    let labels = LabelImage(size: size, labels: (0..<size.count).map { UInt32($0 % 7 * 10) }, names: [10: "a"])
    let target = Size(width: 31, height: 45)
    let smaller = try labels.resampled(to: target)
    #expect(Set(smaller.labels).isSubset(of: Set(labels.labels)))
    #expect(smaller.names == [10: "a"])
    let picked = try mask.resampled(to: target)
    for row in 0..<target.height {
      for column in 0..<target.width {
        #expect(picked[row, column] == mask[(2 * row + 1) * 20 / 90, (2 * column + 1) * 70 / 62])
      }
    }
    #expect(try Mask(size: size, filled: true).resampled(to: target, using: .area).count == target.count)
  }

  @Test func `area mask is the majority`() throws {
    var mask = Mask(size: Size(width: 4, height: 2))
    for (row, column) in [(0, 0), (0, 1), (1, 0), (0, 2), (1, 3)] { mask[row, column] = true }
    let half = try mask.resampled(to: Size(width: 2, height: 1), using: .area)
    #expect(half[0, 0])
    #expect(!half[0, 1], "exactly half is not more than half")
  }

  @Test func `probabilities stay probabilities`() throws {
    let size = Size(width: 12, height: 12)
    let map = ProbabilityMap(size: size, pixels: (0..<size.count).map { $0 % 3 == 0 ? 1 : 0 })
    let larger = try map.resampled(to: Size(width: 40, height: 40), using: .lanczos)
    #expect(larger.pixels.allSatisfy { (0...1).contains($0) })
  }

  @Test func `threads do not matter`() throws {
    let picture = seededPicture(5, Size(width: 611, height: 403))
    for method in ResamplingMethod.allCases {
      let results = try withThreadCounts { try picture.resampled(to: Size(width: 300, height: 700), using: method) }
      #expect(results[0] == results[1] && results[1] == results[2], "\(method)")
    }
  }

  @Test func `impossible sizes are refused`() {
    let picture = seededPicture(6, Size(width: 3, height: 3))
    for size in [
      Size(width: 0, height: 4), Size(width: -1, height: 4), Size(width: 65_536, height: 1), Size(width: 60_000, height: 60_000),
    ] {
      #expect(throws: ImageError.invalidSize(size)) { try picture.resampled(to: size) }
    }
  }

  @Test func `cancelling`() {
    let picture = seededPicture(7, Size(width: 300, height: 300))
    #expect(throws: CancellationError.self) {
      try Cancellation.polling(Cancellation { true }) { try picture.resampled(to: Size(width: 200, height: 200)) }
    }
  }
}
