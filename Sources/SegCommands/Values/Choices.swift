import ImageOps
import SegLang

extension Footprint.Shape: Choice {
  public var choiceHelp: String {
    switch self {
    case .disk: "all within the radius, the same in every direction"
    case .square: "2r + 1 pixels wide and high"
    case .diamond: "the pixels that r steps along rows and columns reach"
    case .line: "2r + 1 pixels in one direction"
    }
  }
}

extension ResamplingMethod: Choice {
  public var choiceHelp: String {
    switch self {
    case .area: "mean over the new pixel; for shrinking"
    case .bilinear: "straight lines between pixels"
    case .bicubic: "smooth curves; may overshoot a little"
    case .lanczos: "sharpest; may overshoot at edges"
    case .nearest: "no new values"
    }
  }
}

extension Interpolation: Choice {}

extension FlipAxis: Choice {
  public var choiceHelp: String {
    switch self {
    case .horizontal: "left and right change places"
    case .vertical: "top and bottom change places"
    }
  }
}

extension ThresholdMethod.Automatic: Choice {
  public var choiceHelp: String {
    switch self {
    case .otsu: "largest variance between dark and bright"
    case .triangle: "for a small bright part on a large dark one"
    case .li: "least cross entropy"
    case .yen: "largest correlation"
    case .isodata: "midway between the means of dark and bright"
    case .mean: "the mean intensity"
    case .minimumError: "least error of two normal classes"
    case .maximumEntropy: "largest entropy of dark and bright"
    }
  }
}

extension GradientOperator: Choice {
  public var choiceHelp: String {
    switch self {
    case .sobel: "weights 1 2 1"
    case .scharr: "weights 3 10 3, alike in all directions"
    case .prewitt: "weights 1 1 1"
    }
  }
}

extension DiffusionConductance: Choice {
  public var choiceHelp: String {
    switch self {
    case .exponential: "favours strong edges"
    case .quadratic: "favours wide regions"
    }
  }
}

extension LocalThresholdMethod: Choice {
  public var choiceHelp: String {
    switch self {
    case .mean: "the local mean"
    case .median: "the local median"
    case .gaussian: "a mean weighted by a Gaussian"
    case .niblack: "mean less 0.2 standard deviations"
    case .sauvola: "lower where contrast is low"
    case .phansalkar: "Sauvola's for dark pictures"
    }
  }
}

extension ThinningMethod: Choice {
  public var choiceHelp: String {
    switch self {
    case .guoHall: "Guo and Hall 1989, keeps diagonals thin"
    case .zhangSuen: "Zhang and Suen 1984"
    }
  }
}

extension RegistrationModel: Choice {
  public var choiceHelp: String {
    switch self {
    case .translation: "moved alone"
    case .rigid: "moved and turned"
    case .affine: "moved, turned, enlarged and sheared"
    }
  }
}
