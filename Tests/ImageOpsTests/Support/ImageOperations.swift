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
  let run: @Sendable (_ image: GrayImage, _ other: GrayImage, _ numbers: Numbers, _ cancellation: Cancellation) throws -> GrayImage

  struct Numbers {
    let values: [String: Double]
    subscript(_ name: String) -> Double { values[name] ?? .nan }
    subscript(whole name: String) -> Int { Int(values[name] ?? 0) }
  }

  init(
    _ name: String, _ parameters: [String: Double] = [:], keepsConstants: Bool = true,
    run: @escaping @Sendable (GrayImage, GrayImage, Numbers, Cancellation) throws -> GrayImage
  ) {
    (self.name, self.parameters, self.keepsConstants, self.run) = (name, parameters, keepsConstants, run)
  }

  var testDescription: String { name }

  func callAsFunction(_ image: GrayImage, _ other: GrayImage? = nil, polling cancellation: Cancellation = .never) throws -> GrayImage {
    try run(image, other ?? image, Numbers(values: parameters), cancellation)
  }

  static let all = intensities + filters + shapes + morphology + masks + thresholds + regions

  static let intensities: [ImageOperation] = [
    ImageOperation("equalize") { image, _, _, token in try image.equalized(polling: token) },
    ImageOperation("log") { image, _, _, token in try image.logCorrected(polling: token) },
    ImageOperation("match") { image, other, _, token in try image.histogramMatched(to: other, polling: token) },
    ImageOperation("clahe", ["limit": 2, "tiles": 5]) { image, _, numbers, token in
      try image.contrastLimitedEqualized(
        clipLimit: numbers["limit"], tilesDown: numbers[whole: "tiles"], tilesAcross: numbers[whole: "tiles"], polling: token)
    },
    ImageOperation("local", ["radius": 5, "floor": 1]) { image, _, numbers, token in
      try image.locallyNormalized(radius: numbers[whole: "radius"], floor: numbers["floor"], polling: token)
    },
  ]

  static let filters: [ImageOperation] = [
    ImageOperation("gaussian", ["sigma": 2.5]) { image, _, numbers, token in
      try image.gaussianBlurred(sigma: numbers["sigma"], polling: token)
    },
    ImageOperation("box", ["radius": 3]) { image, _, numbers, token in
      try image.boxFiltered(radius: numbers[whole: "radius"], polling: token)
    },
    ImageOperation("median", ["radius": 7]) { image, _, numbers, token in
      try image.medianFiltered(radius: numbers[whole: "radius"], polling: token)
    },
    ImageOperation("rank", ["radius": 2, "percent": 80]) { image, _, numbers, token in
      try image.rankFiltered(percent: numbers["percent"], radius: numbers[whole: "radius"], polling: token)
    },
    ImageOperation("bilateral", ["sigma": 1.5, "contrast": 20, "radius": 3]) { image, _, numbers, token in
      try image.bilateralFiltered(
        sigma: numbers["sigma"], intensitySigma: numbers["contrast"], radius: numbers[whole: "radius"], polling: token)
    },
    ImageOperation("nonlocal", ["strength": 12, "noise": 0, "patch": 1, "search": 2]) { image, _, numbers, token in
      try image.nonLocalMeansFiltered(
        strength: numbers["strength"], noise: numbers["noise"], patchRadius: numbers[whole: "patch"],
        searchRadius: numbers[whole: "search"], polling: token)
    },
    ImageOperation("diffused", ["kappa": 20, "steps": 3, "rate": 0.2, "quadratic": 0]) { image, _, numbers, token in
      try image.diffused(
        kappa: numbers["kappa"], steps: numbers[whole: "steps"], rate: numbers["rate"],
        conductance: numbers["quadratic"] == 1 ? .quadratic : .exponential, polling: token)
    },
    ImageOperation("guided", ["radius": 3, "deviation": 10]) { image, _, numbers, token in
      try image.guidedFiltered(radius: numbers[whole: "radius"], deviation: numbers["deviation"], polling: token)
    },
    ImageOperation("unsharp", ["sigma": 2, "amount": 1]) { image, _, numbers, token in
      try image.unsharpMasked(sigma: numbers["sigma"], amount: numbers["amount"], polling: token)
    },
    ImageOperation("bands", ["low": 1, "high": 3]) { image, _, numbers, token in
      try image.differenceOfGaussians(low: numbers["low"], high: numbers["high"], polling: token)
    },
    ImageOperation("laplacian", ["sigma": 2]) { image, _, numbers, token in
      try image.laplacianOfGaussian(sigma: numbers["sigma"], polling: token)
    },
    ImageOperation("sobel") { image, _, _, token in try image.gradientMagnitude(by: .sobel, polling: token) },
    ImageOperation("scharr") { image, _, _, token in try image.gradientMagnitude(by: .scharr, polling: token) },
    ImageOperation("prewitt") { image, _, _, token in try image.gradientMagnitude(by: .prewitt, polling: token) },
    ImageOperation("canny", ["sigma": 1, "low": 20, "high": 60]) { image, _, numbers, token in
      try GrayImage(image.cannyEdges(sigma: numbers["sigma"], low: numbers["low"], high: numbers["high"], polling: token))
    },
    ImageOperation("ball", ["radius": 5]) { image, _, numbers, token in
      try image.rollingBallBackground(radius: numbers["radius"], polling: token)
    },
  ]

  static let shapes: [ImageOperation] = [
    ImageOperation("vesselness", ["first": 1.5, "second": 3], keepsConstants: false) { image, _, numbers, token in
      try image.vesselness(sigmas: [numbers["first"], numbers["second"]], polling: token)
    },
    ImageOperation("ribs", ["thickness": 5, "sigma": 1.5, "amount": 0.8]) { image, _, numbers, token in
      try image.ribsSuppressed(thickness: numbers["thickness"], sigma: numbers["sigma"], amount: numbers["amount"], polling: token)
    },
    ImageOperation("patterns", keepsConstants: false) { image, _, _, token in try image.localBinaryPatterns(polling: token) },
    ImageOperation(
      "warped", ["dr": 0.9, "dc": 0.1, "ar": -0.2, "ac": 1.1, "r": 1.3, "c": -2.7], keepsConstants: false
    ) { image, _, numbers, token in
      let map = AffineMap(
        down: .init(row: numbers["dr"], column: numbers["dc"]), across: .init(row: numbers["ar"], column: numbers["ac"]),
        origin: .init(row: numbers["r"], column: numbers["c"]))
      return try image.warped(by: map, polling: token)
    },
    ImageOperation("contour", ["steps": 6, "balloon": 0, "evenness": 0.5, "sigma": 1.5], keepsConstants: false) {
      image, _, numbers, token in
      let (rows, columns) = (image.size.height / 4..<image.size.height * 3 / 4, image.size.width / 4..<image.size.width * 3 / 4)
      let mask = Mask(size: image.size, spacing: image.spacing) {
        rows.contains($0 / image.size.width) && columns.contains($0 % image.size.width)
      }
      return try GrayImage(
        image.activeContour(
          from: mask, steps: numbers[whole: "steps"], balloon: numbers[whole: "balloon"], sigma: numbers["sigma"],
          evenness: numbers["evenness"], polling: token))
    },
    ImageOperation("superpixels", ["count": 12, "compactness": 30], keepsConstants: false) { image, _, numbers, token in
      let labels = try image.superpixels(
        count: numbers[whole: "count"], compactness: numbers["compactness"], iterations: 5, polling: token)
      return image.with(pixels: labels.labels.map { Float($0) })
    },
    labels("labels-eroded") { try $0.eroded(by: $1, polling: $2) },
    labels("labels-dilated") { try $0.dilated(by: $1, polling: $2) },
    labels("labels-opened") { try $0.opened(by: $1, polling: $2) },
    labels("labels-closed") { try $0.closed(by: $1, polling: $2) },
  ]

  /// Works on the numbered regions of what is brighter than middle gray.
  private static func labels(
    _ name: String, run: @escaping @Sendable (LabelImage, Footprint, Cancellation) throws -> LabelImage
  ) -> ImageOperation {
    ImageOperation(name, ["radius": 2]) { image, _, numbers, token in
      let labels = try image.compared(with: 127, by: .greater).labeled(polling: token)
      return image.with(pixels: try run(labels, .disk(radius: numbers["radius"]), token).labels.map { Float($0) })
    }
  }

  static let morphology: [ImageOperation] = [
    gray("edges", radius: 3) { image, footprint, token in try image.morphologicalGradient(by: footprint, polling: token) },
    gray("top-hat", radius: 3) { image, footprint, token in try image.topHat(by: footprint, polling: token) },
    gray("black-hat", radius: 3) { image, footprint, token in try image.blackHat(by: footprint, polling: token) },
    ImageOperation("hook-opening") { image, _, _, token in try image.opened(by: hook, polling: token) },
    ImageOperation("reconstruct", ["height": 30]) { image, _, numbers, token in
      try image.reconstructed(from: image.combined(with: Float(numbers["height"]), by: .subtract), polling: token)
    },
    ImageOperation("area", ["area": 15]) { image, _, numbers, token in try image.areaOpened(below: numbers[whole: "area"], polling: token)
    },
    ImageOperation("peaks", ["height": 30]) { image, _, numbers, token in
      try GrayImage(image.peaks(ofHeight: numbers["height"], polling: token))
    },
  ]

  static let masks: [ImageOperation] = [
    mask("thin", ["steps": -1], keepsConstants: false) { mask, numbers, token in
      try mask.thinned(steps: numbers["steps"] < 0 ? nil : numbers[whole: "steps"], polling: token)
    },
    mask("zhang", keepsConstants: false) { mask, _, token in try mask.thinned(by: .zhangSuen, polling: token) },
    mask("hull", ["each": 1]) { mask, numbers, token in try mask.convexHull(ofEachComponent: numbers["each"] == 1, polling: token) },
    mask("corners", keepsConstants: false) { mask, _, token in
      try mask.hitOrMiss(hits: [(-1, 0), (0, 0), (0, 1)], misses: [(0, -1), (1, -1), (1, 0)], polling: token)
    },
    mask("mask-line", ["radius": 3, "degrees": 45]) { mask, numbers, token in
      try mask.opened(by: Footprint(.line, radius: numbers["radius"], degrees: numbers["degrees"]), polling: token)
    },
    mask("mask-hook-erosion") { mask, _, token in try mask.eroded(by: hook, polling: token) },
    mask("mask-hook-dilation") { mask, _, token in try mask.dilated(by: hook, polling: token) },
    mask("mask-edges") { mask, _, token in try mask.morphologicalGradient(by: .disk(radius: 2), polling: token) },
  ]

  static let thresholds: [ImageOperation] =
    LocalThresholdMethod.allCases.map { method in
      ImageOperation("local-\(method)", ["radius": 4, "offset": 1]) { image, _, numbers, token in
        let radius = numbers[whole: "radius"]
        return try GrayImage(image.locallyThresholded(by: method, radius: radius, offset: numbers["offset"], polling: token))
      }
    } + [
      ImageOperation("hysteresis", ["low": 90, "high": 180]) { image, _, numbers, token in
        try GrayImage(image.hysteresisThresholded(low: Float(numbers["low"]), high: Float(numbers["high"]), polling: token))
      }
    ]

  static let regions: [ImageOperation] = [
    ImageOperation("watershed", ["eight": 1], keepsConstants: false) { image, _, numbers, token in
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
      let labels = try image.watershed(from: markers, connectivity: numbers["eight"] == 1 ? .eight : .four, within: mask, polling: token)
      return image.with(pixels: labels.labels.map { Float($0) })
    },
    ImageOperation("grown", ["row": 0, "column": 0, "spread": 100]) { image, _, numbers, token in
      try GrayImage(
        image.grown(
          fromRow: numbers[whole: "row"], column: numbers[whole: "column"], tolerance: numbers["spread"], polling: token))
    },
    ImageOperation("split", ["depth": 1]) { image, _, numbers, token in
      let parts = try image.compared(with: 127, by: .greater).split(atConstrictionsOfDepth: numbers["depth"], polling: token)
      return image.with(pixels: parts.labels.map { Float($0) })
    },
  ]

  /// Operations that not every image allows, so that the contract over all sizes leaves them out.
  static let particular: [ImageOperation] = [
    ImageOperation("classes") { image, _, numbers, token in
      let thresholds = try image.multiOtsuThresholds(classes: numbers[whole: "classes"], polling: token)
      let classes = try image.classified(by: thresholds, polling: token)
      return image.with(pixels: classes.labels.map { Float($0) })
    },
    ImageOperation("minimum-error") { image, _, _, _ in try GrayImage(image.thresholded(by: .automatic(.minimumError)).mask) },
    ImageOperation("maximum-entropy") { image, _, _, _ in try GrayImage(image.thresholded(by: .automatic(.maximumEntropy)).mask) },
  ]

  /// A footprint without any symmetry.
  private static let hook: Footprint = {
    var mask = Mask(size: Size(width: 3, height: 5))
    for (row, column) in [(0, 0), (0, 1), (1, 1), (2, 1), (2, 2), (3, 2), (4, 2)] { mask[row, column] = true }
    return Footprint(pixelsOf: mask)
  }()

  private static func gray(
    _ name: String, radius: Double, run: @escaping @Sendable (GrayImage, Footprint, Cancellation) throws -> GrayImage
  ) -> ImageOperation {
    ImageOperation(name, ["radius": radius]) { image, _, numbers, token in try run(image, .disk(radius: numbers["radius"]), token) }
  }

  /// Works on the mask of what is brighter than middle gray.
  private static func mask(
    _ name: String, _ parameters: [String: Double] = [:], keepsConstants: Bool = true,
    run: @escaping @Sendable (Mask, Numbers, Cancellation) throws -> Mask
  ) -> ImageOperation {
    ImageOperation(name, parameters, keepsConstants: keepsConstants) { image, _, numbers, token in
      try GrayImage(run(image.compared(with: 127, by: .greater), numbers, token))
    }
  }
}
