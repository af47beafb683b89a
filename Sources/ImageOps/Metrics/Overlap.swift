/// How the pixels of a predicted and a true mask agree.
public struct Overlap: Sendable, Hashable {
  /// Pixels in both masks.
  public var truePositives: Int
  /// Pixels predicted but not true.
  public var falsePositives: Int
  /// Pixels true but not predicted.
  public var falseNegatives: Int
  /// Pixels in neither mask.
  public var trueNegatives: Int

  public init(truePositives: Int, falsePositives: Int, falseNegatives: Int, trueNegatives: Int) {
    self.truePositives = truePositives
    self.falsePositives = falsePositives
    self.falseNegatives = falseNegatives
    self.trueNegatives = trueNegatives
  }

  /// - Throws: ``ImageError/sizesDiffer(_:_:)``.
  public init(of prediction: Mask, against truth: Mask) throws {
    let both = try prediction.intersectionCount(truth)
    let (predicted, real) = (prediction.count, truth.count)
    self.init(
      truePositives: both, falsePositives: predicted - both, falseNegatives: real - both,
      trueNegatives: prediction.size.count - predicted - real + both)
  }

  /// 2 TP / (2 TP + FP + FN); 1 when both masks are empty.
  public var dice: Double { ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }

  /// TP / (TP + FP + FN), the Jaccard index; 1 when both masks are empty.
  public var iou: Double { ratio(truePositives, truePositives + falsePositives + falseNegatives) }

  /// TP / (TP + FP), the share of the prediction that is true; 1 when both masks are empty, 0 when only the prediction is.
  public var precision: Double { ratio(truePositives, truePositives + falsePositives) }

  /// TP / (TP + FN), the share of the truth that is predicted (sensitivity); 1 when both masks are empty, 0 when only the truth is.
  public var recall: Double { ratio(truePositives, truePositives + falseNegatives) }

  /// TN / (TN + FP), the share of what is outside the truth that is outside the prediction; 1 when nothing is outside.
  public var specificity: Double {
    trueNegatives + falsePositives == 0 ? 1 : Double(trueNegatives) / Double(trueNegatives + falsePositives)
  }

  /// 1 - |FN - FP| / (2 TP + FP + FN): how alike the areas are, wherever they lie; 1 when both masks are empty.
  public var volumeSimilarity: Double {
    let sum = 2 * truePositives + falsePositives + falseNegatives
    return sum == 0 ? 1 : 1 - Double(abs(falseNegatives - falsePositives)) / Double(sum)
  }

  /// Cohen's kappa: agreement beyond what chance would bring, at most 1, 0 by chance; 1 where both agree and chance could do nothing else.
  public var kappa: Double {
    let (tp, fp, fn, tn) = (Double(truePositives), Double(falsePositives), Double(falseNegatives), Double(trueNegatives))
    let total = tp + fp + fn + tn
    guard total > 0 else { return 1 }
    let chance = ((tp + fp) * (tp + fn) + (tn + fp) * (tn + fn)) / (total * total)
    return chance == 1 ? 1 : ((tp + tn) / total - chance) / (1 - chance)
  }

  private func ratio(_ part: Int, _ whole: Int) -> Double {
    if truePositives + falsePositives + falseNegatives == 0 { return 1 }
    return whole == 0 ? 0 : Double(part) / Double(whole)
  }
}

/// The Dice coefficient of two masks, 0-1; 1 when both are empty.
/// - Throws: ``ImageError/sizesDiffer(_:_:)``.
public func dice(of prediction: Mask, against truth: Mask) throws -> Double { try Overlap(of: prediction, against: truth).dice }

/// Intersection over union of two masks, 0-1; 1 when both are empty.
/// - Throws: ``ImageError/sizesDiffer(_:_:)``.
public func iou(of prediction: Mask, against truth: Mask) throws -> Double { try Overlap(of: prediction, against: truth).iou }

/// The share of the prediction that is true, 0-1; 1 when both masks are empty.
/// - Throws: ``ImageError/sizesDiffer(_:_:)``.
public func precision(of prediction: Mask, against truth: Mask) throws -> Double { try Overlap(of: prediction, against: truth).precision }

/// The share of the truth that is predicted, 0-1; 1 when both masks are empty.
/// - Throws: ``ImageError/sizesDiffer(_:_:)``.
public func recall(of prediction: Mask, against truth: Mask) throws -> Double { try Overlap(of: prediction, against: truth).recall }

/// The overlap of every label but 0 that occurs in either image.
/// - Throws: ``ImageError/sizesDiffer(_:_:)``.
public func overlaps(of prediction: LabelImage, against truth: LabelImage) throws -> [UInt32: Overlap] {
  try ImageError.requireSameSize(prediction.size, truth.size)
  var overlaps: [UInt32: Overlap] = [:]
  func count(_ label: UInt32, _ length: Int, _ field: WritableKeyPath<Overlap, Int>) {
    guard label != 0 else { return }
    overlaps[label, default: Overlap(truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0)][keyPath: field] += length
  }
  var start = 0
  while start < prediction.size.count {
    let pair = (prediction.labels[start], truth.labels[start])
    var end = start + 1
    while end < prediction.size.count && (prediction.labels[end], truth.labels[end]) == pair { end += 1 }
    if pair.0 == pair.1 {
      count(pair.0, end - start, \.truePositives)
    } else {
      count(pair.0, end - start, \.falsePositives)
      count(pair.1, end - start, \.falseNegatives)
    }
    start = end
  }
  return overlaps.mapValues { overlap in
    var overlap = overlap
    overlap.trueNegatives = prediction.size.count - overlap.truePositives - overlap.falsePositives - overlap.falseNegatives
    return overlap
  }
}
