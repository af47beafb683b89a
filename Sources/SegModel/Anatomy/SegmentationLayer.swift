import ImageOps

/// A part of a segmentation or of an annotation: a lung, the opacity, or a structure.
public enum SegmentationLayer: Hashable, Sendable {
  /// A lung or the opacity.
  case channel(SegmentationChannel)
  /// A structure, such as the heart.
  case structure(StructureName)

  /// The patient's right lung.
  public static let rightLung = SegmentationLayer.channel(.rightLung)
  /// The patient's left lung.
  public static let leftLung = SegmentationLayer.channel(.leftLung)
  /// The opacity.
  public static let opacity = SegmentationLayer.channel(.opacity)

  /// The label in annotation files, such as `right_lung` or `heart`.
  public var label: String {
    switch self {
    case .channel(let channel): channel.label
    case .structure(let name): name.description
    }
  }

  /// The name in messages, such as "right lung".
  public var name: String {
    switch self {
    case .channel(let channel): channel.name
    case .structure(let name): name.words
    }
  }
}
