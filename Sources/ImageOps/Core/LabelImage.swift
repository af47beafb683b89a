/// An image whose pixels carry the number of the region they belong to; 0 is background.
public struct LabelImage: Sendable, Equatable {
  public let size: Size
  /// Row-major labels.
  public var labels: [UInt32] {
    didSet { precondition(labels.count == size.count, "a label image keeps its size") }
  }
  /// Names of the labels where they mean something: `[1: "right lung", 2: "left lung"]`.
  public var names: [UInt32: String]
  public var spacing: Spacing

  public init(size: Size, labels: [UInt32], names: [UInt32: String] = [:], spacing: Spacing = .unknown) {
    precondition(size.isValid && labels.count == size.count, "labels fill the size")
    self.size = size
    self.labels = labels
    self.names = names
    self.spacing = spacing
  }

  public subscript(row: Int, column: Int) -> UInt32 {
    get { labels[row * size.width + column] }
    set { labels[row * size.width + column] = newValue }
  }

  /// The pixels with this label.
  public func mask(of label: UInt32) -> Mask {
    Mask(size: size, spacing: spacing) { labels[$0] == label }
  }

  /// The pixels with any label but 0.
  public var foreground: Mask {
    Mask(size: size, spacing: spacing) { labels[$0] != 0 }
  }
}
