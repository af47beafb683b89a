import ImageOps
import SegLang

/// Where a threshold comes from: a level, or a method that finds one.
enum ThresholdLevel: Union {
  case intensity(Intensity)
  case method(ThresholdMethod.Automatic)

  static let members: [any Value.Type] = [Intensity.self, ThresholdMethod.Automatic.self]

  init?(_ value: any Value) {
    switch value {
    case let intensity as Intensity: self = .intensity(intensity)
    case let method as ThresholdMethod.Automatic: self = .method(method)
    default: return nil
    }
  }

  var member: any Value {
    switch self {
    case .intensity(let intensity): intensity
    case .method(let method): method
    }
  }

  var thresholdMethod: ThresholdMethod {
    switch self {
    case .intensity(.raw(let value)): .value(Float(value))
    case .intensity(.share(let share)): .percentOfRange(share * 100)
    case .intensity(.percentile(let share)): .percentile(share * 100)
    case .method(let method): .automatic(method)
    }
  }
}
