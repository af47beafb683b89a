import Foundation
import ImageOps
import Testing

struct TextureTests {
  private struct Fixtures: Decodable {
    struct Case: Decodable {
      let width, height, levels, distance: Int
      let image, mask: Data
      let features, moments: [Double]
    }
    let textures: [Case]
  }

  /// Against scikit-image and SciPy; the fixtures come from `Tools/fixtures/metrics.py`.
  @Test func `features match the reference`() throws {
    for item in try MaskFixtures.load("metrics.json", as: Fixtures.self).textures {
      let size = Size(width: item.width, height: item.height)
      let image = GrayImage(size: size, pixels: MaskFixtures.numbers(item.image, of: UInt8.self).map { Float($0) })
      let texture = try image.texture(levels: item.levels, distance: item.distance, within: MaskFixtures.mask(item.mask, size))
      let features = [texture.contrast, texture.dissimilarity, texture.homogeneity, texture.energy, texture.correlation]
      #expect(zip(features, item.features).allSatisfy { abs($0 - $1) < 1e-9 * max(1, abs($1)) }, "\(features) and \(item.features)")
      let moments = [texture.skewness, texture.kurtosis, texture.entropy]
      #expect(zip(moments, item.moments).allSatisfy { abs($0 - $1) < 1e-9 * max(1, abs($1)) }, "\(moments) and \(item.moments)")
    }
  }

  @Test func `constant regions and single pixels`() throws {
    for size in [Size(width: 1, height: 1), Size(width: 9, height: 4)] {
      let texture = try GrayImage(size: size, filledWith: 17).texture()
      #expect(texture.skewness == 0 && texture.kurtosis == 0 && texture.entropy == 0 && texture.contrast == 0)
    }
    let image = GrayImage(size: Size(width: 5, height: 5), filledWith: 1)
    #expect(throws: ImageError.noPixels) { try image.texture(within: Mask(size: image.size)) }
    #expect(throws: ImageError.self) { try image.texture(levels: 1) }
    #expect(throws: ImageError.self) { try image.texture(distance: 0) }
  }

  @Test func `each region has its texture`() throws {
    let size = Size(width: 20, height: 12)
    var labels = LabelImage(size: size, labels: [UInt32](repeating: 0, count: 240))
    for row in 1..<10 { for column in 2..<7 { labels[row, column] = 1 } }
    for row in 3..<9 { for column in 11..<16 { labels[row, column] = 2 } }
    let image = seededPicture(4, size)
    let regions = try labels.regions(beneath: image)
    let textures = try labels.textures(of: regions, beneath: image)
    for label: UInt32 in [1, 2] {
      let texture = try #require(textures[label])
      let whole = try image.texture(within: labels.mask(of: label))
      #expect(texture == whole)
      #expect(abs(texture.patterns.reduce(0, +) - 1) < 1e-9)
    }
  }
}
