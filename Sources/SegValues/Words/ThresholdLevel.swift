import ImageOps
import SegLang

/// Where a threshold comes from: a level, or a method that finds one.
package enum ThresholdLevel: Union {
  case intensity(Intensity)
  case method(ThresholdMethod.Automatic)

  package static let unionCases = [UnionCase(Self.intensity), UnionCase(Self.method)]

  package var thresholdMethod: ThresholdMethod {
    switch self {
    case .intensity(.raw(let value)): .value(Float(value))
    case .intensity(.share(let share)): .percentOfRange(share * 100)
    case .intensity(.percentile(let share)): .percentile(share * 100)
    case .method(let method): .automatic(method)
    }
  }
}
