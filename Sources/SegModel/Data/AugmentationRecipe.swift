import Basics

/// Strengths of random augmentation before training. The defaults are those of the shipped recipe; ``none`` changes nothing.
public struct AugmentationRecipe: Sendable, Equatable {
  /// Largest rotation in degrees.
  public var rotation = 15.0
  /// Largest natural logarithm of the scale factor.
  public var scale = 0.18
  /// Largest natural logarithm of the factor of the aspect ratio.
  public var aspect = 0.10
  /// Largest shear, as a tangent.
  public var shear = 0.08
  /// Largest shift as a share of the image's side.
  public var shift = 0.07
  /// Standard deviation of the elastic displacement as a share of the image's side.
  public var elastic = 0.012
  /// Probability of mirroring; right and left lung are then exchanged.
  public var mirror = 0.5
  /// Largest natural logarithm of gamma.
  public var gamma = 0.45
  /// Largest relative change of contrast.
  public var contrast = 0.25
  /// Largest change of brightness on the scale -1...1.
  public var brightness = 0.15
  /// Largest shift of each end of the intensity window, as a share of its width.
  public var window = 0.08
  /// Probability of partial histogram equalization.
  public var equalization = 0.2
  /// Probability of slow shading across the image.
  public var shadingProbability = 0.3
  /// Relative strength of shading.
  public var shading = 0.2
  /// Probability of noise.
  public var noiseProbability = 0.4
  /// Largest standard deviation of noise on the scale -1...1.
  public var noise = 0.08
  /// Probability of blur.
  public var blurProbability = 0.2
  /// Largest standard deviation of blur in pixels; the smallest is 0.5.
  public var blur = 1.5
  /// Probability of covering rectangles, which imitate letters, plates and collimation.
  public var cutOut = 0.25

  /// Creates the recipe of the shipped model.
  public init() {}

  /// No augmentation: every image stays unchanged.
  public static let none: AugmentationRecipe = {
    var recipe = AugmentationRecipe()
    (recipe.rotation, recipe.scale, recipe.aspect, recipe.shear, recipe.shift, recipe.elastic) = (0, 0, 0, 0, 0, 0)
    (recipe.mirror, recipe.gamma, recipe.contrast, recipe.brightness, recipe.window, recipe.equalization) = (0, 0, 0, 0, 0, 0)
    (recipe.shadingProbability, recipe.noiseProbability, recipe.blurProbability, recipe.cutOut) = (0, 0, 0, 0)
    return recipe
  }()
}

extension AugmentationRecipe {
  var json: JSON {
    [
      "rotation": .number(rotation),
      "scale": .number(scale),
      "aspect": .number(aspect),
      "shear": .number(shear),
      "shift": .number(shift),
      "elastic": .number(elastic),
      "mirror": .number(mirror),
      "gamma": .number(gamma),
      "contrast": .number(contrast),
      "brightness": .number(brightness),
      "window": .number(window),
      "equalization": .number(equalization),
      "shading_probability": .number(shadingProbability),
      "shading": .number(shading),
      "noise_probability": .number(noiseProbability),
      "noise": .number(noise),
      "blur_probability": .number(blurProbability),
      "blur": .number(blur),
      "cut_out": .number(cutOut),
    ]
  }
}
