import Basics
import ImageOps

/// A trained model whose masks are used where nobody drew opacity (self-training).
///
/// Only confident results count: an image for which the teacher raises a doubt, or that it calls less than `leastShare` opaque, stays unlabeled,
/// since an opacity that the teacher misses would be learned as clear lung.
public struct Teacher: Sendable {
  /// The opaque share of the lungs, 0...1, from which an image is used.
  public static let leastShare = 0.15

  private let segmenter: Segmenter

  /// Creates a teacher from a model.
  /// - Throws: `NetworkError`.
  public init(_ model: SegmentationModel) throws { segmenter = try Segmenter(model) }

  /// The opacity that the teacher finds; nil where it is not sure.
  /// - Throws: `CancellationError`.
  func opacity(in image: GrayImage) throws -> Mask? {
    let found = try segmenter.segment(image)
    let share = LungZones(counting: found.lungs, found.opacity).both.share
    guard found.doubt == nil, let share, share >= Self.leastShare else { return nil }
    return found.opacity
  }
}
