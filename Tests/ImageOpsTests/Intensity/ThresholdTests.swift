import Testing

@testable import ImageOps

@Suite struct ThresholdTests {
  struct Fixture: Decodable {
    struct Case: Decodable {
      let picture: String
      let method: String
      let threshold: Double
      let count: Int
    }
    let real: PackedImage
    let whole: PackedImage
    let deep: PackedImage
    let thresholds: [Case]
  }

  @Test func `agrees with scikit-image`() throws {
    let fixture = try ImageFixture.load("intensity", as: Fixture.self)
    let pictures = ["real": fixture.real.image, "whole": fixture.whole.image, "deep": fixture.deep.image]
    #expect(fixture.thresholds.count == 18)
    for entry in fixture.thresholds {
      let picture = try #require(pictures[entry.picture])
      let method = try #require(ThresholdMethod.Automatic(rawValue: entry.method))
      let result = try picture.thresholded(by: .automatic(method))
      #expect(abs(Double(result.threshold) - entry.threshold) <= 1e-5 * abs(entry.threshold), "\(method) of \(entry.picture)")
      #expect(result.mask.count == entry.count, "\(method) of \(entry.picture)")
    }
  }

  @Test func `numbers percentages and percentiles`() throws {
    let picture = GrayImage(size: Size(width: 5, height: 1), pixels: [0, 10, 20, 30, 40], range: 0...100)
    #expect(try picture.thresholded(by: .value(20)).mask.elements == [false, false, false, true, true])
    #expect(try picture.thresholded(by: .percentOfRange(25)) == picture.thresholded(by: .value(25)))
    #expect(try picture.thresholded(by: .percentile(50)).threshold == 20)
    for method in [ThresholdMethod.percentOfRange(101), .percentile(-1), .percentile(.nan)] {
      #expect(throws: ImageError.self) { try picture.thresholded(by: method) }
    }
  }

  @Test func `mask limits both measure and result`() throws {
    let picture = GrayImage(size: Size(width: 5, height: 1), pixels: [0, 10, 20, 200, 210])
    let inside = try picture.compared(with: 100, by: .less)
    let result = try picture.thresholded(by: .automatic(.mean), within: inside)
    #expect(result.threshold == 10)
    #expect(result.mask.elements == [false, false, true, false, false])
    #expect(throws: ImageError.noPixels) { try picture.thresholded(by: .otsu, within: Mask(size: picture.size)) }
    #expect(throws: ImageError.self) { try picture.thresholded(by: .value(1), within: Mask(size: Size(width: 1, height: 1))) }
  }

  @Test(arguments: ThresholdMethod.Automatic.allCases) func `constant picture gives its value`(_ method: ThresholdMethod.Automatic) throws {
    for size in [Size(width: 1, height: 1), Size(width: 1, height: 7), Size(width: 70, height: 2)] {
      let result = try GrayImage(size: size, filledWith: 3.25).thresholded(by: .automatic(method))
      #expect(result.threshold == 3.25)
      #expect(result.mask.isEmpty)
    }
  }

  @Test(arguments: ThresholdMethod.Automatic.allCases) func `two values are told`(_ method: ThresholdMethod.Automatic) throws {
    let picture = GrayImage(size: Size(width: 4, height: 1), pixels: [10, 10, 10, 90])
    let result = try picture.thresholded(by: .automatic(method))
    #expect(result.threshold >= 10 && result.threshold < 90)
    #expect(result.mask.elements == [false, false, false, true])
  }

  @Test func `probabilities`() throws {
    let map = ProbabilityMap(size: Size(width: 3, height: 1), pixels: [0.4, 0.5, 0.9], spacing: .calibrated(row: 1, column: 1))
    let result = try map.thresholded(by: .percentOfRange(50))
    #expect(result.mask.elements == [false, false, true])
    #expect(result.mask.spacing == map.spacing)
  }
}
