/// The channels of a segmentation network, in order.
public enum SegmentationChannel: Int, Sendable, CaseIterable {
  /// The patient's right lung.
  case rightLung = 0
  /// The patient's left lung.
  case leftLung = 1
  /// Opacity.
  case opacity = 2

  /// The lung of the channel; nil for opacity.
  public var lung: Lung? {
    switch self {
    case .rightLung: .right
    case .leftLung: .left
    case .opacity: nil
    }
  }

  /// For each channel the one that it is in a mirror image, where the right lung is where the left one was.
  static let mirrored = allCases.map { channel in
    switch channel {
    case .rightLung: SegmentationChannel.leftLung.rawValue
    case .leftLung: SegmentationChannel.rightLung.rawValue
    case .opacity: SegmentationChannel.opacity.rawValue
    }
  }

  /// The name of the class in weight files.
  public var name: String { lung?.name ?? "opacity" }
}
