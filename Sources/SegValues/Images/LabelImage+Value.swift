import Basics
import ImageOps
import SegLang
import SegModel

/// An image of numbered regions in the language: `Labels`.
extension LabelImage: Value {
  public static var typeName: String { "Labels" }
  public static var typeHelp: String { "A label image: each pixel holds the number of its region, such as right or left lung." }
  public static var isImageLike: Bool { true }

  public var oneLine: String {
    let counts = counts
    let parts = counts.sorted { $0.key < $1.key }.prefix(4).map { label, count in
      "\(names[label] ?? String(label)) \(NumberFormat.grouped(count)) px"
    }
    let rest = counts.count > 4 ? ", … \(NumberFormat.grouped(counts.count)) labels" : ""
    return counts.isEmpty ? "no labels, \(size)" : parts.joined(separator: ", ") + rest + ", \(size)"
  }

  public var json: JSON {
    [
      "width": .number(Double(size.width)), "height": .number(Double(size.height)),
      "labels": .array(
        counts.sorted { $0.key < $1.key }.map { label, count in
          [
            "label": .number(Double(label)), "name": names[label].map { .string($0) } ?? .null, "area": .number(Double(count)),
          ]
        }), "spacing": spacing.json,
    ]
  }

  public var contentHash: String? { ContentHash.of(labels, size: size) }

  /// Number of pixels of each label but 0.
  package var counts: [UInt32: Int] {
    var result: [UInt32: Int] = [:]
    // Neighbors mostly carry one label, so runs are counted and not pixels.
    var current: UInt32 = 0
    var run = 0
    for label in labels {
      if label == current {
        run += 1
      } else {
        if current != 0 { result[current, default: 0] += run }
        current = label
        run = 1
      }
    }
    if current != 0 { result[current, default: 0] += run }
    return result
  }

  public static var conversions: [Conversion] { [Conversion(losing: "the label numbers") { (labels: LabelImage) in labels.foreground }] }

  public static var properties: [Property] {
    [
      Property("width", "Number of columns.") { (image: LabelImage) in image.size.width },
      Property("height", "Number of rows.") { (image: LabelImage) in image.size.height },
      Property("count", "Number of labels that occur, without 0.") { (image: LabelImage) in image.counts.count },
      Property("area", "Number of labeled pixels.") { (image: LabelImage) in image.counts.values.reduce(0, +) },
      Property("right", "The patient's right lung (label 1); nothing for labels that are not lungs: write `labels == 1`.") {
        (image: LabelImage) in image.areLungs ? image.mask(of: LabelImage.rightLung) : nil
      },
      Property("left", "The patient's left lung (label 2); nothing for labels that are not lungs: write `labels == 2`.") {
        (image: LabelImage) in image.areLungs ? image.mask(of: LabelImage.leftLung) : nil
      },
      Property("all", "Mask of all labeled pixels.") { (image: LabelImage) in image.foreground },
    ]
  }

  /// `x[row, column]` and `x[rows, columns]`, both counted from 0.
  public static var indexing: Indexing? {
    Indexing(2) { (picture: LabelImage, at) in
      let (row, column) = try picture.size.place(at)
      return Double(picture[row, column])
    } slice: { (picture: LabelImage, ranges) in
      try picture.part(ranges)
    }
  }

  public static var operations: [Operation] {
    Mask.operations + [
      Operation(.equal) { (image: LabelImage, label: Double, _) in
        UInt32(exactly: label).map { image.mask(of: $0) } ?? Mask(size: image.size, spacing: image.spacing)
      }
    ]
  }
}
