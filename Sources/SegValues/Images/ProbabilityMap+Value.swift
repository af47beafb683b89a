import Basics
import ImageOps
import SegLang

/// An image of probabilities in the language: `Probability`.
extension ProbabilityMap: Value {
  public static var typeName: String { "Probability" }
  public static var typeHelp: String { "A map of the opacity or lung probability of each pixel, 0 to 1." }
  public static var isImageLike: Bool { true }

  public var oneLine: String {
    let sure = pixels.reduce(into: 0) { $0 += $1 > 0.5 ? 1 : 0 }
    return "\(size), mean \(NumberFormat.short(mean, 3)), above 0.5: \(NumberFormat.grouped(sure)) px"
  }

  public var json: JSON {
    [
      "width": .number(Double(size.width)), "height": .number(Double(size.height)), "mean": .number(mean), "spacing": spacing.json,
    ]
  }

  public var contentHash: String? { ContentHash.of(pixels, size: size) }

  private var mean: Double { pixels.reduce(0.0) { $0 + Double($1) } / Double(size.count) }

  public static var properties: [Property] {
    [
      Property("width", "Number of columns.") { (map: ProbabilityMap) in map.size.width },
      Property("height", "Number of rows.") { (map: ProbabilityMap) in map.size.height },
      Property("mean", "Mean probability.") { (map: ProbabilityMap) in map.mean },
      Property("min", "Minimum probability.") { (map: ProbabilityMap) in Double(try GrayImage(map).statistics().minimum) },
      Property("max", "Maximum probability.") { (map: ProbabilityMap) in Double(try GrayImage(map).statistics().maximum) },
    ]
  }

  public static var operations: [Operation] {
    GrayImage.comparisonRows.flatMap { row in
      [
        Operation(row.op) { (a: ProbabilityMap, b: Double, _) in
          try GrayImage(a).compared(with: Float(b), by: row.pixelwise)
        },
        Operation(row.op) { (a: ProbabilityMap, b: Percentage, _) in
          try GrayImage(a).compared(with: Float(b.fraction), by: row.pixelwise)
        },
        Operation(row.op) { (a: Double, b: ProbabilityMap, _) in
          try GrayImage(b).compared(with: Float(a), by: row.mirrored)
        },
      ]
    }
  }

  /// `x[row, column]` and `x[rows, columns]`, both counted from 0.
  public static var indexing: Indexing? {
    Indexing(2) { (picture: ProbabilityMap, at) in
      let (row, column) = try picture.size.place(at)
      return Double(picture[row, column])
    } slice: { (picture: ProbabilityMap, ranges) in
      try picture.part(ranges)
    }
  }
}
