import ImageOps
import Testing

struct VesselnessTests {
  /// A faint line, and a letter that is much brighter.
  private let picture: GrayImage = {
    var image = GrayImage(size: Size(width: 90, height: 70), filledWith: 40)
    for column in 0..<60 { for row in 30..<33 { image[row, column] = 52 } }
    for row in 10..<18 { for column in 70..<73 { image[row, column] = 255 } }
    return image
  }()

  @Test func `a bright letter does not hide a faint line`() throws {
    let (whole, robust) = (try picture.vesselness(sigmas: [2]), try picture.vesselness(sigmas: [2], percentile: 95))
    #expect(whole[31, 30] < 0.05 && robust[31, 30] > 0.5)
    #expect(robust[50, 80] < 1e-3)
  }

  @Test func `dark lines are bright lines of the negative`() throws {
    let negative = picture.with(pixels: picture.pixels.map { 255 - $0 })
    let (bright, dark) = (try picture.vesselness(sigmas: [1, 3]), try negative.vesselness(sigmas: [1, 3], bright: false))
    #expect(zip(bright.pixels, dark.pixels).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func `ribs stay beyond the mask`() throws {
    let mask = Mask(size: picture.size) { $0 % 90 < 30 }
    let result = try picture.ribsSuppressed(thickness: 9, sigma: 1, within: mask)
    #expect(result[31, 10] < 44 && result[31, 45] == picture[31, 45])
    #expect(throws: ImageError.self) { try picture.ribsSuppressed(thickness: 0, sigma: 1) }
  }
}
