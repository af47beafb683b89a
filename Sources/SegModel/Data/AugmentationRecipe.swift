/// How strongly images are altered before a network learns from them. The standard values are those of the shipped recipe; `.none` alters nothing.
public struct AugmentationRecipe: Sendable, Equatable {
  /// Largest rotation in degrees.
  public var rotation = 15.0
  /// Largest natural logarithm of the change of scale.
  public var scale = 0.18
  /// Largest natural logarithm of the change of aspect.
  public var aspect = 0.10
  /// Largest shear, as a tangent.
  public var shear = 0.08
  /// Largest shift as a share of the side.
  public var shift = 0.07
  /// Standard deviation of the elastic displacement as a share of the side.
  public var elastic = 0.012
  /// Probability of a mirrored image, right and left lung then exchanged.
  public var mirror = 0.5
  /// Largest natural logarithm of gamma.
  public var gamma = 0.45
  /// Largest relative change of contrast.
  public var contrast = 0.25
  /// Largest change of brightness on the scale -1...1.
  public var brightness = 0.15
  /// Largest shift of each end of the intensity window, as a share of it.
  public var window = 0.08
  /// Probability of partial histogram equalization.
  public var equalization = 0.2
  /// Probability and strength of slow shading across the image.
  public var shadingProbability = 0.3
  public var shading = 0.2
  /// Probability and largest standard deviation of noise.
  public var noiseProbability = 0.4
  public var noise = 0.08
  /// Probability and largest standard deviation in pixels of blur.
  public var blurProbability = 0.2
  public var blur = 1.5
  /// Probability of covering rectangles, the look of letters, plates and collimation.
  public var cutOut = 0.25

  public init() {}

  /// Leaves every image as it is.
  public static let none: AugmentationRecipe = {
    var recipe = AugmentationRecipe()
    (recipe.rotation, recipe.scale, recipe.aspect, recipe.shear, recipe.shift, recipe.elastic) = (0, 0, 0, 0, 0, 0)
    (recipe.mirror, recipe.gamma, recipe.contrast, recipe.brightness, recipe.window, recipe.equalization) = (0, 0, 0, 0, 0, 0)
    (recipe.shadingProbability, recipe.noiseProbability, recipe.blurProbability, recipe.cutOut) = (0, 0, 0, 0)
    return recipe
  }()
}
