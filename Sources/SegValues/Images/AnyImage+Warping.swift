import Basics
import ImageOps

extension AnyImage {
  /// The image seen through a map; masks and labels take the nearest pixel.
  package func warped(by map: AffineMap, to target: Size? = nil, using method: Interpolation, fill: Float = 0) throws -> AnyImage {
    switch self {
    case .image(let image): .image(try image.warped(by: map, to: target, using: method, fill: fill))
    case .probability(let values): .probability(try values.warped(by: map, to: target, using: method))
    case .mask(let mask): .mask(try mask.pickedThrough(map, to: target))
    case .labels(let labels): .labels(try labels.pickedThrough(map, to: target))
    }
  }
}
