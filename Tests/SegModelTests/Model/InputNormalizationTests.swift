import Testing

@testable import ImageOps
@testable import SegModel

@Suite struct InputNormalizationTests {
  /// Intensities from 50 to 150 in the ellipse that the film holds, `corner` outside.
  private func film(corner: Float, width: Int = 96, height: Int = 128) -> GrayImage {
    GrayImage(
      size: Size(width: width, height: height),
      pixels: (0..<width * height).map { index in
        let y = (Double(index / width) + 0.5) / Double(height) * 2 - 1
        let x = (Double(index % width) + 0.5) / Double(width) * 2 - 1
        return x * x + y * y <= 1.1 ? 50 + Float(index * 97 % 101) : corner + Float(index % 2)
      })
  }

  @Test func `corners change the gray scale of the film, not that of the ellipse`() throws {
    let side = 64
    let middle = { (pixels: [Float]) in Array(pixels[side * side / 2 - 16..<side * side / 2 + 16]) }
    func middles(_ normalization: InputNormalization) throws -> [[Float]] {
      try [0, 80, 250].map { middle(try normalization.normalized(film(corner: $0), side: side)) }
    }
    let ellipse = try middles(.ellipse)
    #expect(ellipse[0] == ellipse[1] && ellipse[1] == ellipse[2])
    let whole = try middles(.film)
    #expect(whole[0] != whole[1] && whole[1] != whole[2])
  }

  @Test func `0 and 1 are the percentiles of the pixels in the disk`() throws {
    let side = 64
    let image = film(corner: 250, width: side, height: side)
    let inside = (0..<side * side).filter { index in
      let (y, x) = (Double(index / side) - 31.5, Double(index % side) - 31.5)
      return x * x + y * y <= 32 * 32
    }
    let (low, high) = InputNormalization.percentiles(of: inside.map { image.pixels[$0] })
    let found = try InputNormalization.ellipse.normalized(image, side: side)
    #expect(found == image.pixels.map { ($0 - low) * (1 / (high - low)) })
  }

  @Test(arguments: InputNormalization.allCases) func `one intensity becomes 0`(normalization: InputNormalization) throws {
    let flat = GrayImage(size: Size(width: 40, height: 30), filledWith: 7)
    #expect(try normalization.normalized(flat, side: 32).allSatisfy { $0 == 0 })
  }
}
