import ImageOps

/// One of the patient's lungs. The right one is on the image's left.
public enum Lung: String, Sendable, CaseIterable {
  /// The patient's right lung.
  case right
  /// The patient's left lung.
  case left

  /// The label of the lung in lung label images: 1 right, 2 left.
  public var label: UInt32 { self == .right ? LabelImage.rightLung : LabelImage.leftLung }
  /// "right lung" or "left lung".
  public var name: String { "\(rawValue) lung" }
  /// The lung in the mirror image.
  public var mirrored: Lung { self == .right ? .left : .right }
}

extension LabelImage {
  /// The label of the patient's right lung in lung label images.
  public static let rightLung: UInt32 = 1
  /// The label of the patient's left lung in lung label images.
  public static let leftLung: UInt32 = 2
  /// The names of both lung labels.
  public static let lungNames = Dictionary(uniqueKeysWithValues: Lung.allCases.map { ($0.label, $0.name) })
}
