import ImageOps
import Testing

/// Operations by name, as the fixtures name them and as the contract over all of them runs them.
struct PictureOperation: Sendable, CustomTestStringConvertible {
  let name: String
  /// Numbers for a run without a fixture.
  let parameters: [String: Double]
  /// A mask counts as the gray picture of 0 and 255.
  let run: @Sendable (_ image: GrayImage, _ other: GrayImage, _ numbers: Numbers, _ cancellation: Cancellation) throws -> GrayImage

  struct Numbers {
    let values: [String: Double]
    subscript(_ name: String) -> Double { values[name] ?? .nan }
    subscript(whole name: String) -> Int { Int(values[name] ?? 0) }
  }

  init(
    _ name: String, _ parameters: [String: Double] = [:],
    run: @escaping @Sendable (GrayImage, GrayImage, Numbers, Cancellation) throws -> GrayImage
  ) {
    (self.name, self.parameters, self.run) = (name, parameters, run)
  }

  var testDescription: String { name }

  func callAsFunction(_ image: GrayImage, _ other: GrayImage? = nil, polling cancellation: Cancellation = .never) throws -> GrayImage {
    try run(image, other ?? image, Numbers(values: parameters), cancellation)
  }

  static let all = intensities + filters

  static let intensities: [PictureOperation] = [
    PictureOperation("equalise") { image, _, _, token in try image.equalized(polling: token) },
    PictureOperation("log") { image, _, _, token in try image.logCorrected(polling: token) },
    PictureOperation("match") { image, other, _, token in try image.histogramMatched(to: other, polling: token) },
    PictureOperation("clahe", ["limit": 2, "tiles": 5]) { image, _, numbers, token in
      try image.contrastLimitedEqualized(
        clipLimit: numbers["limit"], tilesDown: numbers[whole: "tiles"], tilesAcross: numbers[whole: "tiles"], polling: token)
    },
    PictureOperation("local", ["radius": 5, "floor": 1]) { image, _, numbers, token in
      try image.locallyNormalized(radius: numbers[whole: "radius"], floor: numbers["floor"], polling: token)
    },
  ]

  static let filters: [PictureOperation] = [
    PictureOperation("gaussian", ["sigma": 2.5]) { image, _, numbers, token in
      try image.gaussianBlurred(sigma: numbers["sigma"], polling: token)
    },
    PictureOperation("box", ["radius": 3]) { image, _, numbers, token in
      try image.boxFiltered(radius: numbers[whole: "radius"], polling: token)
    },
    PictureOperation("median", ["radius": 7]) { image, _, numbers, token in
      try image.medianFiltered(radius: numbers[whole: "radius"], polling: token)
    },
    PictureOperation("rank", ["radius": 2, "percent": 80]) { image, _, numbers, token in
      try image.rankFiltered(percent: numbers["percent"], radius: numbers[whole: "radius"], polling: token)
    },
    PictureOperation("bilateral", ["sigma": 1.5, "contrast": 20, "radius": 3]) { image, _, numbers, token in
      try image.bilateralFiltered(
        sigma: numbers["sigma"], intensitySigma: numbers["contrast"], radius: numbers[whole: "radius"], polling: token)
    },
    PictureOperation("nonlocal", ["strength": 12, "noise": 0, "patch": 1, "search": 2]) { image, _, numbers, token in
      try image.nonLocalMeansFiltered(
        strength: numbers["strength"], noise: numbers["noise"], patchRadius: numbers[whole: "patch"],
        searchRadius: numbers[whole: "search"], polling: token)
    },
    PictureOperation("diffused", ["kappa": 20, "steps": 3, "rate": 0.2, "quadratic": 0]) { image, _, numbers, token in
      try image.diffused(
        kappa: numbers["kappa"], steps: numbers[whole: "steps"], rate: numbers["rate"],
        conductance: numbers["quadratic"] == 1 ? .quadratic : .exponential, polling: token)
    },
    PictureOperation("guided", ["radius": 3, "deviation": 10]) { image, _, numbers, token in
      try image.guidedFiltered(radius: numbers[whole: "radius"], deviation: numbers["deviation"], polling: token)
    },
    PictureOperation("unsharp", ["sigma": 2, "amount": 1]) { image, _, numbers, token in
      try image.unsharpMasked(sigma: numbers["sigma"], amount: numbers["amount"], polling: token)
    },
    PictureOperation("bands", ["low": 1, "high": 3]) { image, _, numbers, token in
      try image.differenceOfGaussians(low: numbers["low"], high: numbers["high"], polling: token)
    },
    PictureOperation("laplacian", ["sigma": 2]) { image, _, numbers, token in
      try image.laplacianOfGaussian(sigma: numbers["sigma"], polling: token)
    },
    PictureOperation("sobel") { image, _, _, token in try image.gradientMagnitude(by: .sobel, polling: token) },
    PictureOperation("scharr") { image, _, _, token in try image.gradientMagnitude(by: .scharr, polling: token) },
    PictureOperation("prewitt") { image, _, _, token in try image.gradientMagnitude(by: .prewitt, polling: token) },
    PictureOperation("canny", ["sigma": 1, "low": 20, "high": 60]) { image, _, numbers, token in
      GrayImage(try image.cannyEdges(sigma: numbers["sigma"], low: numbers["low"], high: numbers["high"], polling: token))
    },
    PictureOperation("ball", ["radius": 5]) { image, _, numbers, token in
      try image.rollingBallBackground(radius: numbers["radius"], polling: token)
    },
  ]
}
