import Testing

@testable import ImageOps

@Suite struct IntensityTests {
  struct Fixture: Decodable {
    struct Blurred: Decodable {
      let sigma: Double
      let expected: PackedImage
    }
    let real: PackedImage
    let whole: PackedImage
    let blurred: [Blurred]
    let percents: [Double]
    let percentiles: [Double]
    let wholePercentiles: [Double]
    let mean: Double
    let deviation: Double
    let histogram: [Int]
    let windowed: PackedImage
    let gamma: PackedImage
  }

  let fixture: Fixture

  init() throws { fixture = try ImageFixture.load("intensity", as: Fixture.self) }

  @Test func `statistics agree with NumPy`() throws {
    let real = fixture.real.image
    let statistics = try real.statistics()
    #expect(abs(statistics.mean - fixture.mean) < 1e-9 * fixture.mean)
    #expect(abs(statistics.standardDeviation - fixture.deviation) < 1e-9 * fixture.deviation)
    #expect(statistics.minimum == real.pixels.min() && statistics.maximum == real.pixels.max())
    #expect(try real.histogram(bins: 17, in: 30...140).counts == fixture.histogram)
  }

  @Test func `percentiles agree with NumPy`() throws {
    for (expected, picture) in [(fixture.percentiles, fixture.real.image), (fixture.wholePercentiles, fixture.whole.image)] {
      for (result, expected) in zip(try picture.percentiles(fixture.percents), expected) { #expect(result == Float(expected)) }
    }
    let negative = GrayImage(size: Size(width: 5, height: 1), pixels: [-3, 2, -0.0, 0, -7.5])
    #expect(try negative.percentiles([0, 25, 50, 75, 100]) == [-7.5, -3, 0, 0, 2])
  }

  @Test func `blur agrees with SciPy`() throws {
    let real = fixture.real.image
    for entry in fixture.blurred {
      let result = try real.gaussianBlurred(sigma: entry.sigma)
      #expect(largestDifference(result, entry.expected.image, scale: 100) < 1e-5, "sigma \(entry.sigma)")
    }
  }

  @Test func `window agrees with pydicom`() throws {
    let result = try fixture.whole.image.windowed(center: 100, width: 61)
    #expect(largestDifference(result, fixture.windowed.image, scale: 255) < 1e-6)
  }

  @Test func `narrowest window is a step`() throws {
    let picture = GrayImage(size: Size(width: 4, height: 1), pixels: [9, 9.5, 9.6, 10])
    #expect(try picture.windowed(center: 10, width: 1).pixels == [0, 0, 255, 255])
    for width in [0, 0.99, -3, .nan, .infinity] {
      #expect(throws: ImageError.self) { try picture.windowed(center: 10, width: width) }
    }
  }

  @Test func `gamma agrees with scikit-image`() throws {
    let result = try fixture.whole.image.gammaCorrected(0.6)
    #expect(largestDifference(result, fixture.gamma.image, scale: 255) < 1e-6)
    #expect(throws: ImageError.self) { try fixture.whole.image.gammaCorrected(0) }
  }

  @Test func `normalizing`() throws {
    let real = fixture.real.image
    let unit = try real.normalized(.minMax).statistics()
    #expect(unit.minimum == 0 && unit.maximum == 1)
    let scores = try real.normalized(.zScore).statistics()
    #expect(abs(scores.mean) < 1e-6 && abs(scores.standardDeviation - 1) < 1e-6)
    let stretched = try real.stretched(fromPercentile: 10, toPercentile: 90)
    let share = Double(stretched.pixels.filter { $0 == 0 }.count) / Double(real.size.count)
    #expect(abs(share - 0.1) < 0.01)
    #expect(stretched.range == 0...255)
  }

  @Test(arguments: [Normalization.minMax, .zScore, .percentiles(low: 1, high: 99)])
  func `constant picture becomes zero`(_ normalization: Normalization) throws {
    for size in [Size(width: 1, height: 1), Size(width: 1, height: 8), Size(width: 8, height: 8)] {
      #expect(try GrayImage(size: size, filledWith: 42).normalized(normalization).pixels.allSatisfy { $0 == 0 })
    }
  }

  @Test func `mask limits measurement`() throws {
    let picture = GrayImage(size: Size(width: 3, height: 1), pixels: [1, 5, 100])
    var mask = Mask(size: picture.size)
    #expect(throws: ImageError.noPixels) { try picture.statistics(within: mask) }
    mask[0, 0] = true
    mask[0, 1] = true
    #expect(try picture.statistics(within: mask).mean == 3)
    #expect(try picture.percentile(100, within: mask) == 5)
    #expect(throws: ImageError.self) { try picture.statistics(within: Mask(size: Size(width: 2, height: 2))) }
  }

  @Test func `what is not a number is left out`() throws {
    let picture = GrayImage(size: Size(width: 4, height: 1), pixels: [.nan, 2, .infinity, 4])
    #expect(try picture.statistics().mean == 3)
    #expect(try picture.percentile(50) == 3)
    #expect(throws: ImageError.noPixels) { try GrayImage(size: Size(width: 1, height: 1), pixels: [.nan]).statistics() }
  }

  @Test func `inverting twice is identity`() throws {
    let whole = fixture.whole.image
    #expect(try whole.inverted().inverted() == whole)
    #expect(try whole.inverted().pixels[0] == 255 - whole.pixels[0])
  }

  @Test func `clipping`() throws {
    let picture = GrayImage(size: Size(width: 3, height: 1), pixels: [-5, 5, 500])
    #expect(try picture.clipped(to: 0...100).pixels == [0, 5, 100])
    #expect(try picture.clipped(to: 0...100).range == 0...100)
  }

  @Test func `blur keeps constants and the mean`() throws {
    for size in [Size(width: 1, height: 1), Size(width: 1, height: 6), Size(width: 9, height: 1)] {
      let result = try GrayImage(size: size, filledWith: 7).gaussianBlurred(sigma: 30)
      #expect(result.pixels.allSatisfy { abs($0 - 7) < 1e-4 })
    }
    #expect(try fixture.real.image.gaussianBlurred(sigma: 0) == fixture.real.image)
    for sigma in [-1, .nan, 1001] { #expect(throws: ImageError.self) { try fixture.real.image.gaussianBlurred(sigma: sigma) } }
  }

  @Test func `threads do not matter`() throws {
    let picture = seededPicture(3, Size(width: 517, height: 389))
    let results = try withThreadCounts { try picture.gaussianBlurred(sigma: 3.3) }
    #expect(results[0] == results[1] && results[1] == results[2])
  }
}
