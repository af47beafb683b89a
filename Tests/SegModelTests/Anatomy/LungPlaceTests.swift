import ImageOps
import SegModel
import Testing

struct LungPlaceTests {
  /// A right lung of 9 rows and a left one of 6.
  private let lungs: LabelImage = {
    var labels = LabelImage(size: Size(width: 20, height: 12), labels: [UInt32](repeating: 0, count: 240), names: LabelImage.lungNames)
    for row in 1..<10 { for column in 2..<7 { labels[row, column] = 1 } }
    for row in 3..<9 { for column in 11..<16 { labels[row, column] = 2 } }
    return labels
  }()

  @Test func `zones are thirds of each lung`() throws {
    let zones = try lungs.lungZones()
    #expect([1, 3, 4, 6, 7, 9].map { zones[$0, 4] } == [1, 1, 2, 2, 3, 3])
    #expect([3, 4, 5, 6, 7, 8].map { zones[$0, 12] } == [4, 4, 5, 5, 6, 6])
    #expect(zones[0, 0] == 0 && zones.foreground == lungs.foreground)
    let none = LabelImage(size: lungs.size, labels: [UInt32](repeating: 0, count: 240))
    #expect(try none.lungZones().foreground.isEmpty)
  }

  @Test func `a region lies where most of it lies`() throws {
    var regions = LabelImage(size: lungs.size, labels: [UInt32](repeating: 0, count: 240))
    for row in 2..<5 { regions[row, 3] = 7 }
    regions[0, 19] = 8
    let zones = try regions.mostCommon(of: lungs.lungZones())
    #expect(zones == [7: 1])
    #expect(throws: ImageError.self) { try regions.mostCommon(of: LabelImage(size: Size(width: 1, height: 1), labels: [0])) }
  }

  @Test func `symmetry is that of the mirrored lung`() throws {
    let found = try lungs.lungSymmetry()
    #expect(found.area.right == 45 && found.area.left == 30 && found.height.right == 9 && found.height.left == 6)
    #expect(abs(found.areaRatio - 30.0 / 45) < 1e-12 && abs(found.heightRatio - 6.0 / 9) < 1e-12)
    // Columns 2...6 meet 11...15 about 8.5; 6 of 9 rows are shared.
    #expect(found.axis == 8.5 && abs(found.dice - 2 * 30.0 / 75) < 1e-12 && found.mean == nil)
    var image = GrayImage(size: lungs.size, filledWith: 10)
    for row in 0..<12 { for column in 10..<20 { image[row, column] = 30 } }
    let mean = try #require(try lungs.lungSymmetry(beneath: image).mean)
    #expect(mean.right == 10 && mean.left == 30)
    #expect(throws: ImageError.noPixels) { try LabelImage(size: lungs.size, labels: [UInt32](repeating: 1, count: 240)).lungSymmetry() }
  }
}
