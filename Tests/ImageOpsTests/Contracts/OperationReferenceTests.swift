import Foundation
import ImageOps
import Testing

/// Against scikit-image, SciPy and OpenCV; the fixtures come from `Tools/fixtures/operations.py`.
struct OperationReferenceTests {
  private struct Fixtures: Decodable {
    struct Picture: Decodable {
      let width, height: Int
      let kind: String
      let data: Data

      var image: GrayImage { GrayImage(size: Size(width: width, height: height), pixels: OperationReferenceTests.numbers(data, kind)) }
    }
    struct Case: Decodable {
      let operation, picture, other, kind: String
      let parameters: [String: Double]
      let tolerance: Float
      let expected: Data
    }
    let pictures: [String: Picture]
    struct Profile: Decodable {
      let from, to: [Double]
      let values: [Float]
    }
    let cases: [Case]
    let profiles: [Profile]
  }

  private static func numbers(_ data: Data, _ kind: String) -> [Float] {
    switch kind {
    case "u1": MaskFixtures.numbers(data, of: UInt8.self).map(Float.init)
    case "u2": MaskFixtures.numbers(data, of: UInt16.self).map(Float.init)
    default: MaskFixtures.numbers(data, of: Float.self)
    }
  }

  @Test func `results match the references`() throws {
    let fixtures = try ImageFixture.load("operations", as: Fixtures.self)
    let operations = Dictionary(uniqueKeysWithValues: (ImageOperation.all + ImageOperation.particular).map { ($0.name, $0) })
    var seen: Set<String> = []
    for item in fixtures.cases {
      let operation = try #require(operations[item.operation], "\(item.operation)")
      let image = try #require(fixtures.pictures[item.picture]).image
      let result = try operation.run(image, fixtures.pictures[item.other]?.image ?? image, .init(values: item.parameters))
      let isMask = item.kind == "bits"
      let expected = isMask ? try GrayImage(MaskFixtures.mask(item.expected, image.size)).pixels : Self.numbers(item.expected, item.kind)
      #expect(result.pixels.count == expected.count)
      let (place, difference) = zip(result.pixels, expected).map { abs($0 - $1) }.enumerated().max { $0.1 < $1.1 } ?? (0, 0)
      #expect(
        difference <= item.tolerance,
        "\(item.operation) \(item.parameters) of \(item.picture): pixel \(place) is \(result.pixels[place]), not \(expected[place])")
      seen.insert(item.operation)
    }
    #expect(seen.count > 40)
  }

  @Test func `profiles match scikit-image`() throws {
    let fixtures = try ImageFixture.load("operations", as: Fixtures.self)
    let image = try #require(fixtures.pictures["real"]).image
    for line in fixtures.profiles {
      let values = try image.profile(from: (line.from[0], line.from[1]), to: (line.to[0], line.to[1]))
      #expect(values.count == line.values.count)
      #expect(zip(values, line.values).allSatisfy { abs($0 - $1) < 1e-3 }, "from \(line.from) to \(line.to)")
    }
    #expect(throws: ImageError.self) { try image.profile(from: (0, 0), to: (.infinity, 0)) }
  }
}
