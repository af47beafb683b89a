import Basics
import ImageOps

/// A trained model whose masks are used where nobody drew opacity (self-training).
///
/// Only confident results count: an image for which the teacher raises a doubt, or that it calls less than `leastShare` opaque, stays unlabeled,
/// since an opacity that the teacher misses would be learned as clear lung. Where readers drew boxes, these say where to look.
public struct Teacher: Sendable {
  /// The opaque share of the lungs, 0...1, from which an image is used.
  public static let leastShare = 0.15
  /// The same for upright (PA) films, whose pneumonias are smaller.
  public static let leastUprightShare = 0.08
  /// The probability from which a pixel in a box counts as opacity.
  private static let boxThreshold: Float = 0.3

  private let segmenter: Segmenter

  /// Creates a teacher from a model.
  /// - Throws: `NetworkError`.
  public init(_ model: SegmentationModel) throws { segmenter = try Segmenter(model) }

  /// The opacity that the teacher finds; nil where it is not sure.
  ///
  /// In a box that readers drew, what the teacher finds at a low threshold counts too, and the part of the lungs in the middle of the box in any case.
  /// - Throws: `CancellationError`.
  func opacity(in image: GrayImage, of record: CaseRecord) throws -> Mask? {
    let found = try segmenter.segment(image)
    guard found.doubt == nil, let share = LungZones(counting: found.lungs, found.opacity).both.share else { return nil }
    let isSure = share >= (record.view == "PA" ? Self.leastUprightShare : Self.leastShare)
    guard !record.boxes.isEmpty else { return isSure ? found.opacity : nil }
    var thresholds = segmenter.model.thresholds
    thresholds.opacity = min(thresholds.opacity, Self.boxThreshold)
    let faint = try segmenter.segment(image, thresholds: thresholds).opacity
    return Self.opacity(sure: isSure ? found.opacity : nil, faint: faint, lungs: found.lungs, boxes: record.boxes)
  }

  /// What is found with confidence, and in each box what is found at a low threshold, with the part of the lungs in the ellipse of 80 % of its size.
  static func opacity(sure: Mask?, faint: Mask, lungs: LabelImage, boxes: [CaseRecord.Box]) -> Mask {
    let width = faint.size.width
    return Mask(size: faint.size, spacing: faint.spacing) { index in
      let (row, column) = (index / width, index % width)
      if let sure, sure[row, column] { return true }
      guard lungs.labels[index] != 0 else { return false }
      return boxes.contains { box in
        let x = (Double(column) + 0.5 - box.x) / box.width * 2 - 1
        let y = (Double(row) + 0.5 - box.y) / box.height * 2 - 1
        return abs(x) <= 1 && abs(y) <= 1 && (faint[row, column] || x * x + y * y <= 0.64)
      }
    }
  }
}
