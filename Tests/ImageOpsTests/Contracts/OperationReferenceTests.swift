import Foundation
import ImageOps
import Testing

/// Against scikit-image, SciPy and OpenCV; the fixtures come from `Tools/fixtures/operations.py`.
struct OperationReferenceTests {
  private struct Fixtures: Decodable {
    struct Case: Decodable {
      let operation, picture, other, kind: String
      let parameters: [String: Double]
      let tolerance: Float
      let expected: Data
    }
    let pictures: [String: PackedPicture]
    let cases: [Case]
  }

  @Test func resultsMatchTheReferences() throws {
    let fixtures = try PictureFixture.load("operations", as: Fixtures.self)
    let operations = Dictionary(uniqueKeysWithValues: PictureOperation.all.map { ($0.name, $0) })
    var seen: Set<String> = []
    for item in fixtures.cases {
      let operation = try #require(operations[item.operation], "\(item.operation)")
      let image = try #require(fixtures.pictures[item.picture]).image
      let result = try operation.run(
        image, fixtures.pictures[item.other]?.image ?? image, .init(values: item.parameters), .never)
      let expected =
        item.kind == "u1"
        ? MaskFixtures.numbers(item.expected, of: UInt8.self).map(Float.init) : MaskFixtures.numbers(item.expected, of: Float.self)
      let isMask = expected.allSatisfy { $0 <= 1 } && item.kind == "u1"
      let scale: Float = isMask ? 255 : 1
      #expect(result.pixels.count == expected.count)
      let (place, difference) = zip(result.pixels, expected).map { abs($0 - $1 * scale) }.enumerated().max { $0.1 < $1.1 } ?? (0, 0)
      #expect(
        difference <= item.tolerance,
        "\(item.operation) \(item.parameters) of \(item.picture): pixel \(place) is \(result.pixels[place]), not \(expected[place])")
      seen.insert(item.operation)
    }
    #expect(seen.count > 15)
  }
}
