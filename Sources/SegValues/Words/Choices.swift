import ImageOps
import SegLang

extension Footprint.Shape: Choice {
  public var choiceHelp: String {
    switch self {
    case .disk: "all pixels within the radius, isotropic"
    case .square: "2r + 1 pixels wide and high"
    case .diamond: "all pixels within r steps along rows and columns"
    case .line: "2r + 1 pixels in one direction"
    }
  }
}

extension ResamplingMethod: Choice {
  public var choiceHelp: String {
    switch self {
    case .area: "area average; best for downsampling"
    case .bilinear: "linear interpolation"
    case .bicubic: "smooth; slight overshoot at edges"
    case .lanczos: "sharpest; overshoot at edges"
    case .nearest: "nearest pixel; adds no new values"
    }
  }
}

extension Interpolation: Choice {}

extension FlipAxis: Choice {
  public var choiceHelp: String {
    switch self {
    case .horizontal: "swaps left and right"
    case .vertical: "swaps top and bottom"
    }
  }
}

extension ThresholdMethod.Automatic: Choice {
  public var choiceHelp: String {
    switch self {
    case .otsu: "maximum between-class variance"
    case .triangle: "for small bright regions on a large dark background"
    case .li: "minimum cross entropy"
    case .yen: "maximum correlation"
    case .isodata: "iterative midpoint between the class means"
    case .mean: "the mean intensity"
    case .minimumError: "minimum error for two Gaussian classes"
    case .maximumEntropy: "maximum entropy"
    }
  }
}

extension GradientOperator: Choice {
  public var choiceHelp: String {
    switch self {
    case .sobel: "weights 1 2 1"
    case .scharr: "weights 3 10 3, more isotropic"
    case .prewitt: "weights 1 1 1"
    }
  }
}

extension DiffusionConductance: Choice {
  public var choiceHelp: String {
    switch self {
    case .exponential: "favors strong edges"
    case .quadratic: "favors wide regions"
    }
  }
}

extension LocalThresholdMethod: Choice {
  public var choiceHelp: String {
    switch self {
    case .mean: "the local mean"
    case .median: "the local median"
    case .gaussian: "the Gaussian-weighted local mean"
    case .niblack: "mean minus 0.2 standard deviations"
    case .sauvola: "adapts to local contrast"
    case .phansalkar: "Sauvola's method for dark images"
    }
  }
}

extension ThinningMethod: Choice {
  public var choiceHelp: String {
    switch self {
    case .guoHall: "Guo and Hall 1989; keeps diagonals thin"
    case .zhangSuen: "Zhang and Suen 1984"
    }
  }
}

extension RegistrationModel: Choice {
  public var choiceHelp: String {
    switch self {
    case .translation: "translation only"
    case .rigid: "translation and rotation"
    case .affine: "translation, rotation, scaling and shear"
    }
  }
}
