import Testing

@testable import ImageOps

/// Loops that some processors have and others do by plainer means: the bits must be the same.
@Suite("Loops of wide processors")
struct WideLoopTests {
  private func noise(_ count: Int, seed: UInt64, below limit: UInt64 = 256) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8((state >> 33) % limit)
    }
  }

  @Test(arguments: [(3, 20.0, 200), (4, 25, 64), (4, 60, 65), (7, 8, 131), (1, 400, 1), (4, 0.5, 130)])
  func `bilateral weights of bytes`(radius: Int, sigma: Double, width: Int) {
    let offsets = Footprint.disk(radius: Double(radius)).offsets.filter { $0.row != 0 || $0.column != 0 }
    let stride = width + 2 * radius + 64
    let bytes = noise(stride * (2 * radius + 1), seed: UInt64(width))
    let weights = (0..<offsets.count / 4).flatMap { group in
      (0..<256).map { UInt32(sigma < 1 && $0 > 126 ? 0 : 2_000_000 / (1 + group) / (1 + $0 * $0 / max(1, Int(sigma)))) }
    }
    #expect(weights.enumerated().allSatisfy { $0.offset % 256 < 127 || $0.element == 0 } == (sigma < 1))
    let greatest = (0..<weights.count).reduce(0) { weights[$1] == 0 ? $0 : max($0, $1 % 256) }
    let results = [PixelKernels.digits(of: weights), nil].map { digits in
      var row = [Float](repeating: 0, count: width)
      bytes.withUnsafeBufferPointer {
        PixelKernels.weigh(
          $0.baseAddress! + radius * stride + radius, offsets: offsets.map { $0.row * stride + $0.column }, weights: weights,
          digits: digits,
          greatest: greatest, into: &row, count: width)
      }
      return row
    }
    #expect(results[0] == results[1])
  }

  @Test func `whole intensities are smoothed as others are, and an even picture stays`() throws {
    for (width, height) in [(1, 1), (5, 3), (63, 20), (64, 9), (150, 40)] {
      let bytes = noise(width * height, seed: 7, below: 90)
      let size = Size(width: width, height: height)
      let whole = GrayImage(size: size, pixels: bytes.map { Float($0) })
      // Moved by a half no intensity is whole, and all differences are the same.
      let moved = GrayImage(size: size, pixels: bytes.map { Float($0) + 0.5 })
      for radius in [1, 4] {
        let a = try whole.bilateralFiltered(sigma: 3, intensitySigma: 25, radius: radius)
        let b = try moved.bilateralFiltered(sigma: 3, intensitySigma: 25, radius: radius)
        #expect(zip(a.pixels, b.pixels).allSatisfy { abs($0 + 0.5 - $1) < 2e-4 })
      }
      // So small that its square is 0: every pixel weighs with its likes alone.
      #expect(try whole.bilateralFiltered(sigma: 3, intensitySigma: 1e-170).pixels == whole.pixels)
      let even = GrayImage(size: size, filledWith: 37)
      #expect(try even.bilateralFiltered(sigma: 3, intensitySigma: 25).pixels == even.pixels)
    }
  }

  @Test(arguments: [7.0, -7, 0.2, 29, -25, 90, 180]) func `turned bytes are turned floats`(degrees: Double) throws {
    for (width, height) in [(40, 33), (200, 100), (37, 150)] {
      let bytes = noise(width * height, seed: 3)
      let size = Size(width: width, height: height)
      let turned = try GrayImage(size: size, pixels: bytes.map { Float($0) }).rotated(degrees: degrees)
      // Halves are exact, and bytes no more.
      let halves = try GrayImage(size: size, pixels: bytes.map { Float($0) / 2 }).rotated(degrees: degrees)
      #expect(turned.pixels == halves.pixels.map { $0 * 2 })
    }
  }

  @Test(arguments: [1, 2, 16, 100, 255, 256, 257, 1000]) func `tables are read at every index, below, above and beside`(length: Int) {
    let table = (0..<length).map { Float($0 * $0) - 3 }
    let places = (0..<517).map { Float($0) * 2.25 - 40 } + [.nan, .infinity, -.infinity, 0, -0.0]
    let expected = places.map { place -> Float in
      let index = place - 5 > 0 ? Int(min(place - 5, Float(length - 1))) : 0
      return table[index]
    }
    var found = [Float](repeating: 0, count: places.count)
    PixelKernels.lookUp(places, from: 5, in: table, into: &found, count: places.count)
    #expect(found == expected)
  }
}
