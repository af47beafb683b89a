import Basics
import ImageOps
internal import Platform

/// Images at working resolution as they should be and as they should not: what a `ImageCheck` is fitted to and tested with.
enum CorruptedInputs {
  /// An image and what is wrong with it; nothing for one that only differs in position or exposure.
  struct Example {
    let pixels: [Float]
    let doubt: ImageCheck.Doubt?
  }

  /// An image, two slight variants of it, and one corrupted in each way.
  /// - Parameters:
  ///   - pixels: normalized, `side * side`.
  ///   - isCorrupted: false leaves the corrupted images out.
  ///   - normalization: that of the model which sees the images.
  static func examples(
    of pixels: [Float], side: Int, seed: UInt64, isCorrupted: Bool = true, normalization: InputNormalization = .film
  ) throws -> [Example] {
    let size = Size(width: side, height: side)
    let image = GrayImage(size: size, pixels: pixels, range: 0...1)
    var generator = SeededGenerator(seed: seed)
    let gamma = generator.uniform(0.6...1.6)
    var variants: [(GrayImage, ImageCheck.Doubt?)] = [
      (image, nil), (try image.rotated(degrees: generator.uniform(-12...12)), nil),
      (image.with(pixels: pixels.map { Float(pow(Double(min(max($0, 0), 1)), gamma)) }), nil),
    ]
    guard isCorrupted else { return try variants.map { Example(pixels: try normalization.normalized($0.0, side: side), doubt: nil) } }
    variants += [
      (try image.rotated(quarterTurns: 1), .turnedLeft), (try image.rotated(quarterTurns: -1), .turnedRight),
      (try image.rotated(quarterTurns: 2), .upsideDown), (try image.flipped(.horizontal), .mirrored),
      (image.with(pixels: pixels.map { 1 - $0 }), .inverted), (try cropped(image, &generator), .cropped),
      (covered(image, &generator), .covered),
      (generator.uniform() < 0.5 ? shuffled(image, &generator) : try synthetic(size, &generator), .foreign),
    ]
    return try variants.map { variant, doubt in
      Example(pixels: try normalization.normalized(variant, side: side), doubt: doubt)
    }
  }

  /// Between 45 and 65 % of the height and of the width.
  private static func cropped(_ image: GrayImage, _ generator: inout SeededGenerator) throws -> GrayImage {
    let (width, height) = (image.size.width, image.size.height)
    let part = Size(
      width: max(1, Int(Double(width) * generator.uniform(0.45...0.65))),
      height: max(1, Int(Double(height) * generator.uniform(0.45...0.65))))
    return try image.cropped(
      row: Int(generator.uniform() * Double(height - part.height + 1)), column: Int(generator.uniform() * Double(width - part.width + 1)),
      size: part)
  }

  /// A bar of black or white over 50 to 70 % of the image, from one of its four sides.
  private static func covered(_ image: GrayImage, _ generator: inout SeededGenerator) -> GrayImage {
    let (width, height) = (image.size.width, image.size.height)
    let share = generator.uniform(0.5...0.7)
    let (side, value) = (Int(generator.uniform() * 4), generator.uniform() < 0.5 ? Float(0) : 1)
    var pixels = image.pixels
    for row in 0..<height {
      for column in 0..<width {
        let (across, down) = (Double(column) / Double(width), Double(row) / Double(height))
        if [across < share, across >= 1 - share, down < share, down >= 1 - share][side] { pixels[row * width + column] = value }
      }
    }
    return image.with(pixels: pixels)
  }

  /// The image cut into 4, 16 or 64 tiles that have changed places.
  private static func shuffled(_ image: GrayImage, _ generator: inout SeededGenerator) -> GrayImage {
    let count = [2, 4, 8][Int(generator.uniform() * 3)]
    let width = image.size.width
    let side = width / count
    let order = Array(0..<count * count).shuffled(using: &generator)
    var pixels = image.pixels
    for (target, source) in order.enumerated() {
      for row in 0..<side {
        for column in 0..<side {
          pixels[(target / count * side + row) * width + target % count * side + column] =
            image.pixels[(source / count * side + row) * width + source % count * side + column]
        }
      }
    }
    return image.with(pixels: pixels)
  }

  /// Clouds, blots or overlapping ellipses.
  private static func synthetic(_ size: Size, _ generator: inout SeededGenerator) throws -> GrayImage {
    let kind = Int(generator.uniform() * 3)
    func noise() -> [Float] { (0..<size.count).map { _ in Float(generator.normal()) } }
    guard kind < 2 else {
      var pixels = [Float](repeating: 0, count: size.count)
      for _ in 0..<1 + Int(generator.uniform() * 11) {
        let (row, column) = (generator.uniform() * Double(size.height), generator.uniform() * Double(size.width))
        let (high, wide) = (generator.uniform(0.02...0.35) * Double(size.height), generator.uniform(0.02...0.35) * Double(size.width))
        let weight = Float(generator.uniform(0.2...1))
        for index in pixels.indices {
          let (y, x) = ((Double(index / size.width) - row) / high, (Double(index % size.width) - column) / wide)
          if x * x + y * y < 1 { pixels[index] += weight }
        }
      }
      let grain = Float(generator.uniform(0...0.06))
      return GrayImage(size: size, pixels: zip(pixels, noise()).map { $0 + grain * $1 })
    }
    let sigma = 1 + generator.uniform() * generator.uniform() * 45
    let clouds = try GrayImage(size: size, pixels: noise()).gaussianBlurred(sigma: sigma)
    guard kind == 1 else { return clouds }
    let median = clouds.pixels.sorted()[size.count / 2]
    return GrayImage(size: size, pixels: zip(clouds.pixels, noise()).map { ($0 > median ? 1 : 0) + 0.1 * $1 })
  }
}
