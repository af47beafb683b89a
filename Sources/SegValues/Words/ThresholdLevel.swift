import ImageOps
import SegLang

/// Where a threshold comes from: a level, or a method that finds one.
package enum ThresholdLevel: Union {
  case intensity(Intensity)
  case method(ThresholdMethod.Automatic)

  package static let members: [any Value.Type] = [Intensity.self, ThresholdMethod.Automatic.self]

  package init?(_ value: any Value) {
    switch value {
    case let intensity as Intensity: self = .intensity(intensity)
    case let method as ThresholdMethod.Automatic: self = .method(method)
    default: return nil
    }
  }

  package var member: any Value {
    switch self {
    case .intensity(let intensity): intensity
    case .method(let method): method
    }
  }

  package var thresholdMethod: ThresholdMethod {
    switch self {
    case .intensity(.raw(let value)): .value(Float(value))
    case .intensity(.share(let share)): .percentOfRange(share * 100)
    case .intensity(.percentile(let share)): .percentile(share * 100)
    case .method(let method): .automatic(method)
    }
  }
}
