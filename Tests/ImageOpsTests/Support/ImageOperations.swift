import Basics
import ImageOps
import Testing

/// Operations by name, as the fixtures name them and as the contract over all of them runs them.
struct ImageOperation: Sendable, CustomTestStringConvertible {
  let name: String
  /// Numbers for a run without a fixture.
  let parameters: [String: Double]
  /// Whether an image of one intensity becomes one: thinning and patterns leave lines and corners of a full mask.
  let keepsConstants: Bool
  /// A mask counts as the gray image of 0 and 255.
  let run: @Sendable (_ image: GrayImage, _ other: GrayImage, _ numbers: Numbers) throws -> GrayImage

  struct Numbers {
    let values: [String: Double]
    subscript(_ name: String) -> Double { values[name] ?? .nan }
    subscript(whole name: String) -> Int { Int(values[name] ?? 0) }
  }

  init(
    _ name: String, _ parameters: [String: Double] = [:], keepsConstants: Bool = true,
    run: @escaping @Sendable (GrayImage, GrayImage, Numbers) throws -> GrayImage
  ) {
    (self.name, self.parameters, self.keepsConstants, self.run) = (name, parameters, keepsConstants, run)
  }

  var testDescription: String { name }

  func callAsFunction(_ image: GrayImage, _ other: GrayImage? = nil) throws -> GrayImage {
    try run(image, other ?? image, Numbers(values: parameters))
  }

  static let all = intensities + filters + shapes + morphology + masks + thresholds + regions

  static let intensities: [ImageOperation] = [
    ImageOperation("equalize") { image, _, _ in try image.equalized() },
    ImageOperation("log") { image, _, _ in try image.logCorrected() },
    ImageOperation("match") { image, other, _ in try image.histogramMatched(to: other) },
    ImageOperation("clahe", ["limit": 2, "tiles": 5]) { image, _, numbers in
      try image.contrastLimitedEqualized(
        clipLimit: numbers["limit"], tilesDown: numbers[whole: "tiles"], tilesAcross: numbers[whole: "tiles"])
    },
    ImageOperation("local", ["radius": 5, "floor": 1]) { image, _, numbers in
      try image.locallyNormalized(radius: numbers[whole: "radius"], floor: numbers["floor"])
    },
  ]

  static let filters: [ImageOperation] = [
    ImageOperation("gaussian", ["sigma": 2.5]) { image, _, numbers in
      try image.gaussianBlurred(sigma: numbers["sigma"])
    },
    ImageOperation("box", ["radius": 3]) { image, _, numbers in
      try image.boxFiltered(radius: numbers[whole: "radius"])
    },
    ImageOperation("median", ["radius": 7]) { image, _, numbers in
      try image.medianFiltered(radius: numbers[whole: "radius"])
    },
    ImageOperation("rank", ["radius": 2, "percent": 80]) { image, _, numbers in
      try image.rankFiltered(percent: numbers["percent"], radius: numbers[whole: "radius"])
    },
    ImageOperation("bilateral", ["sigma": 1.5, "contrast": 20, "radius": 3]) { image, _, numbers in
      try image.bilateralFiltered(sigma: numbers["sigma"], intensitySigma: numbers["contrast"], radius: numbers[whole: "radius"])
    },
    ImageOperation("nonlocal", ["strength": 12, "noise": 0, "patch": 1, "search": 2]) { image, _, numbers in
      try image.nonLocalMeansFiltered(
        strength: numbers["strength"], noise: numbers["noise"], patchRadius: numbers[whole: "patch"],
        searchRadius: numbers[whole: "search"])
    },
    ImageOperation("diffused", ["kappa": 20, "steps": 3, "rate": 0.2, "quadratic": 0]) { image, _, numbers in
      try image.diffused(
        kappa: numbers["kappa"], steps: numbers[whole: "steps"], rate: numbers["rate"],
        conductance: numbers["quadratic"] == 1 ? .quadratic : .exponential)
    },
    ImageOperation("guided", ["radius": 3, "deviation": 10]) { image, _, numbers in
      try image.guidedFiltered(radius: numbers[whole: "radius"], deviation: numbers["deviation"])
    },
    ImageOperation("unsharp", ["sigma": 2, "amount": 1]) { image, _, numbers in
      try image.unsharpMasked(sigma: numbers["sigma"], amount: numbers["amount"])
    },
    ImageOperation("bands", ["low": 1, "high": 3]) { image, _, numbers in
      try image.differenceOfGaussians(low: numbers["low"], high: numbers["high"])
    },
    ImageOperation("laplacian", ["sigma": 2]) { image, _, numbers in
      try image.laplacianOfGaussian(sigma: numbers["sigma"])
    },
    ImageOperation("sobel") { image, _, _ in try image.gradientMagnitude(by: .sobel) },
    ImageOperation("scharr") { image, _, _ in try image.gradientMagnitude(by: .scharr) },
    ImageOperation("prewitt") { image, _, _ in try image.gradientMagnitude(by: .prewitt) },
    ImageOperation("canny", ["sigma": 1, "low": 20, "high": 60]) { image, _, numbers in
      try GrayImage(image.cannyEdges(sigma: numbers["sigma"], low: numbers["low"], high: numbers["high"]))
    },
    ImageOperation("ball", ["radius": 5]) { image, _, numbers in
      try image.rollingBallBackground(radius: numbers["radius"])
    },
  ]

  static let shapes: [ImageOperation] = [
    ImageOperation("vesselness", ["first": 1.5, "second": 3], keepsConstants: false) { image, _, numbers in
      try image.vesselness(sigmas: [numbers["first"], numbers["second"]])
    },
    ImageOperation("ribs", ["thickness": 5, "sigma": 1.5, "amount": 0.8]) { image, _, numbers in
      try image.ribsSuppressed(thickness: numbers["thickness"], sigma: numbers["sigma"], amount: numbers["amount"])
    },
    ImageOperation("patterns", keepsConstants: false) { image, _, _ in try image.localBinaryPatterns() },
    ImageOperation("warped", ["dr": 0.9, "dc": 0.1, "ar": -0.2, "ac": 1.1, "r": 1.3, "c": -2.7], keepsConstants: false) {
      image, _, numbers in
      let map = AffineMap(
        down: .init(row: numbers["dr"], column: numbers["dc"]), across: .init(row: numbers["ar"], column: numbers["ac"]),
        origin: .init(row: numbers["r"], column: numbers["c"]))
      return try image.warped(by: map)
    },
    ImageOperation("contour", ["steps": 6, "balloon": 0, "evenness": 0.5, "sigma": 1.5], keepsConstants: false) {
      image, _, numbers in
      let (rows, columns) = (image.size.height / 4..<image.size.height * 3 / 4, image.size.width / 4..<image.size.width * 3 / 4)
      let mask = Mask(size: image.size, spacing: image.spacing) {
        rows.contains($0 / image.size.width) && columns.contains($0 % image.size.width)
      }
      return try GrayImage(
        image.activeContour(
          from: mask, steps: numbers[whole: "steps"], balloon: numbers[whole: "balloon"], sigma: numbers["sigma"],
          evenness: numbers["evenness"]))
    },
    ImageOperation("region-from-clicks", keepsConstants: false) { image, _, _ in
      let whole = Mask(size: image.size, filled: true, spacing: image.spacing)
      let middle = FinePoint(hundredths: 50 * image.size.height, 50 * image.size.width)
      let region = try RegionFromClicks(image, field: whole).region(at: [middle], among: whole)
      return try GrayImage(region)
    },
    ImageOperation("superpixels", ["count": 12, "compactness": 30], keepsConstants: false) { image, _, numbers in
      let labels = try image.superpixels(count: numbers[whole: "count"], compactness: numbers["compactness"], iterations: 5)
      return image.with(pixels: labels.labels.map { Float($0) })
    },
    labels("labels-eroded") { try $0.eroded(by: $1) },
    labels("labels-dilated") { try $0.dilated(by: $1) },
    labels("labels-opened") { try $0.opened(by: $1) },
    labels("labels-closed") { try $0.closed(by: $1) },
  ]

  /// Works on the numbered regions of what is brighter than middle gray.
  private static func labels(_ name: String, run: @escaping @Sendable (LabelImage, Footprint) throws -> LabelImage) -> ImageOperation {
    ImageOperation(name, ["radius": 2]) { image, _, numbers in
      let labels = try image.compared(with: 127, by: .greater).labeled()
      return image.with(pixels: try run(labels, .disk(radius: numbers["radius"])).labels.map { Float($0) })
    }
  }

  static let morphology: [ImageOperation] = [
    gray("edges", radius: 3) { image, footprint in try image.morphologicalGradient(by: footprint) },
    gray("top-hat", radius: 3) { image, footprint in try image.topHat(by: footprint) },
    gray("black-hat", radius: 3) { image, footprint in try image.blackHat(by: footprint) },
    ImageOperation("hook-opening") { image, _, _ in try image.opened(by: hook) },
    ImageOperation("reconstruct", ["height": 30]) { image, _, numbers in
      try image.reconstructed(from: image.combined(with: Float(numbers["height"]), by: .subtract))
    },
    ImageOperation("area", ["area": 15]) { image, _, numbers in try image.areaOpened(below: numbers[whole: "area"])
    },
    ImageOperation("peaks", ["height": 30]) { image, _, numbers in
      try GrayImage(image.peaks(ofHeight: numbers["height"]))
    },
  ]

  static let masks: [ImageOperation] = [
    mask("thin", ["steps": -1], keepsConstants: false) { mask, numbers in
      try mask.thinned(steps: numbers["steps"] < 0 ? nil : numbers[whole: "steps"])
    },
    mask("zhang", keepsConstants: false) { mask, _ in try mask.thinned(by: .zhangSuen) },
    mask("hull", ["each": 1]) { mask, numbers in try mask.convexHull(ofEachComponent: numbers["each"] == 1) },
    mask("corners", keepsConstants: false) { mask, _ in
      try mask.hitOrMiss(hits: [(-1, 0), (0, 0), (0, 1)], misses: [(0, -1), (1, -1), (1, 0)])
    },
    mask("mask-line", ["radius": 3, "degrees": 45]) { mask, numbers in
      try mask.opened(by: Footprint(.line, radius: numbers["radius"], degrees: numbers["degrees"]))
    },
    mask("mask-hook-erosion") { mask, _ in try mask.eroded(by: hook) },
    mask("mask-hook-dilation") { mask, _ in try mask.dilated(by: hook) },
    mask("mask-edges") { mask, _ in try mask.morphologicalGradient(by: .disk(radius: 2)) },
  ]

  static let thresholds: [ImageOperation] =
    LocalThresholdMethod.allCases.map { method in
      ImageOperation("local-\(method)", ["radius": 4, "offset": 1]) { image, _, numbers in
        let radius = numbers[whole: "radius"]
        return try GrayImage(image.locallyThresholded(by: method, radius: radius, offset: numbers["offset"]))
      }
    } + [
      ImageOperation("hysteresis", ["low": 90, "high": 180]) { image, _, numbers in
        try GrayImage(image.hysteresisThresholded(low: Float(numbers["low"]), high: Float(numbers["high"])))
      }
    ]

  static let regions: [ImageOperation] = [
    ImageOperation("watershed", ["eight": 1], keepsConstants: false) { image, _, numbers in
      // Markers on the lattice that the fixtures use.
      var markers = LabelImage(size: image.size, labels: [UInt32](repeating: 0, count: image.size.count))
      var number: UInt32 = 0
      for row in stride(from: 4, to: image.size.height, by: 11) {
        for column in stride(from: 5, to: image.size.width, by: 12) {
          number += 1
          markers[row, column] = number
        }
      }
      let mask = numbers["below"].isNaN ? nil : try image.compared(with: Float(numbers["below"]), by: .less)
      let labels = try image.watershed(from: markers, connectivity: numbers["eight"] == 1 ? .eight : .four, within: mask)
      return image.with(pixels: labels.labels.map { Float($0) })
    },
    ImageOperation("grown", ["row": 0, "column": 0, "spread": 100]) { image, _, numbers in
      try GrayImage(
        image.grown(
          fromRow: numbers[whole: "row"], column: numbers[whole: "column"], tolerance: numbers["spread"]))
    },
    ImageOperation("split", ["depth": 1]) { image, _, numbers in
      let parts = try image.compared(with: 127, by: .greater).split(atConstrictionsOfDepth: numbers["depth"])
      return image.with(pixels: parts.labels.map { Float($0) })
    },
  ]

  /// Operations that not every image allows, so that the contract over all sizes leaves them out.
  static let particular: [ImageOperation] = [
    ImageOperation("classes") { image, _, numbers in
      let thresholds = try image.multiOtsuThresholds(classes: numbers[whole: "classes"])
      let classes = try image.classified(by: thresholds)
      return image.with(pixels: classes.labels.map { Float($0) })
    },
    ImageOperation("minimum-error") { image, _, _ in try GrayImage(image.thresholded(by: .automatic(.minimumError)).mask) },
    ImageOperation("maximum-entropy") { image, _, _ in try GrayImage(image.thresholded(by: .automatic(.maximumEntropy)).mask) },
  ]

  /// A footprint without any symmetry.
  private static let hook: Footprint = {
    var mask = Mask(size: Size(width: 3, height: 5))
    for (row, column) in [(0, 0), (0, 1), (1, 1), (2, 1), (2, 2), (3, 2), (4, 2)] { mask[row, column] = true }
    return Footprint(pixelsOf: mask)
  }()

  private static func gray(_ name: String, radius: Double, run: @escaping @Sendable (GrayImage, Footprint) throws -> GrayImage)
    -> ImageOperation
  {
    ImageOperation(name, ["radius": radius]) { image, _, numbers in try run(image, .disk(radius: numbers["radius"])) }
  }

  /// Works on the mask of what is brighter than middle gray.
  private static func mask(
    _ name: String, _ parameters: [String: Double] = [:], keepsConstants: Bool = true,
    run: @escaping @Sendable (Mask, Numbers) throws -> Mask
  ) -> ImageOperation {
    ImageOperation(name, parameters, keepsConstants: keepsConstants) { image, _, numbers in
      try GrayImage(run(image.compared(with: 127, by: .greater), numbers))
    }
  }
}
