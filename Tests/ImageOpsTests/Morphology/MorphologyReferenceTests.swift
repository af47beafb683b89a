import Foundation
import ImageOps
import Testing

/// Against scikit-image; the fixtures come from `Tools/fixtures/morphology.py`.
struct MorphologyReferenceTests {
  private struct Fixtures: Decodable {
    struct Binary: Decodable {
      let name: String
      let shape: String
      let radius: Double
      let input: MaskFixtures.Packed
      let eroded, dilated, opened, closed: Data
    }
    struct Gray: Decodable {
      let name: String
      let shape: String
      let radius: Double
      let width, height: Int
      let input, eroded, dilated, opened, closed: Data
    }
    let binary: [Binary]
    let gray: [Gray]
  }

  @Test func `masks match scikit-image`() throws {
    let cases = try MaskFixtures.load("morphology.json", as: Fixtures.self).binary
    #expect(cases.count > 100)
    for item in cases {
      let mask = item.input.mask
      let footprint = Footprint(try #require(Footprint.Shape(rawValue: item.shape)), radius: item.radius)
      #expect(try mask.eroded(by: footprint) == MaskFixtures.mask(item.eroded, mask.size), "\(item.name), \(footprint), eroded")
      #expect(try mask.dilated(by: footprint) == MaskFixtures.mask(item.dilated, mask.size), "\(item.name), \(footprint), dilated")
      #expect(try mask.opened(by: footprint) == MaskFixtures.mask(item.opened, mask.size), "\(item.name), \(footprint), opened")
      #expect(try mask.closed(by: footprint) == MaskFixtures.mask(item.closed, mask.size), "\(item.name), \(footprint), closed")
    }
  }

  @Test func `gray images match scikit-image`() throws {
    let cases = try MaskFixtures.load("morphology.json", as: Fixtures.self).gray
    #expect(cases.count > 50)
    for item in cases {
      let pixels = { MaskFixtures.numbers($0, of: Float.self) }
      let image = GrayImage(size: Size(width: item.width, height: item.height), pixels: pixels(item.input))
      let footprint = Footprint(try #require(Footprint.Shape(rawValue: item.shape)), radius: item.radius)
      #expect(try image.eroded(by: footprint).pixels == pixels(item.eroded), "\(item.name), \(footprint), eroded")
      #expect(try image.dilated(by: footprint).pixels == pixels(item.dilated), "\(item.name), \(footprint), dilated")
      #expect(try image.opened(by: footprint).pixels == pixels(item.opened), "\(item.name), \(footprint), opened")
      #expect(try image.closed(by: footprint).pixels == pixels(item.closed), "\(item.name), \(footprint), closed")
    }
  }
}
