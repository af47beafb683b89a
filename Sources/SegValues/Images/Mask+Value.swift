import Basics
import ImageOps
import SegLang

/// A set of pixels in the language: `Mask`.
extension Mask: Value {
  public static var typeName: String { "Mask" }
  public static var typeHelp: String { "A binary mask: one or more regions of an image." }
  public static var isImageLike: Bool { true }

  public var oneLine: String {
    let count = count
    guard count > 0 else { return "empty, \(size)" }
    let area = spacing.areaText(pixels: Double(count)).map { " (\($0))" } ?? ""
    let regions = regionCount
    return "\(NumberFormat.grouped(count)) px\(area), \(NumberFormat.percent(share)) of \(size)"
      + ", \(NumberFormat.grouped(regions)) region\(regions == 1 ? "" : "s")"
  }

  public var json: JSON {
    [
      "width": .number(Double(size.width)), "height": .number(Double(size.height)), "area": .number(Double(count)),
      "share": .number(share), "regions": .number(Double(regionCount)), "spacing": spacing.json,
    ]
  }

  public var contentHash: String? { ContentHash.of(words, size: size) }

  /// Part of the image that lies inside, 0...1.
  package var share: Double { Double(count) / Double(size.count) }

  public static var properties: [Property] {
    [
      Property("width", "Number of columns of the image.") { (mask: Mask) in mask.size.width },
      Property("height", "Number of rows of the image.") { (mask: Mask) in mask.size.height },
      Property("area", "Number of pixels inside.") { (mask: Mask) in mask.count },
      Property("area_mm2", "Area in mm²; nothing if the spacing is unknown.") { (mask: Mask) in
        mask.spacing.millimeters.map { Double(mask.count) * $0.row * $0.column }
      },
      Property("share", "Fraction of the image inside the mask, 0 to 1.") { (mask: Mask) in mask.share },
      Property("count", "Number of connected regions (8-connectivity).") { (mask: Mask) in mask.regionCount },
      Property("empty", "True if the mask is empty.") { (mask: Mask) in mask.isEmpty },
      Property("spacing", "Pixel spacing; nothing if unknown.") { (mask: Mask) in
        mask.spacing.millimetersPerPixel.map { Length.millimeters($0) }
      },
      Property("spacing_kind", "Source of the spacing: calibrated, detector or unknown.") { (mask: Mask) in mask.spacing.word },
      Property("image", "Gray image with 255 inside and 0 outside.") { (mask: Mask) in try GrayImage(mask) },
      Property("centroid", "Centroid as row and column; nothing if the mask is empty.") { (mask: Mask) in mask.centroidRecord
      },
      Property("bounding_box", "Bounding box as row, column, height and width; nothing if the mask is empty.") {
        (mask: Mask) in mask.boundingBoxRecord
      },
    ]
  }

  /// `x[row, column]` and `x[rows, columns]`, both counted from 0.
  public static var indexing: Indexing? {
    Indexing(2) { (picture: Mask, at) in
      let (row, column) = try picture.size.place(at)
      return picture[row, column]
    } slice: { (picture: Mask, ranges) in
      try picture.part(ranges)
    }
  }

  public static var operations: [Operation] {
    [
      Operation(.and) { (a: Mask, b: Mask, _) in try a.intersection(b) },
      Operation(.or) { (a: Mask, b: Mask, _) in try a.union(b) },
      Operation(.xor) { (a: Mask, b: Mask, _) in try a.symmetricDifference(b) },
      Operation(.minus) { (a: Mask, b: Mask, _) in try a.subtracting(b) },
      Operation(prefix: .not) { (mask: Mask, _) in mask.inverted() },
    ]
  }
}
