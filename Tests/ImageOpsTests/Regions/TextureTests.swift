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
  @Test func featuresMatchTheReference() throws {
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

  @Test func constantRegionsAndSinglePixels() throws {
    for size in [Size(width: 1, height: 1), Size(width: 9, height: 4)] {
      let texture = try GrayImage(size: size, filledWith: 17).texture()
      #expect(texture.skewness == 0 && texture.kurtosis == 0 && texture.entropy == 0 && texture.contrast == 0)
    }
    let image = GrayImage(size: Size(width: 5, height: 5), filledWith: 1)
    #expect(throws: ImageError.noPixels) { try image.texture(within: Mask(size: image.size)) }
    #expect(throws: ImageError.self) { try image.texture(levels: 1) }
    #expect(throws: ImageError.self) { try image.texture(distance: 0) }
  }
}

struct ChestWidthTests {
  /// Two lungs of 20 rows, 6 columns from the borders, 8 apart above; the heart takes 5 columns off the left one and 2 off the right below.
  @Test func widthsOfDrawnLungs() throws {
    var lungs = LabelImage(size: Size(width: 60, height: 30), labels: [UInt32](repeating: 0, count: 1800))
    for row in 5..<25 {
      let isLow = row >= 15
      for column in 6..<(isLow ? 24 : 26) { lungs[row, column] = 1 }
      for column in (isLow ? 39 : 34)..<54 { lungs[row, column] = 2 }
    }
    let widths = try lungs.chestWidths()
    #expect(widths.thorax == 48)
    #expect(widths.heart == 15)
    #expect(widths.ratio == 15.0 / 48)
    // Below the domes only the angles at the sides are left, whose inner borders are the diaphragm's.
    for row in 25..<29 {
      for column in 6..<8 { lungs[row, column] = 1 }
      for column in 52..<54 { lungs[row, column] = 2 }
    }
    #expect(try lungs.chestWidths() == widths)
  }

  @Test func wantsBothLungs() {
    var lungs = LabelImage(size: Size(width: 9, height: 3), labels: [UInt32](repeating: 0, count: 27))
    #expect(throws: ImageError.noPixels) { try lungs.chestWidths() }
    lungs[1, 2] = 1
    #expect(throws: ImageError.noPixels) { try lungs.chestWidths() }
    lungs[1, 1] = 2
    #expect(throws: ImageError.noPixels) { try lungs.chestWidths() }
  }
}
