/// Pixel counts of the agreement between a predicted mask and a reference mask.
public struct Overlap: Sendable, Hashable {
  /// Pixels in both masks.
  public var truePositives: Int
  /// Pixels in the prediction only.
  public var falsePositives: Int
  /// Pixels in the reference only.
  public var falseNegatives: Int
  /// Pixels in neither mask.
  public var trueNegatives: Int

  /// Creates an overlap from its counts.
  public init(truePositives: Int, falsePositives: Int, falseNegatives: Int, trueNegatives: Int) {
    self.truePositives = truePositives
    self.falsePositives = falsePositives
    self.falseNegatives = falseNegatives
    self.trueNegatives = trueNegatives
  }

  /// Counts the pixels of a prediction against a reference mask of the same size.
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``.
  public init(of prediction: Mask, against truth: Mask) throws {
    let both = try prediction.intersectionCount(truth)
    let (predicted, real) = (prediction.count, truth.count)
    self.init(
      truePositives: both, falsePositives: predicted - both, falseNegatives: real - both,
      trueNegatives: prediction.size.count - predicted - real + both)
  }

  /// The Dice coefficient, 2 TP / (2 TP + FP + FN); 1 if both masks are empty.
  public var dice: Double { ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }

  /// Intersection over union (Jaccard index), TP / (TP + FP + FN); 1 if both masks are empty.
  public var iou: Double { ratio(truePositives, truePositives + falsePositives + falseNegatives) }

  /// Positive predictive value, TP / (TP + FP); 1 if both masks are empty, 0 if only the prediction is.
  public var precision: Double { ratio(truePositives, truePositives + falsePositives) }

  /// Sensitivity, TP / (TP + FN); 1 if both masks are empty, 0 if only the reference is.
  public var recall: Double { ratio(truePositives, truePositives + falseNegatives) }

  /// Specificity, TN / (TN + FP); 1 if the reference covers the whole image.
  public var specificity: Double {
    trueNegatives + falsePositives == 0 ? 1 : Double(trueNegatives) / Double(trueNegatives + falsePositives)
  }

  /// Volume similarity, 1 - |FN - FP| / (2 TP + FP + FN): compares areas regardless of position; 1 if both masks are empty.
  public var volumeSimilarity: Double {
    let sum = 2 * truePositives + falsePositives + falseNegatives
    return sum == 0 ? 1 : 1 - Double(abs(falseNegatives - falsePositives)) / Double(sum)
  }

  /// Cohen's kappa: agreement corrected for chance, at most 1, 0 by chance; 1 if expected agreement is already complete.
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

/// The Dice coefficient of two masks, 0-1; 1 if both are empty.
/// - Throws: ``ImageError/sizesDiffer(_:_:)``.
public func dice(of prediction: Mask, against truth: Mask) throws -> Double { try Overlap(of: prediction, against: truth).dice }

/// Intersection over union of two masks, 0-1; 1 if both are empty.
/// - Throws: ``ImageError/sizesDiffer(_:_:)``.
public func iou(of prediction: Mask, against truth: Mask) throws -> Double { try Overlap(of: prediction, against: truth).iou }

/// The positive predictive value of a mask against a reference, 0-1; 1 if both masks are empty.
/// - Throws: ``ImageError/sizesDiffer(_:_:)``.
public func precision(of prediction: Mask, against truth: Mask) throws -> Double { try Overlap(of: prediction, against: truth).precision }

/// The sensitivity of a mask against a reference, 0-1; 1 if both masks are empty.
/// - Throws: ``ImageError/sizesDiffer(_:_:)``.
public func recall(of prediction: Mask, against truth: Mask) throws -> Double { try Overlap(of: prediction, against: truth).recall }

/// Computes the overlap of every label except 0 that occurs in either image.
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
