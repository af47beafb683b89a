import ImageOps
import SegLang

/// `texture`: first-order and Haralick features.
struct TextureCommand: Command, StatesMemory {
  static let category = Category.measuring
  static let summary = "Computes texture features of an image or of the pixels inside a mask."
  static let discussion = """
    First-order features: skewness, kurtosis, entropy. Co-occurrence features, averaged over four directions: contrast, dissimilarity, \
    homogeneity, energy, correlation. Intensities are quantized into levels between minimum and maximum. patterns holds the frequency of each \
    local binary pattern, 0 to 9. Definitions: scikit-image graycomatrix, graycoprops and local_binary_pattern.
    """
  static let examples = [
    Example("p = phantom; p | texture within=p.lungs", "Computes the texture of the lungs."),
    Example("phantom | texture levels=16 distance=2px", "Uses fewer levels and a larger distance."),
  ]
  static let seeAlso = ["regions", "histogram"]
  static let keywords = ["haralick", "glcm", "radiomics", "features"]

  @Input("Image to measure.") var image: GrayImage
  @Option("Number of gray levels.", in: 2...256) var levels = 32
  @Option("Distance of the pixel pairs.", in: 1...1000) var distance: Length = .pixels(1)
  @Option("Mask of the pixels to measure. Default: the whole image.") var within: Mask?

  /// Levels, and the codes of the patterns.
  func workingBytes(_ context: Context) -> Int { 6 * image.size.count }

  func run(_ context: Context) throws -> Record {
    let distance = try context.wholePixels(distance, on: image.spacing, for: "distance")
    let texture = try image.texture(levels: levels, distance: distance, within: within)
    return Record([
      ("skewness", texture.skewness), ("kurtosis", texture.kurtosis), ("entropy", texture.entropy), ("contrast", texture.contrast),
      ("dissimilarity", texture.dissimilarity), ("homogeneity", texture.homogeneity), ("energy", texture.energy),
      ("correlation", texture.correlation), ("patterns", List(texture.patterns)),
    ])
  }
}
