import Basics
import ImageOps
import Terminal

/// Something that is timed: what `segsh bench NAME` runs.
struct Benchmark: Sendable {
  let name: String
  let summary: String
  /// Side of the square image in px where `--size` does not say otherwise.
  let defaultSize: Int
  /// Makes the inputs for a size, untimed, and returns what is timed.
  let prepare: @Sendable (_ size: Int) throws -> () throws -> Void

  init(_ name: String, _ summary: String, size: Int = 2048, prepare: @escaping @Sendable (_ size: Int) throws -> () throws -> Void) {
    self.name = name
    self.summary = summary
    defaultSize = size
    self.prepare = prepare
  }

  static let all = pictures + codecs + networks

  static func named(_ name: String) -> Benchmark? { all.first { $0.name == name } }
}

extension Benchmark {
  /// Times an operation on a gray image.
  private static func gray<T>(_ name: String, _ summary: String, _ operation: @escaping @Sendable (GrayImage) throws -> T) -> Benchmark {
    Benchmark(name, summary) { size in
      let image = try BenchmarkImages.image(size)
      return { _ = try operation(image) }
    }
  }

  /// Times an operation on that image's Otsu mask.
  private static func mask<T>(_ name: String, _ summary: String, _ operation: @escaping @Sendable (Mask) throws -> T)
    -> Benchmark
  {
    Benchmark(name, summary) { size in
      let mask = try BenchmarkImages.image(size).thresholded(by: .otsu).mask
      return { _ = try operation(mask) }
    }
  }

  private static let pictures: [Benchmark] = [
    gray("gaussian-3", "Gaussian blur, sigma 3 px.") { try $0.gaussianBlurred(sigma: 3) },
    gray("gaussian-20", "Gaussian blur, sigma 20 px.") { try $0.gaussianBlurred(sigma: 20) },
    gray("median-7", "Median filter, 7 x 7 pixels.") { try $0.medianFiltered(radius: 3) },
    gray("median-31", "Median filter, 31 x 31 pixels.") { try $0.medianFiltered(radius: 15) },
    gray("bilateral-9", "Bilateral filter, disk of 9 px.") {
      try $0.bilateralFiltered(sigma: 4, intensitySigma: 25, radius: 4)
    },
    gray("clahe", "CLAHE, 8 x 8 tiles.") { try $0.contrastLimitedEqualized() },
    gray("equalize", "Histogram equalization.") { try $0.equalized() },
    gray("sobel", "Sobel gradient magnitude.") { try $0.gradientMagnitude() },
    gray("canny", "Canny edges without smoothing, as in OpenCV.") { try $0.cannyEdges(sigma: 0, low: 50, high: 150) },
    gray("threshold-local-51", "Local threshold (mean), 51 x 51 pixels.") {
      try $0.locallyThresholded(by: .mean, radius: 25, offset: 5)
    },
    gray("threshold-otsu", "Otsu threshold.") { try $0.thresholded(by: .otsu) },
    gray("percentile", "Exact percentile.") { try $0.percentile(65) },
    gray("open-gray-disk-3", "Opening of a gray image, disk of radius 3 px.") { try $0.opened(by: .disk(radius: 3)) },
    gray("open-gray-disk-15", "Opening of a gray image, disk of radius 15 px.") { try $0.opened(by: .disk(radius: 15)) },
    gray("open-gray-square-15", "Opening of a gray image, square of 31 px.") { try $0.opened(by: .square(radius: 15)) },
    mask("open-disk-3", "Opening of a mask, disk of radius 3 px.") { try $0.opened(by: .disk(radius: 3)) },
    mask("open-disk-15", "Opening of a mask, disk of radius 15 px.") { try $0.opened(by: .disk(radius: 15)) },
    mask("fill-holes", "Hole filling in a mask.") { try $0.fillingHoles() },
    mask("components", "Connected components, 8-connectivity.") { try $0.labeled() },
    mask("distance-transform", "Exact Euclidean distance transform.") { try $0.distanceTransform() },
    mask("contours", "Contours of a mask.") { try $0.contours() },
    gray("rotate-7", "Rotation by 7 degrees, bilinear.") { try $0.rotated(degrees: 7) },
    gray("resize-512", "Resampling to 512 px, area average.") { try $0.resampled(to: Size(width: 512, height: 512)) },
    Benchmark("overlay", "Overlay with fill and outline.") { size in
      let image = try BenchmarkImages.image(size)
      let layer = OverlayLayer(try image.thresholded(by: .otsu).mask, name: "mask")
      return { _ = try image.overlaid(with: [layer]) }
    },
  ]

  /// Times reading, or writing, an image of 8 bits in memory.
  private static let codecs: [Benchmark] =
    [(ImageFormat.png, "png"), (.jpeg, "jpeg"), (.tiff, "tiff")].flatMap { format, name in
      [
        Benchmark("\(name)-decode", "Reading \(format).") { size in
          let bytes = try BenchmarkImages.image(size).encoded(as: format)
          return { _ = try GrayImage.decode(bytes, name: "benchmark.\(name)") }
        },
        Benchmark("\(name)-encode", "Writing \(format).") { size in
          let image = try BenchmarkImages.image(size)
          return { _ = try image.encoded(as: format) }
        },
      ]
    }
}
