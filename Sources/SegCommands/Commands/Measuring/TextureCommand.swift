import ImageOps
import SegLang

/// `texture`: first-order and Haralick features.
struct TextureCommand: Command, StatesMemory {
  static let category = Category.measuring
  static let summary = "Measures the texture of a picture or of the part inside a mask."
  static let discussion = """
    Skewness, kurtosis and entropy of the intensities, and contrast, dissimilarity, homogeneity, energy and correlation of the \
    co-occurrence matrix, the mean of four directions. Intensities from the least to the greatest are parted into levels. patterns holds the share \
    of each code of local-binary-pattern, 0 to 9. Definition: scikit-image's graycomatrix, graycoprops and local_binary_pattern.
    """
  static let examples = [
    Example("p = phantom; p | texture within=p.lungs", "Measures the lungs."),
    Example("phantom | texture levels=16 distance=2px", "Measures more coarsely."),
  ]
  static let seeAlso = ["regions", "histogram"]
  static let keywords = ["haralick", "glcm", "radiomics", "features"]

  @Input("Picture to measure.") var image: GrayImage
  @Option("Number of levels.", in: 2...256) var levels = 32
  @Option("Distance of the pixels that are compared.", in: 1...1000) var distance: Length = .pixels(1)
  @Option("Mask in which to measure.") var within: Mask?

  /// Levels, and the codes of the patterns.
  func workingBytes(_ context: Context) -> Int { 6 * image.size.count }

  func run(_ context: Context) throws -> Record {
    let distance = try context.wholePixels(distance, on: image.spacing, for: "distance")
    let texture = try image.texture(levels: levels, distance: distance, within: within, polling: context.cancellation)
    return Record([
      ("skewness", texture.skewness), ("kurtosis", texture.kurtosis), ("entropy", texture.entropy), ("contrast", texture.contrast),
      ("dissimilarity", texture.dissimilarity), ("homogeneity", texture.homogeneity), ("energy", texture.energy),
      ("correlation", texture.correlation), ("patterns", List(texture.patterns)),
    ])
  }
}
