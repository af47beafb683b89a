import Basics
import ImageOps

/// A mask with a name, for files that hold labels of any name.
public struct LabeledMask: Sendable, Equatable {
  /// The label, such as `right_lung`.
  public let label: String
  /// The pixels; empty if the structure is known to be absent.
  public let mask: Mask
  /// The color for display.
  public let color: RGB

  /// Creates a labeled mask.
  public init(label: String, mask: Mask, color: RGB) { (self.label, self.mask, self.color) = (label, mask, color) }

  /// Colors that readers with color blindness can distinguish (Okabe and Ito, 2008).
  private static let colors = [
    RGB(red: 86, green: 180, blue: 233), RGB(red: 0, green: 158, blue: 115), RGB(red: 213, green: 94, blue: 0),
    RGB(red: 240, green: 228, blue: 66), RGB(red: 0, green: 114, blue: 178), RGB(red: 204, green: 121, blue: 167),
    RGB(red: 230, green: 159, blue: 0),
  ]

  /// The color of the label with this number, from 0.
  public static func color(_ number: Int) -> RGB { colors[number % colors.count] }
}

/// Labeled masks over one image.
public struct LabeledMasks: Sendable {
  /// The largest number of labels.
  public static let limit = 1000

  /// The size of the image in pixels.
  public let size: Size
  /// The spacing of the pixels.
  public let spacing: Spacing
  /// Every label that can occur, in order; a label may have no mask.
  public let labels: [String]
  /// Returns the mask of the label with this number, from 0; nil if it was not annotated.
  let mask: @Sendable (Int) -> Mask?

  /// Returns the layers of an annotation, with the labels right_lung, left_lung, opacity and those of its structures; an empty mask is kept.
  public init(_ annotation: Annotation, spacing: Spacing) {
    let layers =
      SegmentationChannel.allCases.map(SegmentationLayer.channel) + annotation.structures.keys.sorted().map(SegmentationLayer.structure)
    (size, self.spacing, labels) = (annotation.size, spacing, layers.map(\.label))
    mask = { layers.indices.contains($0) ? annotation[layers[$0]] : nil }
  }

  /// Returns the labels of a label image in ascending order, by name or as `label_3`.
  /// - Throws: `AnnotationError.tooManyLabels`.
  public init(_ image: LabelImage) throws(AnnotationError) {
    var found: Set<UInt32> = []
    var last: UInt32 = 0
    for label in image.labels where label != last {
      if label != 0 { found.insert(label) }
      last = label
    }
    guard found.count <= Self.limit else { throw .tooManyLabels(found.count) }
    let values = found.sorted()
    (size, spacing) = (image.size, image.spacing)
    labels = values.map { value in image.names[value].map(SegmentationChannel.word) ?? "label_\(value)" }
    mask = { values.indices.contains($0) ? image.mask(of: values[$0]) : nil }
  }

  /// The masks one after another; only one is in memory.
  var all: some Sequence<(number: Int, mask: LabeledMask)> {
    labels.indices.lazy.compactMap { number in
      mask(number).map { (number, LabeledMask(label: labels[number], mask: $0, color: LabeledMask.color(number))) }
    }
  }

  /// The masks as segments for 3D Slicer.
  public var slicerSegmentation: SlicerSegmentation {
    SlicerSegmentation(
      size: size, spacing: spacing,
      segments: all.map { SlicerSegmentation.Segment(name: $0.mask.label, color: $0.mask.color, mask: $0.mask.mask) })
  }
}
